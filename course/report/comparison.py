"""The comparison as the page tells it: what was asked for, what is there, and what the numbers say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from course import networks, smoothing, summaries, themes
from course.records import Run
from course.summaries import DepthResult
from course.views import Line, Lines, NamedRun, axes, depths, runs

FEW = 0.05  # of the guessing loss: below it a network counts as trained
MANY = 0.2  # of the guessing loss: above it, and well above the shallow network's, depth has hurt
POINTS = 120  # of a curve, at most
Rows = Sequence[Mapping[str, Any]]


class Comparison:
    """Settings, rows (as in `compare.json`) and runs (in the order of the rows) of one `course compare`."""

    def __init__(self, settings: Mapping[str, Any], rows: Rows, runs: Sequence[Run] = ()):
        self.settings, self.rows, self.runs = settings, rows, runs
        self.kinds = list(dict.fromkeys([*settings["kinds"], *(r["kind"] for r in rows)]))
        self.planned = {(k, networks.nearest_depth(k, d)) for k in settings["kinds"] for d in settings["depths"]}
        self.depths = sorted({d for _, d in self.planned} | {r["depth"] for r in rows})
        self.seeds = tuple(settings["seeds"])
        self.classes: int | None = settings.get("classes")
        self._cells = {key: DepthResult(*key) for key in self.planned} | summaries.by_kind_and_depth(rows)

    @property
    def guessing(self) -> float | None:
        """The loss of a network that gives every class the same chance: ln(classes)."""
        return math.log(self.classes) if self.classes else None

    @property
    def total(self) -> int:
        """How many runs were planned."""
        return len(self.planned) * len(self.seeds)

    @property
    def missing(self) -> int:
        """How many of them have not run yet."""
        return max(self.total - len(self.rows), 0)

    @property
    def seconds(self) -> float:
        """Training of all runs together, the rule's trials included."""
        return sum(r["seconds"] or 0.0 for r in self.rows)

    @property
    def data_name(self) -> str:
        """The data set's own name, else the last part of the path that was given."""
        given = str(self.settings["data"])
        return str(self.header.get("data", {}).get("name") or Path(given).name or given)

    @property
    def header(self) -> Mapping[str, Any]:
        """What the first run that began says of data, software and machine; empty if none has begun."""
        return next((run.header for run in self.runs if "data" in run.header), {})

    def cell(self, kind: str, depth: int) -> DepthResult | None:
        """The runs of one kind at one depth, perhaps none yet; None if the comparison has no such cell."""
        return self._cells.get((kind, depth))

    def line(self, kind: str) -> list[DepthResult]:
        """The kind's cells that have a result, by depth."""
        return [c for depth in self.depths if (c := self.cell(kind, depth)) and c.losses]

    def at(self, depth: int) -> list[DepthResult]:
        """The cells at this depth that have a result, in the order of the kinds."""
        return [c for kind in self.kinds if (c := self.cell(kind, depth)) and c.losses]

    def cells(self, depth: int, state: str) -> list[DepthResult]:
        """The cells at this depth that are in this state, the lowest loss first."""
        return sorted((cell for cell in self.at(depth) if cell.state == state), key=attrgetter("median"))

    def complete(self, kind: str) -> bool:
        """Whether every planned run of the kind has a result."""
        return all(len(c.losses) >= len(self.seeds) for c in self._cells.values() if c.kind == kind)

    @cached_property
    def worse(self) -> list[str]:
        """Kinds that depth hurts: the deepest ends at three times the shallowest's loss or more, far from trained."""
        return [kind for kind in self.kinds if self._comparable(kind) and self._gets_worse(self.line(kind))]

    @cached_property
    def holding(self) -> list[str]:
        """Kinds that train at every depth: to a twentieth of the guessing loss, or to twice the shallowest's loss."""
        return [kind for kind in self.kinds if self._comparable(kind) and self._holds(self.line(kind))]

    def _comparable(self, kind: str) -> bool:
        return self.complete(kind) and len(self.line(kind)) > 1 and self.guessing is not None

    def _gets_worse(self, line: list[DepthResult]) -> bool:
        first, last = line[0].median, line[-1].median
        return last >= max(3 * first, MANY * self._chance) and math.isfinite(first)

    def _holds(self, line: list[DepthResult]) -> bool:
        first, worst = line[0].median, max(c.median for c in line)
        return worst <= max(2 * first, FEW * self._chance) and worst < self._chance / 2

    @property
    def _chance(self) -> float:
        return self.guessing or math.inf

    @cached_property
    def steps(self) -> list[int]:
        """The steps at which curves are drawn and read; none without runs."""
        return [i + 1 for i in smoothing.thin(max((len(run.steps) for run in self.runs), default=0), POINTS)]

    @cached_property
    def epochs(self) -> list[int]:
        """The epoch of each of these steps."""
        longest: Run | None = max(self.runs, key=lambda run: len(run.steps), default=None)
        return [longest.steps[step - 1].epoch for step in self.steps] if longest else []

    @cached_property
    def curves(self) -> dict[tuple[str, int], Line]:
        """The smoothed training loss of each cell's first seed, where there is one, at the steps that are drawn."""
        found: dict[tuple[str, int], Line] = {}
        for row, run in zip(self.rows, self.runs, strict=False):
            kind, depth = row["kind"], row["depth"]
            if run.steps and (kind, depth) not in found:
                kept = [step - 1 for step in self.steps if step < len(run.steps)]
                one = NamedRun(themes.label(kind), 0, kind, run)
                # a curve that ends between two points is drawn to its end
                found[kind, depth] = runs.line(one, own=True, at=[*kept, len(run.steps) - 1])
        return found

    def values(self, curve: Line) -> list[str]:
        """The curve's value at each of the steps, as people read it; from where the run broke on, those words."""
        known = dict(zip(curve.x, curve.says, strict=True))
        end = curve.crosses[0] if curve.crosses else math.inf
        after = f"diverged at {end:g}" if curve.crosses else "–"
        return [known[step] if step in known and step < end else after for step in self.steps]

    @property
    def last_step(self) -> int:
        """The last step of the longest run, 1 without runs."""
        return self.steps[-1] if self.steps else 1

    def view(self, depth: int | None = None) -> Lines:
        """The curves of one depth, or of none, on the axes that all of them share."""
        low, high = axes.decades(v for curve in self.curves.values() for v in curve.y)
        last = self.last_step
        return Lines(
            "Training loss, nats, log scale",
            "step",
            tuple(curve for (_, at), curve in self.curves.items() if at == depth),
            log=True,
            low=10.0**low,
            high=10.0**high,
            references=depths.guessing(self.classes),
            x=(1, last),
            ticks=tuple((step, str(step)) for step in sorted({1, (1 + last) // 2, last})),
        )
