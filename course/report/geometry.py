"""Where things are in the first chart: its edges in pixels, and the scales of depth and loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from course import themes
from course.report.comparison import Study
from course.summaries import DepthResult
from course.views import axes, shapes

GAP = themes.tokens()["chart"]["label_gap"]
DODGE, WIDEST = 5, 28  # pixels between two kinds at the same depth, and between the first and the last
LEFT, TOP, INSET, BELOW = 58, 30, 10, 44


@dataclass(frozen=True)
class Frame:
    """The chart's study, its edges and its scales."""

    study: Study
    width: int
    right: float
    bottom: float
    limits: tuple[int, int]  # exponents of the loss axis
    x: Callable[[int], float]
    y: Callable[[float], float]

    @property
    def height(self) -> int:
        """Of the whole chart."""
        return int(self.bottom + BELOW)

    def dodge(self, kind: str) -> float:
        """How far to the side this kind stands."""
        kinds = self.study.kinds
        return (kinds.index(kind) - (len(kinds) - 1) / 2) * min(DODGE, WIDEST / len(kinds))

    def point(self, cell: DepthResult) -> shapes.Point:
        """Where the cell's median is."""
        return self.x(cell.depth) + self.dodge(cell.kind), self.y(cell.median)

    def clearance(self, left: float, right: float, y: float) -> float:
        """How far words at this height, from left to right, are from every line."""
        lines = [[self.point(cell) for cell in self.study.line(kind)] for kind in self.study.kinds]
        places = [left + (right - left) * k / 30 for k in range(31)]
        heights = [_height(line, x) for line in lines if line for x in places]
        return min((abs(y - height) for height in heights if height is not None), default=math.inf)

    def cells(self, depth: int, state: str) -> list[DepthResult]:
        """The cells at one depth that are in this state."""
        found = [self.study.cell(kind, depth) for kind in self.study.kinds]
        return [cell for cell in found if cell is not None and cell.state == state]


def _height(line: list[shapes.Point], x: float) -> float | None:
    """The height of a line at x; None beyond its ends."""
    for (left, a), (right, b) in pairwise(line):
        if left <= x <= right:
            return a + (b - a) * (x - left) / max(right - left, 1e-9)
    return None


def frame(study: Study, width: int) -> Frame:
    """The frame of a chart so wide: room for the longest label at the right, and for all of them in height."""
    lines = [line for line in (study.line(kind) for kind in study.kinds) if line]
    limits = axes.decades(cell.low for line in lines for cell in line)
    longest = max((len(f"{themes.label(line[-1].kind)} {line[-1].words}") for line in lines), default=12)
    right = width - max(150, 34 + 8.3 * longest)
    bottom = TOP + max(350 if width > 900 else 300, GAP * len(lines) + 60)
    x = _depth_scale(study.depths, LEFT + INSET, right - INSET)
    return Frame(study, width, right, bottom, limits, x, axes.log_scale(*limits, TOP, bottom))


def _depth_scale(depths: list[int], left: float, right: float) -> Callable[[int], float]:
    low, high = math.log(depths[0]), math.log(depths[-1])
    if low == high:
        return lambda depth: (left + right) / 2
    return lambda depth: left + (math.log(depth) - low) / (high - low) * (right - left)
