"""Putting a case to somebody's answer, writing down what is seen as plain arrays, and comparing these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import torch

from course.exercises.exercise import Case
from course.exercises.given import Conduct, Given
from course.exercises.operations import numbers

Arrays = list[np.ndarray]


class Observation(NamedTuple):
    """One thing that a case saw: its numbers as float64, and the words for them, or whose conduct it was."""

    said: str | Conduct
    values: np.ndarray


def observe(case: Case, answer: Any) -> list[Observation]:
    """Build the case's inputs, then look at the answer with them. Whatever the answer raises goes on.

    The random numbers of the process are put back afterwards.
    """
    with torch.random.fork_rng(devices=[]), np.errstate(invalid="ignore"):  # infinity is shown, not warned of
        given = Given(case.inputs(case.seed))
        torch.manual_seed(case.seed)
        return [_observation(seen) for seen in case.look(answer, given)]


def _observation(seen: tuple[str, Any] | Conduct) -> Observation:
    if isinstance(seen, Conduct):
        return Observation(seen, np.asarray(seen.so, dtype=np.float64))
    said, value = seen
    return Observation(said, numbers(value).copy())


def arrays(observations: Iterable[Observation]) -> Arrays:
    """The numbers alone: all that has to leave the process in which an answer runs."""
    return [observation.values for observation in observations]


def agrees(seen: Arrays, expected: Arrays, tolerance: float) -> bool:
    """Whether all that was seen has the expected shapes, and values within `tolerance` of the largest finite one."""
    if [value.shape for value in seen] != [value.shape for value in expected]:
        return False
    return all(
        np.allclose(a, b, rtol=0, atol=tolerance * max(1e-30, _largest(b)), equal_nan=True)
        for a, b in zip(seen, expected, strict=True)
    )


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0))
