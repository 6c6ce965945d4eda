"""An nbgrader course adopts a chapter as it is released: nbgrader itself generates the assignment and grades it."""

import json

import grading_rows as rows
import nbgrader_course
import needs
import pytest

from course import exercises, release

ROOT = nbgrader_course.ROOT
NOTEBOOK = nbgrader_course.NOTEBOOK
POINTS = {f"{exercise.name.replace('_', '-')}-check": exercise.points for exercise in exercises.of_chapter("04")}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of a course, the handout that it was made of, and what nbgrader found."""
    needs.program("uv")
    folder = tmp_path_factory.mktemp("nbgrader")
    (file,) = release.write(ROOT, "04", folder / "source" / nbgrader_course.NAME)
    worked = ROOT / "solutions" / NOTEBOOK
    handout, right, half = (json.loads(path.read_text()) for path in (file, worked, worked))
    stubs = {cell["id"]: cell["source"] for cell in handout["cells"]}
    for cell in half["cells"]:
        if cell["id"] == "gate-bias-for-depth-answer":
            cell["source"] = rows.DEPTH.replace("raise ValueError", "return 0.0")  # right in 3 of 4.5, by weight
        elif cell["id"] == "lesion-answer":
            cell["source"] = stubs[cell["id"]]
    for student, notebook in {"right": right, "half": half, "empty": handout}.items():
        nbgrader_course.hand_in(folder, student, nbgrader_course.short(notebook))
    return folder, handout, nbgrader_course.graded(folder) or needs.missing(nbgrader_course.FETCH)


def test_students_get_the_notebook_as_it_was_released(course):
    folder, handout, _ = course
    given = json.loads((folder / "release" / nbgrader_course.NAME / NOTEBOOK).read_text())["cells"]
    assert [cell["source"] for cell in given] == [cell["source"] for cell in handout["cells"]]


@pytest.mark.parametrize(
    ("student", "lost"),
    [
        ("right", {}),
        ("half", {"gate-bias-for-depth-check": 2 - 2 * 3 / 4.5, "lesion-check": 2}),
        ("empty", POINTS),
    ],
)
def test_each_check_ends_with_plain_points_and_nothing_on_stderr(course, student, lost):
    found = course[2][student]
    deserved = {check: most - lost.get(check, 0) for check, most in POINTS.items()}
    assert found["points"] == {
        check: pytest.approx([deserved[check], most], abs=1e-5) for check, most in POINTS.items()
    }
    for check, points in deserved.items():
        *printed, last = found["outputs"][check]
        assert last["output_type"] == "execute_result" and last["data"] == {"text/plain": [f"{points:g}"]}
        assert [output["name"] for output in printed] == ["stdout"]
    outputs = [output for cell in found["outputs"].values() for output in cell]
    assert not [one for one in outputs if one["output_type"] == "error" or one.get("name") == "stderr"]


def test_what_nbgrader_knows_checks_by_is_not_seen(course):
    import nbformat
    from nbconvert import HTMLExporter

    handout = course[1]
    plain = json.loads(json.dumps(handout))
    for cell in plain["cells"]:
        cell["metadata"].pop("nbgrader", None)
    pages = [HTMLExporter().from_notebook_node(nbformat.reads(json.dumps(one), 4))[0] for one in (handout, plain)]
    assert pages[0] == pages[1]
