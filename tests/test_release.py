"""From the worked chapters to the students' form: in step, the same bytes each time, and no answer in it."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from course import exercises, release
from course.exercises.expected import decoded
from course.exercises.observing import agrees

ROOT = Path(__file__).parents[1]
CHAPTERS = release.chapters(ROOT)
WORDS = re.compile(r"\w")


def notebook(*cells):
    made = [{"cell_type": kind, "id": f"c{i}", "metadata": {"tags": ["show"], "own": 1, "jupyter": {}}, "source": text,
             "outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}], "execution_count": 3}
            for i, (kind, text) in enumerate(cells)]  # fmt: skip
    return {"cells": made, "metadata": {"widgets": {"state": {}}}, "nbformat": 4, "nbformat_minor": 5}


def answers(path):
    """The lines between the solution markers of a chapter, stubs apart."""
    for cell in json.loads(path.read_text())["cells"]:
        inside = []
        for line in "".join(cell["source"]).split("\n"):
            if line.strip() == release.BEGIN:
                inside = []
            elif line.strip() == release.END:
                yield inside
            elif not line.strip().startswith(release.STUB):
                inside.append(line.strip())


def assert_alike(kept, made, tolerance):
    """The last digits may differ from processor to processor."""
    assert set(kept["mistakes"]) == set(made["mistakes"])
    pairs = [(kept["mistakes"][name], made["mistakes"][name]) for name in kept["mistakes"]]
    for a, b in [(kept["expected"], made["expected"]), *pairs]:
        assert a == b or agrees([decoded(v) for v in a], [decoded(v) for v in b], tolerance)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_both_forms_and_the_shipped_values_are_in_step(path, tmp_path):
    worked = json.loads(path.read_text())
    at = release.address()
    students = ROOT / "notebooks" / path.name
    assert students.read_text() == release.dumps(release.released(worked, path.stem, at)), "run: course release"
    assert path.read_text() == release.dumps(release.released(worked, path.stem, at, worked=True))
    kept = json.loads((release.EXPECTED / f"{path.stem[:2]}.json").read_text())
    made = release.values(ROOT, path.stem[:2], worked)
    assert set(kept) == set(made) == {exercise.name for exercise in exercises.of_chapter(path.stem[:2])}
    for exercise in exercises.of_chapter(path.stem[:2]):
        assert all(kept[exercise.name][word] == made[exercise.name][word] for word in ("hints", "stub")), "run: release"
        cases, again = kept[exercise.name]["cases"], made[exercise.name]["cases"]
        assert set(cases) == set(again) == {case.label for case in exercise.public}
        for case in exercise.public:
            assert_alike(cases[case.label], again[case.label], case.tolerance)
    release.write(ROOT, path.stem[:2], tmp_path)
    assert (tmp_path / path.name).read_bytes() == students.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [path.name], "a handout holds the notebook alone"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_no_two_lines_of_an_answer_stand_where_a_student_can_read_them(path):
    sources = [ROOT / "notebooks" / path.name, *(ROOT / "course/exercises").rglob("*.py")]
    readable = [re.sub(r"\s+", "", file.read_text().replace("\\n", "").replace('",', "").replace('\\"', '"'))
                for file in sources]  # fmt: skip
    for lines in answers(path):
        telling = [re.sub(r"\s+", "", line).replace('"', "") for line in lines if len(WORDS.findall(line)) > 12]
        for first, second in pairwise(telling):
            for text in readable:
                assert first + second not in text.replace('"', "")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_every_stub_runs_and_every_check_says_not_yet(path, capsys):
    students = json.loads((ROOT / "notebooks" / path.name).read_text())
    stubs = release.worked_answers(students)
    for exercise in exercises.of_chapter(path.stem[:2]):
        assert not exercises.check(exercise.name, stubs[exercise.name])
        said = capsys.readouterr().out
        assert "not yet" in said and "✗ nothing is written yet" in said
    worked = release.worked_answers(json.loads(path.read_text()))
    for exercise in exercises.of_chapter(path.stem[:2]):
        assert exercises.check(exercise.name, worked[exercise.name]), capsys.readouterr().out


def test_outputs_counts_and_foreign_metadata_go_and_ids_stay():
    made = release.released(notebook(("code", "1 + 1"), ("markdown", "text")), "01_x", "https://example.org/a/b")
    code, text = made["cells"]
    assert code == {"cell_type": "code", "id": "c0", "metadata": {"tags": ["show"]}, "source": ["1 + 1"],
                    "outputs": [], "execution_count": None}  # fmt: skip
    assert "outputs" not in text and "widgets" not in made["metadata"]


def test_the_plan_of_the_lecture_stays_with_the_lecturer():
    source = notebook(("markdown", "text"))
    plan = {"slide_type": "slide", "seconds": 60, "say": "Ask first."}
    source["cells"][0]["metadata"] = {"slideshow": plan}
    forms = [release.released(source, "01_x", "https://example.org/a/b", worked=worked) for worked in (False, True)]
    assert [form["cells"][0]["metadata"]["slideshow"] for form in forms] == [{"slide_type": "slide"}, plan]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_nbgrader_finds_the_points_of_each_exercise_and_no_answer_that_it_would_empty(path):
    students = json.loads((ROOT / "notebooks" / path.name).read_text())
    marked = {cell["id"]: cell for cell in students["cells"] if "nbgrader" in cell["metadata"]}
    found = {name: cell["metadata"]["nbgrader"] for name, cell in marked.items()}
    called = [release.CHECK.search("".join(cell["source"]))[1] for cell in marked.values()]
    points = {exercise.name: exercise.points for exercise in exercises.of_chapter(path.stem[:2])}
    assert {name: mark["points"] for name, mark in zip(called, found.values(), strict=True)} == points
    for name, mark in found.items():
        assert mark["grade_id"] == name and (mark["grade"], mark["locked"], mark["solution"]) == (True, True, False)


def test_one_place_names_the_address_and_every_badge_and_first_cell_follows_it():
    badge = "[Open in Colab](https://colab.research.google.com/github/old/one/x)"
    source = notebook(("markdown", f"# T\n\n{badge}\n\nmore"), ("code", "anything"))
    source["cells"][1]["id"] = "setup"
    made = release.released(source, "03_plain_vs_deep", "https://github.com/new/home")
    title, setup = ("".join(cell["source"]) for cell in made["cells"])
    assert "old/one" not in title and title.count("new/home") == 2 and title.endswith("more")
    assert "labpath=notebooks/03_plain_vs_deep.ipynb" in title and "git+https://github.com/new/home" in setup


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("### BEGIN SOLUTION\nx = 1", "without"),
        ("x = 1\n### END SOLUTION", "never began"),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "no ### STUB line"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### STUB x\n### END SOLUTION", "begins inside another"),
    ],
)
def test_markers_that_do_not_fit_are_refused_with_the_cell(source, words):
    with pytest.raises(ValueError, match=words) as error:
        release.student(source, "c7")
    assert "cell c7" in str(error.value)


def test_a_chapter_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ValueError, match="no chapter '99'.*there are 01, 02"):
        release.write(ROOT, "99")
    (tmp_path / "solutions").mkdir()
    with pytest.raises(ValueError, match="there are none"):
        release.write(tmp_path)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem[:2])
def test_the_teachers_notes_have_the_chapters_exercises_and_hidden_cases(chapter):
    notes = (chapter.parent / f"{chapter.stem[:2]}_instructor_notes.md").read_text()
    cells = [("".join(cell["source"]), cell["cell_type"]) for cell in json.loads(chapter.read_text())["cells"]]
    numbers = [n for text, kind in cells if kind == "markdown" for n in re.findall(r"^#+ Exercise (\S+)", text, re.M)]
    checked = [n for text, kind in cells if kind == "code" for n in re.findall(r"^check\(\"(\w+)\"", text, re.M)]
    assert re.findall(r"^\| (\S+) `(\w+)`", notes, re.M) == list(zip(numbers, checked, strict=True))
    cases = {e.name: e.cases for e in exercises.of_chapter(chapter.stem[:2])}
    hidden = "; ".join(case.label for name in checked for case in cases[name] if not case.public)
    assert f"\nHidden cases: {hidden}." in notes
