"""Grading: what a class got, as tables that platforms import and pages that strangers' words cannot take over."""

import csv
import io
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from course.grading import pages, tables
from course.grading.assignment import Assignment, assignment
from course.grading.files import File
from course.grading.judging import Graded
from course.grading.manual import Manual, meant
from course.grading.results import results, said
from course.grading.roster import Roster, table
from course.grading.submissions import Collected, Student, Submission

LONG = "0123456789abcdef"
MOST = {"lesion": 2.0, "carry": 1.0}
EVIL = "</script><img src=x onerror=alert(1)>"
REASON = ("1 of 2 cases passed.\n✗ square: lesion(3) its output shape (2,), expected shape (3,) – hint: "
          "<b>axes</b> first\n✗ hidden case wide: raised ValueError in cell 3, line 2\nNote: a <note>.")  # fmt: skip


def submission(name, student=None, **about):
    file = File(f"{name}.ipynb", bytes)
    return Submission(name, (student or Student(name),), file, **about)


def graded(points, mark="", code=""):
    return {
        "lesion": Graded(points, REASON, [], mark, code),
        "carry": Graded(1.0, "All passed.", [], "short x"),
    }


def a_class(tmp_path, handed_in, grades, told=Assignment(), manual="", published=None):  # noqa: B008
    (tmp_path / "manual.csv").write_text("student,exercise,points,comment\n" + manual, encoding="utf-8")
    given = Manual(tmp_path / "manual.csv", handed_in, MOST)
    found = Collected(handed_in, [("old.ipynb", "ana.ipynb")], ["Zoe <i>"])
    nothing = {name: Graded(0.0, "", []) for name in MOST}
    grades = {one.id: grades.get(one.id, nothing) for one in handed_in if not one.problem}
    return results("Homework 4 (77)", MOST, found, grades, published or {}, told, given)


def read(text):
    return list(csv.reader(io.StringIO(text)))


def test_grades_csv_has_a_column_an_exercise_and_no_formula(tmp_path):
    names = ["ana", "=1+1", "-2", "@x", "+y", "\tz"]
    found = a_class(tmp_path, [submission(name) for name in names], {"ana": graded(1.5)})
    head, first, *others = read(tables.grades(found))
    assert head == ["submission", "student", "lesion", "carry", "total"]
    assert first == ["ana", "ana", "1.5", "1", "2.5"]
    assert [row[0] for row in others] == ["'=1+1", "'-2", "'@x", "'+y", "'\tz"] and others[0][2:] == ["0", "0", "0"]


def test_canvas_gets_its_own_columns_and_nobody_else(tmp_path):
    (tmp_path / "r.csv").write_text('Student,ID,SIS User ID,SIS Login ID,Section\n"Lee, Ben",102,s2,ben,A\n')
    roster = Roster(tmp_path / "r.csv")
    known = submission("ben", Student("Lee, Ben", row=0))
    by_file = submission("leeana", Student("leeana", canvas="101"))
    found = a_class(tmp_path, [known, by_file, submission("nobody")], {"ben": graded(2.0)})
    assert read(tables.canvas(found, roster)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 4 (77)"],
        ["    Points Possible", "", "", "", "", "3"],
        ["Lee, Ben", "102", "s2", "ben", "A", "3"],
    ]  # of whom Canvas knows nothing it imports nothing
    assert [row[1] for row in read(tables.canvas(found, None))[2:]] == ["101"]
    assert not tables.canvas(a_class(tmp_path, [submission("nobody")], {}), None)


def test_moodle_gets_its_worksheet_back_filled_in(tmp_path):
    (tmp_path / "r.csv").write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
        'Participant 502,Ben Lee,b@uni.edu,"Submitted",,"10,00",-,\n'
    )
    roster = Roster(tmp_path / "r.csv")
    students = [Student("Ben Lee", moodle="502", row=0), Student("Ana", moodle="501", unmatched="nobody")]
    found = a_class(tmp_path, [submission(one.name, one) for one in students], {"Ben Lee": graded(1.5)})
    head, ben = read(tables.moodle(found, roster))  # nobody who is not in the worksheet
    assert head == roster.columns
    assert ben[:4] == ["Participant 502", "Ben Lee", "b@uni.edu", "Submitted"]
    assert ben[4:] == ["2.5", "10,00", "-", "lesion 1.5/2, carry 1/1"]
    bare = read(tables.moodle(found, None))
    assert bare[2][:4] == ["Participant 501", "Ana", "", "0"]
    assert bare[0] == tables.MOODLE and bare[1][:1] + bare[1][3:5] == ["Participant 502", "2.5", "3"]


