"""Where the labels of lines stand: at the right, or among the curves where lines end early."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course import themes
from course.views import axes
from course.views.figures import Lines

GAP: int = themes.tokens()["chart"]["label_gap"]  # pixels between two labels
ROW = 18  # the same among the curves
EARLY = 0.03  # of the x axis: a line that ends so much before the last has its label among the curves
FEW = 2  # labels that stand beside the ends of their lines, even over other curves


@dataclass(frozen=True)
class Label:
    """The place of one label. index: of its line. end: the line's last point; None if it was never drawn. share: how
    far along the x axis it stands, if `inside`. top: pixels below the upper edge of the plot.
    """

    index: int
    end: tuple[float, float] | None
    share: float
    top: float
    inside: bool


def labels(view: Lines, height: float, *, column: bool = False) -> list[Label]:
    """The places of all labels in a plot so high, pushed apart. column: all of them at the right."""
    inside = [] if column else early(view)
    at_right = [i for i in range(len(view.lines)) if i not in inside]
    share, low = _free_place(view, inside, ROW / height)
    return [
        *_column(view, at_right, 1.0, height, height + 6, GAP),
        *_column(view, inside, share, height, (1 - low) * height, ROW),
    ]


def early(view: Lines) -> list[int]:
    """The lines that end before the others do."""
    ends = {i: view.x_axis.share(end[0]) for i, line in enumerate(view.lines) if (end := line.last(view.axis))}
    return [i for i, share in ends.items() if share < max(ends.values()) - EARLY]


def height_for(view: Lines) -> int:
    """Pixels of the y axis below which labels would stand in each other's or in the curves' way."""
    inside = len(early(view))
    return GAP * len(view.lines) + ROW * inside * (inside > FEW)


def _column(view: Lines, indices: Sequence[int], share: float, height: float, low: float, gap: float) -> list[Label]:
    """Labels one below the other, none of them below `low` if there is room."""
    named = [i for i in indices if view.lines[i].label]
    ends = [view.lines[i].last(view.axis) for i in named]
    tops = [(1 - view.axis.share(end[1])) * height if end else height for end in ends]
    moved = axes.spread(tops, gap, 0, max(low, gap * len(named)))
    return [Label(i, end, share, top, gap == ROW) for i, end, top in zip(named, ends, moved, strict=True)]


def _free_place(view: Lines, indices: Sequence[int], row: float) -> tuple[float, float]:
    """Where labels stand that are inside: their share of the x axis, and that of the y axis below which they must not
    reach. A few stand beside the last end; more stand above all curves if there is room, there or further right, where
    the curves that go on are lower. row: the share of the y axis that a label takes.
    """
    ends = [view.lines[i].last(view.axis) or (0.0, 0.0) for i in indices]
    start = max((view.x_axis.share(x) for x, _ in ends), default=1.0)
    others = [line for i, line in enumerate(view.lines) if i not in indices]
    points = [p for line in others for p in line.drawn(view.axis) if p is not None and not math.isnan(p[1])]
    for share in np.arange(start, 0.75, 0.05) if len(indices) > FEW else ():
        top = max((view.axis.share(y) for x, y in points if view.x_axis.share(x) >= share), default=0.0)
        if top + row * (len(indices) + 0.5) <= 1:
            return float(share), top + row / 2
    return start, 0.0
