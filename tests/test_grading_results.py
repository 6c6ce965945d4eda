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
from course.grading.manual import Manual
from course.grading.results import results, said
from course.grading.roster import Roster, table
from course.grading.submissions import Collected, Student, Submission

LONG = "0123456789abcdef"
MOST = {"lesion": 2.0, "carry": 1.0}
EVIL = "</script><img src=x onerror=alert(1)>"
REASON = ("1 of 2 points: 1 of 2 cases passed.\n✗ square: lesion(3) its output shape (2,), expected shape (3,) – hint: "
          "<b>axes</b> first\n✗ hidden case wide: raised ValueError in cell 3, line 2\nNote: a <note>.")  # fmt: skip


def submission(name, student=None, **about):
    file = File(f"{name}.ipynb", bytes)
    return Submission(name, (student or Student(name),), file, **about)


def graded(points, mark="", code=""):
    return {"lesion": Graded(points, REASON, [], mark, code), "carry": Graded(1.0, "1 of 1 points.", [], "short x")}


def a_class(tmp_path, handed_in, grades, told=Assignment(), manual="", published=None):  # noqa: B008
    (tmp_path / "manual.csv").write_text("student,exercise,points,comment\n" + manual, encoding="utf-8")
    given = Manual(tmp_path / "manual.csv", handed_in, MOST)
    found = Collected(handed_in, [("old.ipynb", "ana.ipynb")], ["Zoe <i>"])
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
        ["leeana", "101", "", "", "", "0"],
    ]
    assert not tables.canvas(a_class(tmp_path, [submission("nobody")], {}), None)


def test_moodle_gets_its_worksheet_back_filled_in(tmp_path):
    (tmp_path / "r.csv").write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
        'Participant 502,Ben Lee,b@uni.edu,"Submitted",,"10,00",-,\n'
    )
    roster = Roster(tmp_path / "r.csv")
    students = [Student("Ben Lee", moodle="502", row=0), Student("Ana", moodle="501", unmatched="nobody")]
    found = a_class(tmp_path, [submission(one.name, one) for one in students], {"Ben Lee": graded(1.5)})
    head, ben, ana = read(tables.moodle(found, roster))
    assert head == roster.columns and tables.maximum(roster) == 10
    assert ben[:4] == ["Participant 502", "Ben Lee", "b@uni.edu", "Submitted"]
    assert ben[4:] == ["2.5", "10,00", "-", "lesion 1.5/2, carry 1/1"]
    assert ana[:5] == ["Participant 501", "Ana", "", "", "0"]
    bare = read(tables.moodle(found, None))
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
        "ana": {"lesion": same}, "ben": {"lesion": same}, "cy": {"lesion": same},
    }  # fmt: skip
    (copies,) = found.copies
    assert copies.exercises == ["lesion"] and copies.members == ["ana", "ben"]
    assert copies.code == [("def lesion(x):", True), ("    return x  # mine", False)]
    page = pages.pages(found)["index.html"]
    assert "<mark>def lesion(x):</mark>" in page and "Zoe &lt;i&gt;" in page and "old.ipynb" in page


def test_feedback_has_the_failing_cases_their_hints_and_the_notes(tmp_path):
    found = a_class(tmp_path, [submission("ana")], {"ana": graded(1.0)})
    assert said(REASON).cases[0][1] == "<b>axes</b> first" and said(REASON).notes == ["a <note>."]
    page = pages.pages(found)["feedback/" + pages.address("ana")]
    for words in ("1 of 2", "lesion(3) its output shape (2,), expected shape (3,)", "&lt;b&gt;axes&lt;/b&gt; first",
                  "hidden case wide: raised ValueError in cell 3, line 2", "a &lt;note&gt;."):  # fmt: skip
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
    assert "1.75 points, given by hand: was ill" in reasons["by hand"]


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
    handed_in = [submission("s1", Student("Ana Ólafsdóttir", email="ana@uni.edu")), submission("s2", Student("Lee")),
                 submission("s3", Student("lee"))]  # fmt: skip
    for student in ("s1", "ana olafsdottir", "ana@uni.edu"):
        found = a_class(tmp_path, handed_in, {}, manual=f'{student},carry,"0,5",\n')
        assert found.results[0].points == {"lesion": 0, "carry": 0.5}
    for line, words in {
        "lee,carry,1,": "line 2: the student 'lee' fits 2 submissions",
        "x,carry,1,": "'x' fits no submission",
        "s1,cary,1,": "there is no exercise 'cary'; there are lesion, carry",
        "s1,carry,many,": "the points have to be a number, at least 0; got 'many'",
        "s1,carry,-1,": "got '-1'",
    }.items():
        with pytest.raises(ValueError, match=words):
            a_class(tmp_path, handed_in, {}, manual=line + "\n")
    (tmp_path / "manual.csv").write_text("who,points\n")
    with pytest.raises(ValueError, match="has the columns who, points; it needs student"):
        Manual(tmp_path / "manual.csv", [], [])
    assert table(tmp_path / "manual.csv").columns == ["who", "points"]
