"""Final training loss against depth, one line a kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from course import summaries, themes, wording
from course.summaries import DepthResult
from course.views import axes
from course.views.figures import Line, Lines


def loss_against_depth(
    rows: Iterable[Mapping[str, Any]], *, classes: int | None = 10, depths: Sequence[int] = ()
) -> Lines:
    """Final training loss against depth, both axes logarithmic: median over seeds, whiskers from lowest to highest.

    rows: as in `compare.json`, one for each kind, depth and seed. classes: draws the loss of guessing among so many;
    None leaves it out. depths: those that the axis shows besides the rows'. Where half of the seeds or more diverged
    there is a cross at the top. Without results there is no line.
    """
    cells = [cell for cell in summaries.by_kind_and_depth(rows).values() if cell.losses]
    kinds = dict.fromkeys(cell.kind for cell in cells)
    at = sorted({*depths, *(cell.depth for cell in cells)}) or [1]
    low, high = axes.decades(cell.low for cell in cells)
    return Lines(
        "Final training loss, nats, log scale",
        "depth, layers, log scale",
        tuple(_line(kind, sorted((c for c in cells if c.kind == kind), key=lambda c: c.depth)) for kind in kinds),
        log=True,
        low=10.0**low,
        high=10.0**high,
        references=guessing(classes),
        x=(at[0], at[-1]),
        caption="median over seeds, whiskers from lowest to highest; a cross at the top: diverged",
        x_log=True,
        ticks=tuple((depth, str(depth)) for depth in at),
        dodge=True,
    )


def guessing(classes: int | None) -> dict[str, float]:
    """The loss of guessing among so many classes, as a reference with its name; none if they are not known."""
    return {f"guessing: ln {classes} = {wording.number(math.log(classes))}": math.log(classes)} if classes else {}


def _line(kind: str, cells: list[DepthResult]) -> Line:
    return Line(
        themes.label(kind),
        [cell.depth for cell in cells],
        [cell.median for cell in cells],
        kind,
        value=cells[-1].summary,
        says=[f"{cell.summary} at {cell.depth} layers" for cell in cells],
        whiskers=[(cell.low, math.inf if cell.diverged else cell.high) for cell in cells],
        crosses=[cell.depth for cell in cells if cell.state == "diverged"],
    )
