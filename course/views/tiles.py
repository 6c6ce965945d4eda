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
from course.views.chart import BELOW, HEIGHT, LEFT, TOP, Chart
from course.views.drawing import Drawing, Point, Shape, note, shape, text
from course.views.figures import Lines, Map

RIGHT = 74  # pixels for the scale of the colours
SQUARE = 240  # pixels at most of a square map
TIP = 12  # pixels of an arrow's head


def draw(view: Map, width: float, theme: str) -> Drawing:
    """The whole map, with the scale of its colours at the right. Raises ValueError for an unknown theme."""
    themes.ui(theme)
    axes_of = Lines("", view.x_title, (), low=view.y[0], high=view.y[1], x=view.x)
    wide = width - RIGHT - LEFT
    side = min(wide, SQUARE)
    right, bottom = (LEFT + side, TOP + side) if view.square else (LEFT + wide, HEIGHT - BELOW)
    here = Chart(axes_of, LEFT, TOP, right, bottom)
    stops = themes.tokens()["maps"]["diverging" if view.diverging else "sequential"][theme]
    levels, box = view.levels(), (LEFT, TOP, here.right - LEFT, here.bottom - TOP)
    shapes = [text(0, 16, view.title, bold=True), note(width, 16, view.caption, "end")]
    if np.isnan(levels).any():
        shapes.append(drawing.line(marks.hatch(*box), "@hatch"))
    shapes += [*_picture(levels, view, stops, box), *_axes(view, here), *_scale(view, here, stops)]
    seen = [(x, y, kind) for x, y, kind in view.points if view.x[0] <= x <= view.x[1] and view.y[0] <= y <= view.y[1]]
    shapes += [_point(here.x(x), here.y(y), bool(kind)) for x, y, kind in seen]
    for x0, y0, x1, y1, pointed in view.segments:
        shapes += _segment((here.x(x0), here.y(y0)), (here.x(x1), here.y(y1)), pointed)
    return Drawing(view.title, width, here.bottom + BELOW, tuple(shapes), share=view.share)


def coloured(values: np.ndarray[Any, Any], low: float, high: float, stops: Sequence[str]) -> np.ndarray[Any, Any]:
    """Values as RGBA, (rows, columns, 4), the last row first, since a picture begins at the top."""
    table = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], dtype=float)
    places = np.linspace(low, high, len(stops))
    channels = [np.interp(np.nan_to_num(values, nan=low), places, channel) for channel in table.T]
    alpha = np.where(np.isnan(values), 0, 255)
    return np.stack([*channels, alpha], axis=-1).round().astype(np.uint8)[::-1]


def _picture(
    levels: np.ndarray[Any, Any], view: Map, stops: Sequence[str], box: tuple[float, float, float, float]
) -> list[Shape]:
    """Cells in a box (x, y, width, height) with a frame around it."""
    place = dict(zip(("x", "y", "width", "height"), box, strict=True))
    file = BytesIO()
    low, high = view.scale.low, view.scale.high
    paler = (high - low) / 2 if len(view.points) else 0.0  # the middle half of the colours, so that points are seen
    Image.fromarray(coloured(levels, low - paler, high + paler, stops)).save(file, "PNG")
    address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    image = shape("image", href=address, preserveAspectRatio="none", style="image-rendering:pixelated", **place)
    return [image, shape("rect", fill="none", stroke="@axis", **place)]


def _axes(view: Map, here: Chart) -> list[Shape]:
    found = [note(here.x(v), here.bottom + 17, wording.general(v), "middle") for v in _few(view.x)]
    found += [note(LEFT - 7, here.y(v) + 4.5, wording.general(v), "end") for v in _few(view.y)]
    return [*found, note(here.right, here.bottom + 38, view.x_title, "end"), note(LEFT, TOP - 5, view.y_title)]


def _few(limits: tuple[float, float]) -> list[float]:
    found = axes.ticks(*limits, most=5)
    return [limits[0], *found[1:]] if found and found[0] == 0 and limits[0] == 1 else found


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


def _scale(view: Map, here: Chart, stops: Sequence[str]) -> list[Shape]:
    """The colours from one end to the other, with their words."""
    scale, x, height = view.scale, here.right + 10, here.bottom - TOP
    strip = np.linspace(scale.low, scale.high, 64)[:, None]
    found = _picture(strip, view, stops, (x, TOP, 11, height))
    for level, word in view.scale_ticks():
        share = (level - scale.low) / (scale.high - scale.low)
        found.append(note(x + 16, here.bottom - (height - 9) * share, word))
    return found
