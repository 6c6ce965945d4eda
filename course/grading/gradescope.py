"""An autograder for Gradescope: a zip with the project, the assignment and the secret, and what runs in its container.

There each submission comes alone. Students' code becomes another user than the one that owns `/autograder`; whether
Landlock and seccomp are there is their host's affair, and what is missing is done without, as with `--unsafe`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course.grading import assignment, confinement, gradebook, submissions
from course.grading.results import Result
from course.records import atomic

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when the image is built.
set -euo pipefail
apt-get update && apt-get install -y --no-install-recommends libseccomp2 python3-venv
python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir uv
export UV_PYTHON_INSTALL_DIR=/opt/python  # where every user can start it
/opt/uv/bin/uv venv --python 3.12 /opt/course
/opt/uv/bin/uv pip install --python /opt/course/bin/python --torch-backend=cpu -e /autograder/source/project
"""
RUN = """#!/usr/bin/env bash
# Gradescope runs this as root for each submission.
set -euo pipefail
home=${AUTOGRADER:-/autograder}
chmod 0700 "$home"  # students' code becomes another user
cd "$home/source/project"
exec "${PYTHON:-/opt/course/bin/python}" -m course.grading.gradescope "$home"
"""
ABOUT = "about.json"
PROJECT = ("course", "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = ("__pycache__", "recordings")


def write(file: Path, root: Path, number: str, settings: gradebook.Settings, assignment_file: Path | None) -> None:
    """Write the zip to upload. Raises ValueError for what is not there.

    The secret travels with it, so that a submission gets the same cases whenever it is graded.
    """
    chosen = gradebook.about(number, root, settings)
    key = gradebook.secret(settings.secret or file.with_name(f"{file.stem}.secret"))
    about = {"chapter": chosen.number}
    with atomic(file, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", SETUP.encode(), 0o755)
        _add(archive, "run_autograder", RUN.encode(), 0o755)
        _add(archive, "secret", key, 0o600)
        for path in (*_project(root), root / "solutions" / f"{chosen.handout}.ipynb"):
            _add(archive, f"project/{path.relative_to(root).as_posix()}", path.read_bytes())
        if assignment_file is not None:
            about["assignment"] = "assignment.toml"
            _add(archive, "assignment.toml", assignment_file.read_bytes())
        if settings.private is not None:
            about["exercises"] = "exam.py"
            _add(archive, "exam.py", settings.private.read_bytes())
            answers = settings.private.with_name(f"{settings.private.stem}_answers.py")
            _add(archive, "exam_answers.py", answers.read_bytes())
        _add(archive, ABOUT, json.dumps(about).encode())


def _project(root: Path) -> Iterator[Path]:
    for name in PROJECT:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and not set(path.parts) & set(LEFT_OUT):
                yield path


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int = 0o644) -> None:
    about = zipfile.ZipInfo(name)  # of 1980: the same project makes the same bytes
    about.external_attr = (0o100000 | mode) << 16
    about.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(about, content)


def tests(result: Result, most: dict[str, float]) -> dict[str, Any]:
    """What Gradescope reads: a test for each exercise, all of it to be seen."""
    return {
        "visibility": "visible",
        "tests": [
            {"name": name, "score": points, "max_score": most[name], "output": result.reasons[name]}
            for name, points in result.points.items()
        ],
    }


def main(home: Path) -> None:
    """Grade what lies in `submission/`, and write `results/results.json` when no process of the student is left."""
    source = home / "source"
    about = json.loads((source / ABOUT).read_text(encoding="utf-8"))
    told = assignment.assignment(source / about["assignment"] if "assignment" in about else None)
    private = source / about["exercises"] if "exercises" in about else None
    settings = gradebook.Settings(told, private=private, secret=source / "secret")
    root = source / "project"
    os.environ[confinement.UNSAFE] = "1"
    with tempfile.TemporaryDirectory() as out:
        one = submissions.of_one(home / "submission")
        result = gradebook.grade_one(one, about["chapter"], Path(out), root, settings)
    most = {exercise.name: exercise.points for exercise in gradebook.about(about["chapter"], root, settings).exercises}
    with atomic(home / "results" / "results.json") as stream:
        stream.write(json.dumps(tests(result, most), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
