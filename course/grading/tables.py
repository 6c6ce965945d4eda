"""A class's results as CSV: the house's own, and what Canvas and Moodle import. No cell begins as a formula does."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from course import wording
from course.grading.results import Class, Result
from course.grading.roster import Roster
from course.grading.submissions import Student

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["Identifier", "Full name", "Email address", "Grade", "Maximum grade", "Feedback comments"]


def text(value: str | float) -> str:
    """A cell: a number as it is, and words so that no spreadsheet computes them."""
    if not isinstance(value, str):
        return f"{value:g}"
    return f"'{value}" if value.startswith(FORMULA) and value != "-" else value  # Moodle's word for nothing


def csv_text(rows: Iterable[Iterable[str | float]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([text(cell) for cell in row] for row in rows)
    return out.getvalue()


def grades(found: Class) -> str:
    """A row for each submission: its id, its students, the points of each exercise, and all together."""
    made: list[list[str | float]] = [["submission", "student", *found.most, "total"]]
    made += [[one.submission.id, one.submission.student, *one.points.values(), one.total] for one in found.results]
    return csv_text(made)


def _students(found: Class) -> Iterator[tuple[Result, Student]]:
    """Who has points: of all others the platforms keep what they have."""
    for result in found.judged:
        for student in result.submission.students:
            yield result, student


def canvas(found: Class, roster: Roster | None) -> str:
    """What Canvas's gradebook imports: a row for each student whose Canvas ID is known, by roster or file name. With
    Canvas's own export as roster nobody is in it who is not in that.

    Empty where there is none. Who handed in nothing, or what could not be graded, is not in it, so that Canvas leaves
    them as they are.
    """
    rows: list[list[str | float]] = []
    for result, student in _students(found):
        if roster is not None and roster.canvas:
            known = roster.rows[student.row] if student.row is not None else {}
            rows += [[*(known.get(column, "") for column in CANVAS), result.total]] if known else []
        elif student.canvas:
            rows.append([student.name, student.canvas, "", "", "", result.total])
    possible: list[str | float] = ["    Points Possible", "", "", "", "", found.whole]
    return csv_text([[*CANVAS, found.title], possible, *rows]) if rows else ""


def moodle(found: Class, roster: Roster | None) -> str:
    """Moodle's grading worksheet, filled in: with a worksheet as roster all its columns and nobody else, else those
    columns that it needs.

    Empty where no student's participant number is known, by roster or by folder.
    """
    worksheet = roster is not None and roster.moodle
    columns = roster.columns if worksheet and roster is not None else MOODLE
    rows: list[list[str | float]] = []
    for result, student in _students(found):
        known: dict[str, str] = {}
        if worksheet and roster is not None:
            known = roster.rows[student.row] if student.row is not None else {}
        elif student.moodle:
            known = {"Identifier": f"Participant {student.moodle}", "Full name": student.name,
                     "Email address": student.email}  # fmt: skip
        if known:
            words = ", ".join(f"{name} {points:g}/{found.most[name]:g}" for name, points in result.points.items())
            most = {} if worksheet else {"Maximum grade": found.whole}
            filled: dict[str, str | float] = {**known, **most, "Grade": result.total, "Feedback comments": words}
            rows.append([filled.get(column, "") for column in columns])
    return csv_text([columns, *rows]) if rows else ""


def mismatches(title: str, whole: float, roster: Roster | None) -> Iterator[str]:
    """In words, what the platform of this roster calls otherwise than the assignment, or gives other points."""
    if roster is None:
        return
    set_one = "set the one or the other (points in assignment.toml)"
    worksheet = next((name for name in roster.columns if name.casefold() == "maximum grade"), "")
    most = _number(roster.rows[0][worksheet]) if worksheet and roster.rows else None
    if most not in (None, whole):
        yield f"Moodle's maximum is {most:g} and this assignment's {whole:g}: {set_one}"
    possible = _number(roster.possible.get(title, ""))
    if possible not in (None, whole):
        yield f"Canvas's maximum of {title!r} is {possible:g} and this assignment's {whole:g}: {set_one}"
    if roster.canvas and title not in roster.columns:
        others = [name for name in roster.columns if re.search(r" \(\d+\)$", name)]
        yield (f"Canvas has no column {title!r}, and would make a new one of it; give the title in assignment.toml"
               + (f", one of {wording.shortened(others)}" if others else ""))  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
