"""What ships with the exercises: expected values of the public cases, and what each known mistake returns."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from course.exercises import steps
from course.exercises.declared import Case, Exercise

DIGITS = 10  # significant ones; the tolerances are wider


class Shipped:
    """The values of one chapter, as `course release` computed them from the worked answers and the wrong ones."""

    def __init__(self, values: dict[str, Any]):
        self.values = values

    def expected(self, exercise: Exercise, case: Case) -> list[np.ndarray]:
        """What a right answer shows, one array for each step of the case."""
        return [decoded(value) for value in self.values[exercise.name][case.label]["expected"]]

    def mistake(self, exercise: Exercise, case: Case, seen: list[np.ndarray]) -> str:
        """The id of the known mistake that shows just this; empty if none does."""
        for hint, values in self.values[exercise.name][case.label]["mistakes"].items():
            if self._shows(values, case, seen):
                return hint
        return ""

    def as_stub(self, exercise: Exercise, case: Case, seen: list[np.ndarray]) -> bool:
        """Whether this is what the exercise's stub shows; an empty list stands for an error."""
        return self._shows(self.values[exercise.name][case.label]["stub"] or [], case, seen)

    def _shows(self, values: list[dict[str, Any]], case: Case, seen: list[np.ndarray]) -> bool:
        return steps.agrees(seen, [decoded(value) for value in values], case.tolerance)


@cache
def shipped(chapter: str) -> Shipped:
    """The values that ship for a chapter, such as "03"."""
    return Shipped(json.loads((files("course.exercises") / "expected" / f"{chapter}.json").read_text(encoding="utf-8")))


def encoded(value: np.ndarray) -> dict[str, Any]:
    """An array as JSON: its shape and its numbers; JSON has no infinity or NaN, so these are words."""
    flat = [float(f"{v:.{DIGITS}g}") for v in value.ravel().tolist()]
    return {"shape": list(value.shape), "values": [v if np.isfinite(v) else str(v) for v in flat]}


def decoded(value: dict[str, Any]) -> np.ndarray:
    """The array that `encoded` wrote."""
    return np.array([float(v) for v in value["values"]], dtype=np.float64).reshape(value["shape"])
