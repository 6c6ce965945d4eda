"""A map as shapes: its cells as one small picture, stretched without smoothing."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from course import themes, wording
from course.views import axes, drawing, marks
from course.views.chart import BELOW, CAPTION, HEIGHT, LEFT, TOP, Chart
from course.views.drawing import Drawing, Point, Shape, note, shape, text
from course.views.figures import Lines, Map

RIGHT = 74  # pixels for the scale of the colours
EDGE, FOOT = 1, 10  # pixels at the left of a thumbnail, for its frame, and below it
SQUARE = 240  # pixels at most of a square map, in a row that is HEIGHT high
CONTOUR = (("@page", 4), ("@ink", 2))  # its rim and itself
TIP = 12  # pixels of an arrow's head
APART = 6  # pixels between the map and the bars of its margin
MARGIN, MARGIN_SHARE = 60, 1 / 4  # of the longest of these bars: least pixels, and what it takes of the width
RING = 12  # pixels from the middle of a handle to its rim: a finger finds it
MARK = 7  # pixels of the mark of a row
FOLD = 1.5  # pixels of a thin line
PART = 0.7  # of a row that its bar fills
NARROW = 130  # pixels below which a map has fewer ticks


def draw(view: Map, width: float, theme: str, height: float = HEIGHT) -> Drawing:
    """The whole map, with the scale of its colours at the right. Raises ValueError for an unknown theme.

    height: without a caption; a square map takes what it needs.
    """
    stops = stops_of(view, theme)
    axes_of = Lines("", view.x_title, (), low=view.y[0], high=view.y[1], x=view.x)
    left, below = (EDGE, FOOT) if view.small else (LEFT, BELOW)
    room = room_of_margin(view, width)
    wide = width - RIGHT - left - room
    side = min(wide, width_of_square(height) - RIGHT - LEFT)
    across, down = (side, side) if view.square else (wide, height - TOP - below)
    top = TOP + CAPTION * bool(view.caption)
    here = Chart(axes_of, left, top, left + across, top + down)
    shapes = [text(0, 16, view.title, bold=True)]
    shapes += [note(0, 36, view.caption)] if view.caption else []
    shapes += [*cells(view.levels(), view, stops, (left, top, across, down)), *_rules(view, here)]
    shapes += [] if view.small else _axes(view, here)
    shapes += [*_contour(view, here), *_margin(view, here, room)]
    shapes += [*_marked(view, here), *_scale(view, here, room, stops), *_folds(view, here)]
    seen = [(x, y, kind) for x, y, kind in view.points if view.x[0] <= x <= view.x[1] and view.y[0] <= y <= view.y[1]]
    shapes += [_point(here.x(x), here.y(y), bool(kind)) for x, y, kind in seen]
    for x0, y0, x1, y1, pointed in view.segments:
        shapes += _segment((here.x(x0), here.y(y0)), (here.x(x1), here.y(y1)), pointed)
    shapes += _handle(view, here)
    return Drawing(view.title, width, here.bottom + below, tuple(shapes), share=view.share)


def width_of_square(height: float) -> float:
    """Pixels that a square map needs to be as large as it may be in a row of this height."""
    return SQUARE + height - HEIGHT + RIGHT + LEFT


def room_of_margin(view: Map, width: float = 0) -> float:
    """Pixels beside the map for the bars of its margin; unless a width is given, the least."""
    return APART + max(MARGIN, width * MARGIN_SHARE) if len(view.margin) else 0


def coloured(values: np.ndarray[Any, Any], low: float, high: float, stops: Sequence[str]) -> np.ndarray[Any, Any]:
    """Values as RGBA, (rows, columns, 4), the last row first, since a picture begins at the top."""
    table = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], dtype=float)
    places = np.linspace(low, high, len(stops))
    channels = [np.interp(np.nan_to_num(values, nan=low), places, channel) for channel in table.T]
    alpha = np.where(np.isnan(values), 0, 255)
    return np.stack([*channels, alpha], axis=-1).round().astype(np.uint8)[::-1]


def stops_of(view: Map, theme: str) -> Sequence[str]:
    """The colours of the map, from its low end to its high one. Raises ValueError for an unknown theme."""
    themes.ui(theme)
    found: Sequence[str] = themes.tokens()["maps"]["diverging" if view.diverging else "sequential"][theme]
    return found


def cells(
    levels: np.ndarray[Any, Any], view: Map, stops: Sequence[str], box: tuple[float, float, float, float]
) -> list[Shape]:
    """Cells in a box (x, y, width, height) with a frame around it, hatched where there is no number."""
    low, high = view.scale.low, view.scale.high
    paler = (high - low) / 2 if len(view.points) else 0.0  # the middle half of the colours, so that points are seen
    hatched = [drawing.line(marks.hatch(*box), "@hatch")] if np.isnan(levels).any() else []
    return [*hatched, *_framed(coloured(levels, low - paler, high + paler, stops), box)]


def _framed(pixels: np.ndarray[Any, Any], box: tuple[float, float, float, float]) -> list[Shape]:
    """Pixels in a box (x, y, width, height) with a frame around it."""
    place = dict(zip(("x", "y", "width", "height"), box, strict=True))
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    image = shape("image", href=address, preserveAspectRatio="none", style="image-rendering:pixelated", **place)
    return [image, shape("rect", fill="none", stroke="@axis", **place)]


def _axes(view: Map, here: Chart) -> list[Shape]:
    most = 5 if here.right - here.left >= NARROW else 3
    ticks = view.ticks or [(v, wording.general(v)) for v in _few(view.x, most)]
    found = [note(here.x(v), here.bottom + 17, word, "middle") for v, word in ticks]
    found += [note(LEFT - 7, here.y(v) + 4.5, wording.general(v), "end") for v in _few(view.y, 5)]
    return [*found, note(here.right, here.bottom + 38, view.x_title, "end"), note(LEFT, here.top - 5, view.y_title)]


def _few(limits: tuple[float, float], most: int) -> list[float]:
    found = axes.ticks(*limits, most=most)
    return [limits[0], *found[1:]] if found and found[0] == 0 and limits[0] == 1 else found


def _rules(view: Map, here: Chart) -> list[Shape]:
    """Hairlines that part the map, and its axis a little below it."""
    d = "".join(f"M{here.x(v):.1f} {here.top:g}V{here.bottom + 5:.1f}" for v in view.rules)
    return [drawing.line(d, "@ink2")] if d else []


def _margin(view: Map, here: Chart, room: float) -> list[Shape]:
    """A bar for each row, with its title above and the end of its scale below."""
    if not len(view.margin):
        return []
    left, longest, row = here.right + APART, room - APART, (here.bottom - here.top) / len(view.margin)
    d = ""
    for i, value in enumerate(view.margin):
        long = longest * min(max(value / view.margin_high, 0), 1)
        d += f"M{left:.1f} {here.bottom - (i + 0.5 + PART / 2) * row:.1f}h{long:.1f}v{PART * row:.1f}h{-long:.1f}z"
    end, beyond = left + longest, "≥ " * (max(view.margin) > view.margin_high)
    words = [note(end, y, said, "end") for y, said in (
        (here.top - 5, view.margin_title), (here.bottom + 17, beyond + wording.general(view.margin_high)))]  # fmt: skip
    axis = drawing.line(f"M{left:.1f} {here.top:g}V{here.bottom:.1f}h{longest:.1f}", "@axis")
    return [shape("path", d=d, fill="@ink2"), axis, *words]


def _marked(view: Map, here: Chart) -> list[Shape]:
    """Arrowheads at the right, each towards its row."""
    row = (here.bottom - here.top) / len(view.values)
    half, d = min(PART * row / 2, MARK / 2), ""
    for i in view.marked:
        d += f"M{here.right + 1:.1f} {here.bottom - (i + 0.5) * row:.1f}l{MARK} {-half:.1f}v{2 * half:.1f}z"
    return [shape("path", d=d, fill="@ink")] if d else []


def _point(x: float, y: float, first: bool) -> Shape:
    """A disc in ink or a square in page colour, by class, each with a rim in the other."""
    form = "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z" if first else "m-4 -4h8v8h-8z"
    fill, rim = ("@ink", "@page") if first else ("@page", "@ink")
    return shape("path", d=f"M{x:.1f} {y:.1f}{form}", fill=fill, stroke=rim, stroke_width=1.5)


def _segment(start: Point, end: Point, pointed: bool) -> list[Shape]:
    """A line over the map, with a rim; an arrow if it is `pointed`."""
    d = drawing.through([start, end])
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if pointed and length:
        a, b = ((end[0] - TIP * (dx - s * dy / 2) / length, end[1] - TIP * (dy + s * dx / 2) / length) for s in (1, -1))
        d += drawing.through([a, end, b])
    return [drawing.line(d, "@page", 5), drawing.line(d, "@ink", 2, () if pointed else (6, 3))]


def _piece(here: Chart, x: float, y: float, u: float, v: float) -> str:
    """A straight line from (x, y) to (u, v)."""
    return drawing.through([(here.x(x), here.y(y)), (here.x(u), here.y(v))])


def _folds(view: Map, here: Chart) -> list[Shape]:
    return [drawing.line(_piece(here, *ends), "@ink", FOLD, stroke_opacity=strong) for *ends, strong in view.folds]


def _contour(view: Map, here: Chart) -> list[Shape]:
    """The line with a rim in page colour, so that it is seen on every colour of the map."""
    d = "".join(_piece(here, *ends) for ends in view.contour)
    rim, line = (drawing.line(d, *stroke, stroke_linecap="round") for stroke in CONTOUR)
    return [rim, line] if d else []


def _handle(view: Map, here: Chart) -> list[Shape]:
    """A ring that tells a page which controls follow it, and where the origin is and how long a unit."""
    if not view.handle:
        return []
    x, y, *names = view.handle
    plane = f"{here.x(0):.1f} {here.y(0):.1f} {here.x(1) - here.x(0):.1f} {here.y(0) - here.y(1):.1f}"
    told = {"data_handle": " ".join(names), "data_plane": plane}
    place = {"cx": here.x(x), "cy": here.y(y), "r": RING, "fill": "none"}
    rings = (shape("circle", **place, stroke=ink, stroke_width=wide) for ink, wide in (("@page", 5), ("@ink", 2)))
    return [drawing.group(*rings, pointer_events="all", **told)]


def _scale(view: Map, here: Chart, room: float, stops: Sequence[str]) -> list[Shape]:
    """The colours from one end to the other, with their words."""
    scale, x, height = view.scale, here.right + room + 10, here.bottom - here.top
    strip = np.linspace(scale.low, scale.high, 64)[:, None]
    found = cells(strip, view, stops, (x, here.top, 11, height))
    for level, word in view.scale_ticks():
        share = (level - scale.low) / (scale.high - scale.low)
        found.append(note(x + 16, here.bottom - (height - 9) * share, word))
    return found
