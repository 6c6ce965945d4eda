"""The bracket in the first chart: how many times the highest loss at a depth is the lowest."""

from __future__ import annotations

from course.report import words
from course.report.comparison import Comparison
from course.views import Shape, drawing
from course.views.chart import Chart
from course.views.drawing import group, text

FACTOR = 3  # the least ratio that is worth a bracket
WIDTH = 100  # pixels that the bracket's words take


def bracket(here: Chart, comparison: Comparison, depth: int) -> Shape | None:
    """The bracket of one depth, its words where there is room. It shows while this depth is read, the deepest first."""
    cells = comparison.cells(depth, "trained")
    if len(cells) < 2 or not cells[0].median or cells[-1].median < FACTOR * cells[0].median:
        return None
    low, high = here.y(cells[0].median), here.y(cells[-1].median)
    beside = max(abs(here.dodge(i)) for i in range(len(here.view.lines))) + 12
    at, last = comparison.depths.index(depth), len(comparison.depths) - 1
    sides = [-1] if at == last else [1] if at == 0 else [-1, 1]
    side, middle = _room(here, depth, sides, (low, high), beside + 14)
    x, end = here.x(depth) + side * beside, "end" if side < 0 else "start"
    ratio = words.times(cells[-1].median / cells[0].median)
    return group(
        drawing.line(f"M{x:.1f} {high:.1f}h{7 * side}V{low:.1f}h{-7 * side}", "@axis"),
        text(x + 14 * side, middle - 1, ratio, at=end, size=16, bold=True, halo=True),
        text(x + 14 * side, middle + 17, f"at {depth} layers", at=end, colour="@ink2", halo=True),
        class_="bracket on" if at == last else "bracket",
        data_at=at,
        data_kinds=f"{cells[0].kind} {cells[-1].kind}",
    )


def _room(here: Chart, depth: int, sides: list[int], ends: tuple[float, float], gap: float) -> tuple[int, float]:
    """The side of the depth (-1: left) and the height at which words, so far beside it, are farthest from all lines."""
    x, (low, high) = here.x(depth), ends
    heights = [high + (low - high) * k / 16 for k in range(3, 14)]

    def clearance(place: tuple[int, float]) -> float:
        side, height = place
        return here.clearance(x + side * gap, x + side * (gap + WIDTH), height)

    return max(((side, height) for side in sides for height in heights), key=clearance)
