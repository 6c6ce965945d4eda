"""Points that a teacher gives by hand, in `manual.csv` beside the gradebook: read by each run, written by none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from course.grading.roster import plain, table
from course.grading.submissions import Student, Submission

COLUMNS = ["student", "exercise", "points", "comment"]


class Manual:
    """What stands in the file, which is made with its first line where there is none.

    Raises ValueError for a line that names no submission or several, no exercise, or no number of points.
    """

    def __init__(self, file: Path, submissions: Iterable[Submission], exercises: Iterable[str]):
        if not file.exists():
            file.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
        columns, rows = table(file)
        if not set(COLUMNS[:3]) <= set(columns):
            raise ValueError(f"{file.name} has the columns {', '.join(columns)}; it needs {', '.join(COLUMNS)}")
        self._given: dict[tuple[str, str], tuple[float, str]] = {}
        there, names = list(submissions), list(exercises)
        for number, row in enumerate(rows, 2):
            where = f"{file.name}, line {number}"
            fits = named(there, row["student"])
            if len(fits) != 1:
                found = f"fits {len(fits)} submissions" if fits else "fits no submission"
                raise ValueError(f"{where}: the student {row['student']!r} {found}; give a file's or folder's name")
            if row["exercise"] not in names:
                raise ValueError(f"{where}: there is no exercise {row['exercise']!r}; there are {', '.join(names)}")
            self._given[fits[0].id, row["exercise"]] = (_points(where, row["points"]), row.get("comment", "").strip())

    def given(self, one: Submission, exercise: str) -> tuple[float, str] | None:
        """The points for an exercise and the comment, if there are any."""
        return self._given.get((one.id, exercise))


def named(submissions: list[Submission], text: str) -> list[Submission]:
    """Those of this id, else those of a student who has this name, email or number."""
    same = [one for one in submissions if one.id == text]
    return same or [one for one in submissions if any(_is(student, text) for student in one.students)]


def _is(student: Student, text: str) -> bool:
    known = {student.name, student.email, student.number, student.canvas, student.moodle} - {""}
    return text in known or (bool(plain(text)) and plain(text) == plain(student.name))


def _points(where: str, text: str) -> float:
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points < math.inf:
        raise ValueError(f"{where}: the points have to be a number, at least 0; got {text!r}")
    return points
