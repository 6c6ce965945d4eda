"""What figures and tables show, before anything is drawn: smoothed curves, cells of a comparison, limits of axes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course import look
from course.records import Record, Run

SMOOTH_STEPS = look.tokens()["chart"]["smooth_steps"]
SMOOTHING_IN_WORDS = f"running geometric mean over about {SMOOTH_STEPS} steps"
THINNED = 50  # points of a recorded curve before its last epoch, which is kept whole: it makes the training loss
CEILING, FLOOR = 1e15, 1e-30  # what inf and an exact zero count as in a geometric mean


def smooth(values: Sequence[float], *, diverged: bool = False, geometric: bool = True) -> list[float]:
    """Running mean over about 10 steps: the plain mean of the first ten values, then an exponential one.

    geometric: of the logarithms, as for losses. diverged: the last three values stay as they are, or the mean would
    hide them.

    >>> smooth([1.0, 100.0], geometric=True), smooth([1.0, 3.0], geometric=False)
    ([1.0, 10.0], [1.0, 2.0])
    """
    result, mean = [], 0.0
    for i, value in enumerate(values):
        finite = min(value, CEILING) if math.isfinite(value) else CEILING
        level = math.log10(max(finite, FLOOR)) if geometric else finite
        mean += (1 / (i + 1) if i < SMOOTH_STEPS else 2 / (SMOOTH_STEPS + 1)) * (level - mean)
        shown = level if diverged and i >= len(values) - 3 else mean
        result.append(10**shown if geometric else shown)
    return result


def thin(count: int, at_most: int) -> list[int]:
    """At most so many indices of a list of `count`, evenly spread, first and last among them.

    >>> thin(9, 3), thin(2, 100)
    ([0, 4, 8], [0, 1])
    """
    if count <= at_most:
        return list(range(count))
    return [round(i * (count - 1) / (at_most - 1)) for i in range(at_most)]


def thinned(run: Run) -> Run:
    """The run with about 50 points before its last epoch; `loss`, accuracy and step counts stay what they were.

    The header gains `steps_per_second`, by which a lab knows a slow machine.
    """
    steps = run.steps
    last = steps[-1].epoch
    early = [r for r in steps if r.epoch < last]
    kept = {early[i].step for i in thin(len(early), THINNED)} | {r.step for r in steps if r.epoch == last}
    records = [_rounded(r) for r in run.records if r.split != "train" or r.step in kept]
    header = run.header | {"steps_per_second": round(len(steps) / max(run.seconds, 1e-9), 1)}
    return Run(run.recipe, records, run.status, {k: v for k, v in header.items() if k not in ("trials", "command")})


def _rounded(record: Record) -> Record:
    return record._replace(
        loss=float(f"{record.loss:.4g}"), accuracy=round(record.accuracy, 4), seconds=round(record.seconds, 3)
    )


def decades(values: Iterable[float], low: int = -3, high: int = 1) -> tuple[int, int]:
    """Exponents of a log axis: from 0.001 to 10, growing downwards by whole decades to hold the smallest value.

    >>> decades([0.5, 0.00021, 0.0])
    (-4, 1)
    """
    smallest = min((v for v in values if v > 0 and math.isfinite(v)), default=1.0)
    return min(low, max(math.floor(math.log10(smallest)), -12)), high


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """The positions moved apart to at least `gap`, each group around its own middle, the order kept.

    >>> spread([0, 1, 50], 20)
    [-9.5, 10.5, 50.0]
    """
    groups: list[list[int]] = []
    start: list[float] = []  # where each group begins

    def place(group: list[int]) -> float:
        return sum(positions[i] - k * gap for k, i in enumerate(group)) / len(group)

    for index in sorted(range(len(positions)), key=lambda i: positions[i]):
        group = [index]
        while groups and start[-1] + len(groups[-1]) * gap > place(group):
            group = groups.pop() + group
            start.pop()
        groups.append(group)
        start.append(place(group))
    moved = {i: begin + k * gap for group, begin in zip(groups, start, strict=True) for k, i in enumerate(group)}
    return [moved[i] for i in range(len(positions))]


@dataclass(frozen=True)
class Cell:
    """All seeds of one kind at one depth. `rows` are rows of `compare.json`; there are none if nothing has run yet."""

    kind: str
    depth: int
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def losses(self) -> list[float]:
        """Training loss of each seed that came to a result, `inf` for one that diverged."""
        known = [r for r in self.rows if r.get("loss") is not None or r["diverged_at"] is not None]
        return [math.inf if r["diverged_at"] is not None else float(r["loss"]) for r in known]

    @property
    def median(self) -> float:
        """Median over seeds: `inf` if half of them or more diverged, `nan` if there is no result."""
        return statistics.median(self.losses) if self.losses else math.nan

    @property
    def low(self) -> float:
        """The lowest finite loss; `nan` if there is none."""
        return min((v for v in self.losses if math.isfinite(v)), default=math.nan)

    @property
    def high(self) -> float:
        """The highest finite loss; `nan` if there is none."""
        return max((v for v in self.losses if math.isfinite(v)), default=math.nan)

    @property
    def diverged(self) -> list[int]:
        """The steps at which seeds diverged, earliest first."""
        return sorted(r["diverged_at"] for r in self.rows if r["diverged_at"] is not None)

    @property
    def state(self) -> str:
        """`"missing"` (nothing has run), `"failed"` (ran, without a result), `"diverged"` or `"trained"`."""
        if not self.losses:
            return "failed" if self.rows else "missing"
        return "trained" if math.isfinite(self.median) else "diverged"

    @property
    def words(self) -> str:
        """The result in a word or two: the median loss, or what happened instead."""
        if self.state == "diverged":
            return f"diverged at step {self.diverged[0]}"
        return {"missing": "not run yet", "failed": "failed"}.get(self.state) or look.number(self.median)

    def middle(self, name: str) -> float:
        """Median over seeds of another column, such as `"test_accuracy"`; `nan` if no row has it."""
        known = [r[name] for r in self.rows if r.get(name) is not None]
        return statistics.median(known) if known else math.nan


def cells(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], Cell]:
    """The rows of `compare.json` by kind and depth, in the order in which they come."""
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["kind"], row["depth"]), []).append(row)
    return {key: Cell(*key, tuple(group)) for key, group in groups.items()}
