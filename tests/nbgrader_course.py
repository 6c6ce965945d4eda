"""A course under nbgrader: what it gives to students, and what it makes of that which they hand in.

    uv run --isolated --no-dev --group nbgrader python tests/nbgrader_course.py FOLDER

FOLDER holds `source/04/` with the teacher's notebook and `submitted/STUDENT/04/` with the students'; into `release/04/`
comes what `nbgrader generate_assignment` gives out. Prints JSON: for each student the seconds that `nbgrader autograde`
took, the points of each test and how many there are, and the outputs of each cell.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN = ["uv", "run", "--quiet", "--isolated", "--no-dev", "--group", "nbgrader"]  # an environment without its menus
FETCH = f"nbgrader is not here; this fetches it: {' '.join(OWN)} nbgrader --version"
NAME, NOTEBOOK = "04", "04_highway.ipynb"


def short(notebook):
    """Text, imports and exercises of a chapter: a student may delete the rest, and nbgrader is done in a tenth of the
    time.
    """
    kept = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
        or cell["id"] in ("setup", "imports")
        or {"exercise", "check"} & set(cell["metadata"].get("tags", []))
    ]
    return notebook | {"cells": kept}


def hand_in(folder, student, notebook):
    """Put a notebook where nbgrader collects a student's."""
    place = folder / "submitted" / student / NAME
    place.mkdir(parents=True)
    (place / NOTEBOOK).write_text(json.dumps(notebook))


def graded(folder):
    """What real nbgrader prints for a course's folder; None where it has not been fetched yet."""
    here = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    command = [*OWN, "--offline", "python", __file__, str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=here, capture_output=True, text=True)
    if done.returncode == 2 and "--offline" in done.stderr:
        return None
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def main(folder):
    """Generate the assignment, grade each student, and print."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    course = NbGraderAPI(config=Config(CourseDirectory={"root": str(folder)}))
    _demand(course.generate_assignment(NAME))
    students = sorted(path.name for path in (folder / "submitted").iterdir())
    print(json.dumps({student: _autograded(course, folder, student) for student in students}))


def _autograded(course, folder, student):
    started = time.perf_counter()
    _demand(course.autograde(NAME, student))
    seconds = time.perf_counter() - started
    (notebook,) = (folder / "autograded" / student / NAME).glob("*.ipynb")
    cells = json.loads(notebook.read_text())["cells"]
    with course.gradebook as book:
        (handed_in,) = book.find_submission(NAME, student).notebooks
        points = {grade.name: (grade.auto_score, grade.max_score) for grade in handed_in.grades}
    outputs = {cell["id"]: cell["outputs"] for cell in cells if cell["cell_type"] == "code"}
    return {"seconds": seconds, "points": points, "outputs": outputs}


def _demand(done):
    if not done["success"]:
        sys.exit(f"{done['error']}\n{done['log']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
