"""The bracket in the first chart: how many times the highest loss at a depth is the lowest."""

from __future__ import annotations

from html import escape

from course.report import words
from course.report.geometry import Frame
from course.views import shapes

FACTOR = 3  # the least ratio that is worth a bracket
WIDTH = 100  # pixels that the bracket's words take


def bracket(frame: Frame, depth: int) -> str:
    """The bracket of one depth, its words where there is room. It shows while this depth is read, the deepest first."""
    cells = sorted(frame.cells(depth, "trained"), key=lambda cell: cell.median)
    if len(cells) < 2 or not cells[0].median or cells[-1].median < FACTOR * cells[0].median:
        return ""
    low, high = frame.y(cells[0].median), frame.y(cells[-1].median)
    beside = max(abs(frame.dodge(kind)) for kind in frame.study.kinds) + 12
    side, middle = _room(frame, depth, low, high, beside + 14)
    x = frame.x(depth) + side * beside
    anchor = "end" if side < 0 else "start"
    at = frame.study.depths.index(depth)
    on = " on" if at == len(frame.study.depths) - 1 else ""
    return (
        f'<g class="bracket{on}" data-at="{at}" data-kinds="{escape(f"{cells[0].kind} {cells[-1].kind}")}">'
        + shapes.line(f"M{x:.1f} {high:.1f}h{7 * side}V{low:.1f}h{-7 * side}", "axis")
        + shapes.text(x + 14 * side, middle - 1, words.times(cells[-1].median / cells[0].median), "note halo", anchor)
        + shapes.text(x + 14 * side, middle + 17, f"at {depth} layers", "t2 halo", anchor)
        + "</g>"
    )


def _room(frame: Frame, depth: int, low: float, high: float, gap: float) -> tuple[int, float]:
    """The side of the depth (-1: left) and the height at which words, so far beside it, are farthest from all lines."""
    depths, x = frame.study.depths, frame.x(depth)
    sides = [-1] if depth == depths[-1] else [1] if depth == depths[0] else [-1, 1]
    heights = [high + (low - high) * k / 16 for k in range(3, 14)]

    def clearance(place: tuple[int, float]) -> float:
        side, height = place
        near, far = x + side * gap, x + side * (gap + WIDTH)
        return frame.clearance(min(near, far), max(near, far), height)

    return max(((side, height) for side in sides for height in heights), key=clearance)
