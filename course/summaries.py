"""What a comparison says of each kind at each depth: all seeds together."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course import wording

NO_BETTER = 0.95  # of the loss of guessing


@dataclass(frozen=True)
class DepthResult:
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
    def summary(self) -> str:
        """The result in a word or two: the median loss, or what happened instead."""
        if self.state == "diverged":
            return f"diverged at step {self.diverged[0]}"
        return {"missing": "not run yet", "failed": "failed"}.get(self.state) or wording.number(self.median)

    def middle(self, name: str) -> float:
        """Median over seeds of another column, such as `"test_accuracy"`; `nan` if no row has it."""
        known = [r[name] for r in self.rows if r.get(name) is not None]
        return statistics.median(known) if known else math.nan


def by_kind_and_depth(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], DepthResult]:
    """The rows of `compare.json` by kind and depth, in the order in which they come."""
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["kind"], row["depth"]), []).append(row)
    return {key: DepthResult(*key, tuple(group)) for key, group in groups.items()}


def no_better_than_guessing(loss: float, classes: int) -> bool:
    """Whether a network with this loss has learned nothing worth the name: at least 0.95 of ln(classes).

    >>> no_better_than_guessing(2.29, 10), no_better_than_guessing(1.5, 10)
    (True, False)
    """
    return loss >= NO_BETTER * math.log(classes)
