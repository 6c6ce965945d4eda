"""Curves before they are drawn: smoothed, and thinned to so many points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from course import themes
from course.records import Record, Run

SMOOTH_STEPS = themes.tokens()["chart"]["smooth_steps"]
SMOOTHING_IN_WORDS = f"running geometric mean over about {SMOOTH_STEPS} steps"
THINNED = 50  # points of a recorded curve before its last epoch, which is kept whole: it makes the training loss
CEILING, FLOOR = 1e15, 1e-30  # what inf and an exact zero count as in a geometric mean


class RunningMean:
    """A mean over about 10 steps that takes one value after another: the plain mean of the first ten, then an
    exponential one; `geometric`: of the logarithms, as for losses.
    """

    def __init__(self, geometric: bool = True):
        self.geometric = geometric
        self._count, self._mean = 0, 0.0

    def add(self, value: float) -> float:
        """The mean, this value included."""
        self._count += 1
        weight = 1 / self._count if self._count <= SMOOTH_STEPS else 2 / (SMOOTH_STEPS + 1)
        self._mean += weight * (self.level(value) - self._mean)
        return self.shown(self._mean)

    def level(self, value: float) -> float:
        """What is averaged: the value or its logarithm, brought into the range of finite numbers."""
        finite = min(value, CEILING) if math.isfinite(value) else CEILING
        return math.log10(max(finite, FLOOR)) if self.geometric else finite

    def shown(self, level: float) -> float:
        """Back from what is averaged to a value."""
        return 10**level if self.geometric else level


def smooth(values: Sequence[float], *, diverged: bool = False, geometric: bool = True) -> list[float]:
    """All means of a `RunningMean`. diverged: the last three values stay as they are, or the mean would hide them.

    >>> smooth([1.0, 100.0], geometric=True), smooth([1.0, 3.0], geometric=False)
    ([1.0, 10.0], [1.0, 2.0])
    """
    mean = RunningMean(geometric)
    result = [mean.add(value) for value in values]
    if diverged:
        result[-3:] = [mean.shown(mean.level(value)) for value in values[-3:]]
    return result


def thin(count: int, at_most: int) -> list[int]:
    """At most so many indices of a list of `count`, evenly spread, first and last among them.

    >>> thin(9, 3), thin(2, 100)
    ([0, 4, 8], [0, 1])
    """
    if count <= at_most:
        return list(range(count))
    return [round(i * (count - 1) / (at_most - 1)) for i in range(at_most)]


def thinned(run: Run, at_most: int = THINNED) -> Run:
    """The run with about so many points before its last epoch; `loss`, accuracy and step counts stay what they were.

    The header gains `steps_per_second`, by which a lab knows a slow machine.
    """
    steps = run.steps
    last = steps[-1].epoch
    early = [r for r in steps if r.epoch < last]
    kept = {early[i].step for i in thin(len(early), at_most)} | {r.step for r in steps if r.epoch == last}
    records = [_rounded(r) for r in run.records if r.split != "train" or r.step in kept]
    header = run.header | {"steps_per_second": round(len(steps) / max(run.seconds, 1e-9), 1)}
    return Run(run.recipe, records, run.status, {k: v for k, v in header.items() if k not in ("trials", "command")})


def even(steps: Sequence[int]) -> list[int]:
    """Indices of steps about as far apart as the furthest neighbours are, the last among them: `thinned` keeps a run's
    last epoch whole, and a running mean over its points would be another there than before.

    >>> even([1, 6, 12, 18, 19, 20, 21, 22, 23, 24, 25]), even([1, 2, 3])
    ([0, 1, 2, 3, 10], [0, 1, 2])
    """
    gap = max((after - before for before, after in pairwise(steps)), default=1)
    found: list[int] = []
    for i, step in enumerate(steps):
        if not found or step - steps[found[-1]] > 0.75 * gap:
            found.append(i)
    return [*found[:-1], len(steps) - 1] if len(found) > 1 else list(range(len(steps)))


def evenly(records: Sequence[Record]) -> list[Record]:
    """A recorded run's records as they are drawn: of the training steps those of `even`, and all others."""
    steps = [r for r in records if r.split == "train"]
    kept = {steps[i].step for i in even([r.step for r in steps])}
    return [r for r in records if r.split != "train" or r.step in kept]


def _rounded(record: Record) -> Record:
    return record._replace(
        loss=float(f"{record.loss:.4g}"), accuracy=round(record.accuracy, 4), seconds=round(record.seconds, 3)
    )
