"""What ships with the exercises: expected values of the public cases, and what each usual mistake shows in them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from course.exercises.exercise import Case, Exercise
from course.exercises.observing import Arrays, agrees

DIGITS = 10  # significant ones; the tolerances are wider


class Expected:
    """The values of one chapter, as `course release` computed them from right answers and usual mistakes."""

    def __init__(self, values: dict[str, Any]):
        self.values = values

    def arrays(self, exercise: Exercise, case: Case) -> Arrays:
        """What a right answer shows, in the order in which the case looks."""
        return [decoded(value) for value in self._case(exercise, case)["expected"]]

    def hint(self, exercise: Exercise, case: Case, seen: Arrays) -> str:
        """The words for the usual mistake that shows just this; empty if none does."""
        for mistake, values in self._case(exercise, case)["mistakes"].items():
            if self._shows(values, case, seen):
                return str(self.values[exercise.name]["hints"][mistake])
        return ""

    def as_stub(self, exercise: Exercise, case: Case, seen: Arrays) -> bool:
        """Whether this is what the exercise's stub shows; an empty list stands for an error."""
        return self._shows(self._case(exercise, case)["stub"] or [], case, seen)

    def _case(self, exercise: Exercise, case: Case) -> dict[str, Any]:
        found: dict[str, Any] = self.values[exercise.name]["cases"][case.label]
        return found

    def _shows(self, values: list[dict[str, Any]], case: Case, seen: Arrays) -> bool:
        return agrees(seen, [decoded(value) for value in values], case.tolerance)


@cache
def expected(chapter: str) -> Expected:
    """The values that ship for a chapter, such as "03"."""
    text = (files("course.exercises") / "expected" / f"{chapter}.json").read_text(encoding="utf-8")
    return Expected(json.loads(text))


def encoded(value: np.ndarray) -> dict[str, Any]:
    """An array as JSON: its shape and its numbers; JSON has no infinity or NaN, so these are words."""
    flat = [float(f"{v:.{DIGITS}g}") for v in value.ravel().tolist()]
    return {"shape": list(value.shape), "values": [v if np.isfinite(v) else str(v) for v in flat]}


def decoded(value: dict[str, Any]) -> np.ndarray:
    """The array that `encoded` wrote."""
    return np.array([float(v) for v in value["values"]], dtype=np.float64).reshape(value["shape"])
