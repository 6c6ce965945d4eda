"""Points that a teacher gives by hand, in `manual.csv` beside the gradebook: read by each run, written by none. And
whom a teacher means by a name.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from course import wording
from course.grading.roster import asked, table, words
from course.grading.submissions import Submission

COLUMNS = ["student", "exercise", "points", "comment"]
SHOWN = 5  # candidates


class Manual:
    """What stands in the file, if it is there.

    Raises ValueError, with every line that cannot be used: it names no submission or several, no exercise, no number of
    points, or what a line before it gives.
    """

    def __init__(self, file: Path, submissions: Iterable[Submission], exercises: Iterable[str]):
        self._given: dict[tuple[str, str], tuple[float, str]] = {}
        if not file.exists():
            return
        columns, rows, lines = table(file)
        if not set(COLUMNS[:3]) <= set(columns):
            raise ValueError(f"{file.name} has the columns {', '.join(columns)}; it needs {', '.join(COLUMNS)}")
        there, names, wrong = list(submissions), list(exercises), []
        for line, row in zip(lines, rows, strict=True):
            try:
                key = meant(there, row["student"].strip()).id, _exercise(names, row)
                if key in self._given:
                    raise ValueError(f"{row['student']!r} and {key[1]} stand in a line before it")
                self._given[key] = _points(row["points"]), row.get("comment", "").strip()
            except ValueError as error:
                wrong.append(f"line {line}: {error}")
        if wrong:
            said = f"{file.name} has {wording.counted(len(wrong), 'line')} of no use, and nothing was written"
            raise ValueError("\n  ".join([said, *wrong]))

    def given(self, one: Submission, exercise: str) -> tuple[float, str] | None:
        """The points for an exercise and the comment, if there are any."""
        return self._given.get((one.id, exercise))


def meant(submissions: Sequence[Submission], text: str, part: bool = False) -> Submission:
    """The one of this id, or of a student with this name, in whatever order, login, email or number; with `part`, what
    is only a part of one of these will do. Raises ValueError, with who it could be, where it fits none or several.
    """
    fits: list[Submission] = []
    for fitting in (_is, _named, _within)[: 3 if part else 1]:
        fits = fits or [one for one in submissions if fitting(text, one)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise ValueError(f"{text!r} fits {len(fits)} submissions: {_listed(fits)}")
    near = _near(text, submissions)
    instead = f"near it is {_listed(near)}" if near else "course grade --dry-run lists them"
    raise ValueError(f"no submission is of {text!r}; {instead}")


def _is(text: str, one: Submission) -> bool:
    return one.id == text.removesuffix(".ipynb") or any(asked(text) & student.called for student in one.students)


def _named(text: str, one: Submission) -> bool:
    """Whether these are whole words of a name."""
    parts = set(words(text))
    return bool(parts) and any(parts <= set(words(clue.text)) for who in one.students for clue in who.called)


def _within(text: str, one: Submission) -> bool:
    parts, called = words(text), [clue.text for who in one.students for clue in who.called]
    return any(text.casefold() in said.casefold() for said in (one.id, *called)) or (
        bool(parts) and any(all(part in " ".join(words(said)) for part in parts) for said in called)
    )


def _near(text: str, submissions: Sequence[Submission]) -> list[Submission]:
    said: dict[str, Submission] = {}
    for one in submissions:
        for student in one.students:
            for name in (one.id, *(clue.text for clue in student.called)):
                said |= {name.casefold(): one, **{word: one for word in words(name) if not word.isdigit()}}
    close = difflib.get_close_matches(text.casefold(), said, n=SHOWN, cutoff=0.75)
    return list({said[name].id: said[name] for name in close}.values())


def _listed(some: Sequence[Submission]) -> str:
    return "; ".join([f"{one.student} ({one.id})" for one in some[:SHOWN]] + ["…"] * (len(some) > SHOWN))


def _exercise(names: list[str], row: dict[str, str]) -> str:
    given = row["exercise"].strip()
    if given not in names:
        comma = '; a name with a comma stands in "quotes"' if row["points"].strip() in names else ""
        raise ValueError(f"there is no exercise {given!r}; there are {', '.join(names)}{comma}")
    return given


def _points(text: str) -> float:
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points < math.inf:
        raise ValueError(f"the points have to be a number, at least 0; got {text!r}")
    return points
