"""A judge that says each case: what was asked, what a right answer shows, what came out. For a teacher's eyes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from course.exercises import Case, Exercise
from course.exercises.observing import Arrays, Observation, arrays
from course.grading.box import Box
from course.grading.judging import Judge, Outcome

SHOWN = 6  # numbers of an array


class Explaining(Judge):
    """Keeps lines about each case in `told`, by exercise."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.told: dict[str, list[str]] = defaultdict(list)
        self._asked: dict[tuple[str, str], tuple[int, list[Observation], str]] = {}

    def _right(self, exercise: Exercise, case: Case) -> tuple[list[Observation], str]:
        should, call = super()._right(exercise, case)
        self._asked[exercise.name, case.label] = case.seed, should, call
        return should, call

    def _outcomes(self, box: Box, exercise: Exercise, program: list[Any], cells: dict[str, str]) -> list[Outcome]:
        outcomes = super()._outcomes(box, exercise, program, cells)
        for outcome in outcomes:
            self.told[exercise.name] += self._lines(exercise, outcome)
        return outcomes

    def _lines(self, exercise: Exercise, outcome: Outcome) -> Iterator[str]:
        case = outcome.case
        kind, sign = "public" if case.public else "hidden", "✓" if outcome.passed else "✗"
        name = f"{sign} {kind} case {case.label!r}, weight {case.weight:g}"
        if (exercise.name, case.label) not in self._asked:
            yield f"{name}: {outcome.words}"
            return
        seed, should, call = self._asked[exercise.name, case.label]
        yield f"{name}, seed {seed}: {call}"
        yield f"  a right answer shows {numbers(arrays(should))}"
        yield f"  this one showed {numbers(outcome.seen) if len(outcome.seen) else outcome.words or 'nothing'}"


def numbers(seen: Arrays) -> str:
    """Arrays in one line: their shapes and their first numbers.

    >>> numbers([np.array([1.0, 2.0]), np.array(0.5)])
    '(2,) [1, 2] · () [0.5]'
    """
    return " · ".join(_few(np.asarray(values)) for values in seen)


def _few(values: np.ndarray) -> str:
    flat = [f"{value:.6g}" for value in values.ravel()[:SHOWN].tolist()]
    return f"{tuple(values.shape)} [{', '.join(flat)}{', …' if values.size > SHOWN else ''}]"