class Tags(HTMLParser):
    """What a browser would take for elements and addresses."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]


def test_no_page_is_taken_over_by_a_strangers_words(tmp_path):
    one = submission(EVIL, Student(EVIL, unmatched=EVIL), problem="", notes=(EVIL,))
    grades = {EVIL: graded(1.0, LONG, f"# {EVIL}"), "ben": graded(1.0, LONG, f"# {EVIL}\nx = 1")}
    found = a_class(tmp_path, [one, submission("ben")], grades, manual='ben,carry,0.5,"</p><script>x</script>"\n')
    made = pages.pages(found)
    for page in made.values():
        tags = Tags(page)
        assert not {"script", "img", "i", "iframe"} & set(tags.tags) and tags.tags.count("b") <= 4
        assert "default-src 'none'" in page
    linked = {link for link in Tags(made["index.html"]).links if link.startswith("feedback/")}
    assert linked == set(made) - {"index.html"}
    assert pages.address("../../x").startswith("x-") and pages.address("a") != pages.address("A")


def test_the_class_page_counts_points_mistakes_flags_and_copies(tmp_path):
    handed_in = [submission(name) for name in ("ana", "ben", "cy", "dan")]
    code = "def lesion(x):\n    return x  # mine"
    grades = {"ana": graded(2.0, LONG, code), "ben": graded(0.5, LONG, code.replace("mine", "ours")),
              "cy": graded(1.0, "f" * 16), "dan": graded(0.0, "f" * 16)}  # fmt: skip
    found = a_class(tmp_path, handed_in, grades)
    assert pages.distribution(found)[0].counts == [1, 1, 1, 1] and pages.distribution(found)[0].mean == 3.5 / 8
    assert pages.mistakes(found) == [("lesion", "<b>axes</b> first", 4)]
    same = ["the same in 2 submissions, but for names and layout"]
    assert {one.submission.id: one.flags for one in found.results if one.flags} == {
        "ana": {"lesion": same}, "ben": {"lesion": same},
    }  # fmt: skip
    (copies,) = found.groups
    assert copies.exercises == ["lesion"] and copies.members == ["ana", "ben"]
    assert copies.code == [("def lesion(x):", True), ("    return x  # mine", False)]
    page = pages.pages(found)["index.html"]
    assert "<mark>def lesion(x):</mark>" in page and "Zoe &lt;i&gt;" in page and "old.ipynb" in page


def test_feedback_has_the_failing_cases_their_hints_and_the_notes(tmp_path):
    found = a_class(tmp_path, [submission("ana")], {"ana": graded(1.0)})
    assert said(REASON).cases[0][1:] == ("<b>axes</b> first", "✗") and said(REASON).notes == ["a <note>."]
    page = pages.pages(found)["feedback/" + pages.address("ana")]
    for words in ("1 of 2 points", "1 of 2 cases passed", "&lt;b&gt;axes&lt;/b&gt; first",
                  "lesion(3) its output shape (2,), expected shape (3,)",
                  "hidden case wide: raised ValueError in cell 3, line 2", "A &lt;note&gt;."):  # fmt: skip
        assert words in page, words


def test_late_work_loses_a_share_for_each_day_begun(tmp_path):
    deadline = datetime(2026, 12, 1, 22, tzinfo=UTC)
    told = Assignment(deadline=deadline, late={"grace_minutes": 10.0, "per_day": 0.2, "at_most": 0.5})
    after = {"on time": -5, "grace": 10, "one": 11, "two": 10 + 24 * 60 + 1, "most": 9 * 24 * 60}
    handed_in = [submission(name, time=deadline + timedelta(minutes=minutes)) for name, minutes in after.items()]
    handed_in += [submission("untimed"), submission("marked", late=True)]
    handed_in += [submission("by hand", time=deadline + timedelta(days=1))]
    grades = {one.id: graded(2.0) for one in handed_in}
    found = a_class(tmp_path, handed_in, grades, told, "by hand,lesion,1.75,was ill\n")
    points = {one.submission.id: one.points["lesion"] for one in found.results}
    assert points == {"on time": 2, "grace": 2, "one": 1.6, "two": 1.2, "most": 1, "untimed": 2, "marked": 1.6,
                      "by hand": 1.75}  # fmt: skip
    reasons = {one.submission.id: one.reasons["lesion"] for one in found.results}
    assert "late, day 2: 40 % of the points are lost" in reasons["two"] and "late" not in reasons["untimed"]
    assert "given by hand: was ill" in reasons["by hand"] and "late" not in reasons["by hand"]  # final: no late rule
    page = pages.pages(found)["index.html"]
    assert "Late, day 2: 40 % of the points are lost." in page and "By hand: lesion." in page
    assert told.rule.startswith("deadline 2026-12-0") and not Assignment(late={"per_day": 0.2}).rule
    assert told.rule.endswith("after 10 minutes of grace each day begun costs 20 %, at most 50 %")


def test_an_assignment_says_what_it_does_not_understand(tmp_path):
    file = tmp_path / "assignment.toml"

    def told(text):
        file.write_text(text)
        return assignment(file)

    read = told('chapter = "04"\ndeadline = 2026-12-01T23:59:00+01:00\npoints = {lesion = 5}\nlate = {per_day = 0.1}')
    assert read.deadline == datetime(2026, 12, 1, 22, 59, tzinfo=UTC) and read.late == {"per_day": 0.1}
    for text, words in {
        "dedline = 1": "says dedline; there are chapter, title, exercises",
        "chapter = 4": "chapter has to be text in quotes; got 4",
        "deadline = 2026-12-01": "deadline has to be a date with a time",
        "points = {lesion = -1}": "points.lesion has to be a number at least 0; got -1",
        "late = {per_day = 20}": "late.per_day has to be a number from 0 to 1; got 20",
        "late = {days = 2}": "says late.days; there are late.grace_minutes",
        "chapter = ": "is no TOML",
    }.items():
        with pytest.raises(ValueError, match=words):
            told(text)
    with pytest.raises(ValueError, match="there is no file"):
        assignment(tmp_path / "none.toml")


def test_points_by_hand_name_one_student_and_one_exercise(tmp_path):
    (tmp_path / "r.csv").write_text("name,login,email,number\nAna Ólafsdóttir,ao7,ana.o@uni.edu,1843\n")
    known = Roster(tmp_path / "r.csv")
    ana = Student("ana", row=0, listed=frozenset(known.called[0]))
    handed_in = [submission("s1", ana), submission("s2", Student("Lee")), submission("s3", Student("lee"))]
    for student in ("s1", "s1.ipynb", "ana olafsdottir", '"Ólafsdóttir, Ana"', "ao7", "AO7", "ana.o@uni.edu", "1843"):
        found = a_class(tmp_path, handed_in, {}, manual=f'\n{student},carry,"0,5",was ill, said so\n')
        assert found.results[0].points == {"lesion": 0, "carry": 0.5}, student
        assert found.results[0].reasons["carry"].endswith("given by hand: was ill, said so.")
    ended = a_class(tmp_path, handed_in, {}, manual="\ns1,carry,1,Well done!\n")
    assert ended.results[0].reasons["carry"].endswith("given by hand: Well done!")
    wrong = {
        "lee,carry,1,": "line 2: 'lee' fits 2 submissions: Lee (s2); lee (s3)",
        '"s1",carry,0,"two\nlines"': "",
        "olafsdotir,carry,1,": "line 5: no submission is of 'olafsdotir'; near it is ana (s1)",
        "ana,carry,1,": "line 6: 'ana' and carry stand in a line before it",
        "s1,cary,1,": "line 7: there is no exercise 'cary'; there are lesion, carry",
        "Lee, Ben,lesion,1": "line 8: ",
        "s1,lesion,many,": "line 9: the points have to be a number, at least 0; got 'many'",
        "s1,lesion,-1,": "line 10: the points have to be a number, at least 0; got '-1'",
    }
    with pytest.raises(ValueError, match=r"manual\.csv has 7 lines of no use") as said_so:
        a_class(tmp_path, handed_in, {}, manual="\n".join(wrong) + "\n")
    assert all(words in str(said_so.value) for words in wrong.values()), said_so.value
    with pytest.raises(ValueError, match='a name with a comma stands in "quotes"'):
        a_class(tmp_path, handed_in, {}, manual="lee, ana,lesion,1\n".replace("lee", "s1"))
    (tmp_path / "manual.csv").write_text("who,points\n")
    with pytest.raises(ValueError, match="has the columns who, points; it needs student"):
        Manual(tmp_path / "manual.csv", [], [])
    assert table(tmp_path / "manual.csv").columns == ["who", "points"]
    assert Manual(tmp_path / "none.csv", handed_in, MOST).given(handed_in[0], "carry") is None


def test_a_student_is_found_by_a_part_that_is_theirs_alone(tmp_path):
    (tmp_path / "r.csv").write_text(
        'Student,ID,SIS Login ID,Email\n"Lovelace, Ada",1815,al1,al1@uni.edu\n'
        '"Ólafsdóttir, Ana",1843,ao7,ao7@uni.edu\n"Lee, Ana",1900,lee2,lee2@uni.edu\n'
    )
    known = Roster(tmp_path / "r.csv")
    one, two, three = handed_in = [
        submission(f"x{row}_{row}", Student(known.name(row), row=row, listed=frozenset(known.called[row])))
        for row in range(3)
    ]
    for texts, who in ((("love", "Ada", "lovelace ada", "1815", "181", "al1@", "x0"), one),
                       (("olafs", "ana ólafs", "x1_1.ipynb"), two), (("lee2", "lee", "Lee, Ana"), three)):  # fmt: skip
        assert all(meant(handed_in, text, part=True) is who for text in texts), who
    several = r"'ana' fits 2 submissions: Ólafsdóttir, Ana \(x1_1\); Lee, Ana \(x2_2\)"
    with pytest.raises(ValueError, match=several):
        meant(handed_in, "ana", part=True)
    with pytest.raises(ValueError, match=r"no submission is of 'Lovelase'; near it is Lovelace, Ada \(x0_0\)"):
        meant(handed_in, "Lovelase", part=True)
    for far in ("Zoe", "", "<b>"):
        with pytest.raises(ValueError, match=r"no submission is of|fits 3"):
            meant(handed_in, far, part=True)
    with pytest.raises(ValueError, match="no submission is of 'love'"):
        meant(handed_in, "love")  # points by hand are for somebody who is named


def test_what_could_not_be_read_is_uploaded_only_with_points_by_hand(tmp_path):
    broken = {name: Graded(0.0, "the file is empty", [], unread=True) for name in MOST}
    students = {"ana": Student("ana", canvas="1", moodle="7"), "ben": Student("ben", canvas="2"),
                "cy": Student("cy", canvas="3")}  # fmt: skip
    handed_in = [submission(name, one, problem="this is a link" if name == "cy" else "")
                 for name, one in students.items()]  # fmt: skip
    grades = {"ana": broken, "ben": graded(0.0)}
    found = a_class(tmp_path, handed_in, grades)
    assert [row[1] for row in read(tables.canvas(found, None))[2:]] == ["2"] and not tables.moodle(found, None)
    assert [row[-1] for row in read(tables.grades(found))] == ["total", "0", "1", "0"]
    assert pages.distribution(found)[0].counts == [1, 0, 0, 0]
    made = pages.pages(found)
    page = made["index.html"]
    group = page[page.index("Could not be read or graded") : page.index("Points per exercise")]
    assert "the file is empty" in group and "this is a link" in group and ">ben<" not in group
    mine = made["feedback/" + pages.address("ana")]
    assert mine.count("The file is empty.") == 1 and "not graded" in mine and "<h2>" not in mine
    found = a_class(tmp_path, handed_in, grades, manual="ana,carry,0,nothing came\n")
    assert [row[1] for row in read(tables.canvas(found, None))[2:]] == ["1", "2"]
    assert read(tables.moodle(found, None))[1][3] == "0"
    mine = pages.pages(found)["feedback/" + pages.address("ana")]
    assert "given by hand: nothing came" in mine.lower() and mine.count("The file is empty.") == 1
    assert mine.count("<h2>") == 2 and "the file is empty" not in mine


def test_what_few_share_is_seen_first_and_what_many_share_is_folded(tmp_path):
    names = [f"s{number:02}" for number in range(30)]
    odd = {"s20": ["asked for a file"], "s21": ["asked for a file"], "s03": ["ended"]}
    grades = {name: {"lesion": Graded(2.0, "", odd.get(name, []), LONG if name < "s12" else "", "x = 1"),
                     "carry": Graded(1.0, "", odd.get(name, []), "b" * 16 if name in ("s07", "s08", "s09") else "")}
              for name in names}  # fmt: skip
    found = a_class(tmp_path, [submission(name) for name in names], grades)
    assert [(group.exercises, group.members) for group in found.groups] == [
        (["lesion", "carry"], ["s03"]), (["lesion", "carry"], ["s20", "s21"]), (["carry"], ["s07", "s08", "s09"]),
        (["lesion"], names[:12]),
    ]  # fmt: skip
    page = pages.pages(found)["index.html"]
    looked = page[page.index('id="flags"') : page.index('id="everybody"')]
    seen, folded = looked.split("What much of the class shares: 1 group")
    assert seen.count("<tr>") == 4 and "the same in 3 submissions" in seen and folded.count("<tr>") == 2
    assert "the same in 12 submissions" in folded


def test_a_note_about_the_whole_is_said_once_and_points_are_too(tmp_path):
    note = "of 2 notebooks the later counts, b.ipynb"
    found = a_class(tmp_path, [submission("ana", notes=(note,), late=True)], {"ana": graded(1.0)},
                    Assignment(late={"per_day": 0.25}))  # fmt: skip
    page = pages.pages(found)["feedback/" + pages.address("ana")]
    assert page.count("Of 2 notebooks the later counts, b.ipynb.") == 1 == page.count("25 % of the points are lost.")
    assert page.count("0.75 of 2 points") == 1 and "1 of 2 points" not in page
    assert page.count("Of a notebook only the statements run that an exercise needs") == 1
    assert all(note in reason for reason in found.results[0].reasons.values())


def test_cases_of_which_the_same_is_said_are_one_line_and_keep_their_sign(tmp_path):
    reason = ("1 of 5 cases count; …\n✗ a: lesion((1, 2)) raised TypeError – hint: axes\n✗ b: lesion(f(3)) raised "
              "TypeError – hint: axes\n✗ c: lesion(3) raised TypeError\n○ hidden case d: behaves as asked")  # fmt: skip
    assert pages.folded("lesion", said(reason)).cases == [
        ("a; b: raised TypeError", "axes", "✗"), ("c: lesion(3) raised TypeError", "", "✗"),
        ("hidden case d: behaves as asked", "", "○"),
    ]  # fmt: skip
    found = a_class(tmp_path, [submission("ana")], {"ana": graded(1.0) | {"lesion": Graded(1.0, reason, [])}})
    page = pages.pages(found)["feedback/" + pages.address("ana")]
    assert page.count('aria-hidden="true">✗') == 2 and page.count('aria-hidden="true">○') == 1


def test_a_platform_that_knows_it_otherwise_is_named_before(tmp_path):
    def said(text, title="Homework 4 (77)", whole=6.0):
        (tmp_path / "r.csv").write_text(text)
        return " ".join(tables.mismatches(title, whole, Roster(tmp_path / "r.csv")))

    head = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 3 (76),Homework 4 (77),Final Score\n"
    canvas = head + '    Points Possible,,,,,5,6.00,(read only)\n"Lee, Ben",102,s2,ben,A,,,\n'
    assert not said(canvas) and not said("name\nben\n")
    assert "Canvas's maximum of 'Homework 4 (77)' is 6 and this assignment's 10" in said(canvas, whole=10.0)
    assert said(canvas, "Homework 4").endswith("in assignment.toml, one of Homework 3 (76), Homework 4 (77)")
    assert "no column 'Homework 4'" in said(canvas, "Homework 4")
    worksheet = 'Identifier,Full name,Grade,Maximum grade\nParticipant 1,Ben,,"10,00"\n'
    assert "Moodle's maximum is 10 and this assignment's 6" in said(worksheet) and not said(worksheet, whole=10.0)


def test_canvass_test_student_is_nobody(tmp_path):
    (tmp_path / "r.csv").write_text('Student,ID\n"Lee, Ben",102\n"Student, Test",104\n')
    assert [row["Student"] for row in Roster(tmp_path / "r.csv").rows] == ["Lee, Ben"]
    (tmp_path / "own.csv").write_text('name\n"Student, Test"\n')
    assert len(Roster(tmp_path / "own.csv").rows) == 1  # who made their own list knows whom they put there
