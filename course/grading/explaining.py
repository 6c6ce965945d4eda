"""A judge that says each case: what was asked, what a right answer shows, what came out. For a teacher's eyes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from course.exercises import Case, Exercise
from course.exercises.given import Conduct
from course.exercises.observing import Arrays, Observation, arrays
from course.grading.box import Box
from course.grading.judging import FAILED, PASSED, UNCOUNTED, Judge, Outcome, counts

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
        if all(counts(outcome, outcomes) for outcome in outcomes):
            self.told[exercise.name] += [f"{PASSED} {'; '.join(outcome.case.label for outcome in outcomes)}"]
            return outcomes
        for outcome in outcomes:
            sign = FAILED if not outcome.passed else PASSED if counts(outcome, outcomes) else UNCOUNTED
            self.told[exercise.name] += self._lines(exercise, outcome, sign)
        return outcomes

    def _lines(self, exercise: Exercise, outcome: Outcome, sign: str) -> Iterator[str]:
        case = outcome.case
        kind = "public" if case.public else "hidden"
        name = f"{sign} {kind} case {case.label!r}, {exercise.worth(case):.3g} points"
        if (exercise.name, case.label) not in self._asked:
            yield f"{name}: {outcome.words}"
            return
        seed, should, call = self._asked[exercise.name, case.label]
        yield f"{name}, seed {seed}: {call}"
        yield f"  right answer: {shown(should, arrays(should))}"
        yield f"  this answer: {shown(should, outcome.seen) if len(outcome.seen) else outcome.words or 'nothing'}"


def shown(should: Sequence[Observation], seen: Arrays) -> str:
    """What was seen in one line: what it is, its shape and its first numbers, or whether an answer behaves so.

    >>> shown([Observation("returned", np.zeros(2)), Observation(Conduct(True, "", "raised ValueError"), np.ones(()))],
    ...       [np.array([1.0, 2.0]), np.array(0.0)])
    'returned (2,) [1, 2] · raised ValueError: no'
    """
    said = [observation.said for observation in should]
    return " · ".join(_one(words, np.asarray(values)) for words, values in zip_longest(said[: len(seen)], seen))


def _one(said: str | Conduct | None, values: np.ndarray) -> str:
    if isinstance(said, Conduct):
        return f"{said.yes}: {'yes' if np.all(values > 0) else 'no'}"
    flat = [f"{value:.6g}" for value in values.ravel()[:SHOWN].tolist()]
    numbers = f"[{', '.join(flat)}{', …' if values.size > SHOWN else ''}]"
    return " ".join([said or "more than was asked:", *([str(values.shape)] if values.ndim else []), numbers])
