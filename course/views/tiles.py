"""A map as shapes: its cells as one small picture, stretched without smoothing."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from course import themes
from course.views import axes, drawing, marks
from course.views.chart import BELOW, HEIGHT, LEFT, TOP, Chart
from course.views.drawing import Drawing, Shape, note, shape, text
from course.views.figures import Lines, Map

RIGHT = 74  # pixels for the scale of the colours


def draw(view: Map, width: float, theme: str) -> Drawing:
    """The whole map, with the scale of its colours at the right. Raises ValueError for an unknown theme."""
    themes.ui(theme)
    axes_of = Lines("", view.x_title, (), low=view.y[0], high=view.y[1], x=view.x)
    here = Chart(axes_of, LEFT, TOP, width - RIGHT, HEIGHT - BELOW)
    stops = themes.tokens()["maps"]["diverging" if view.diverging else "sequential"][theme]
    levels, box = view.levels(), (LEFT, TOP, here.right - LEFT, here.bottom - TOP)
    shapes = [text(0, 16, view.title, bold=True), note(width, 16, view.caption, "end")]
    if np.isnan(levels).any():
        shapes.append(drawing.line(marks.hatch(*box), "@hatch"))
    shapes += [*_picture(levels, view, stops, box), *_axes(view, here), *_scale(view, here, stops)]
    shapes += [_point(here.x(x), here.y(y), bool(kind)) for x, y, kind in view.points]
    return Drawing(view.title, width, HEIGHT, tuple(shapes), share=view.share)


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
    Image.fromarray(coloured(levels, view.scale.low, view.scale.high, stops)).save(file, "PNG")
    address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    image = shape("image", href=address, preserveAspectRatio="none", style="image-rendering:pixelated", **place)
    return [image, shape("rect", fill="none", stroke="@axis", **place)]


def _axes(view: Map, here: Chart) -> list[Shape]:
    found = [note(here.x(v), here.bottom + 17, axes.word(v), "middle") for v in _few(view.x)]
    found += [note(LEFT - 7, here.y(v) + 4.5, axes.word(v), "end") for v in _few(view.y)]
    return [*found, note(here.right, here.bottom + 38, view.x_title, "end"), note(LEFT, TOP - 5, view.y_title)]


def _few(limits: tuple[float, float]) -> list[float]:
    found = axes.ticks(*limits, most=5)
    return [limits[0], *found[1:]] if found and found[0] == 0 and limits[0] == 1 else found


def _point(x: float, y: float, first: bool) -> Shape:
    """A disc in ink or a square in page colour, by class."""
    form, fill = ("m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "@ink") if first else ("m-4 -4h8v8h-8z", "@page")
    return shape("path", d=f"M{x:.1f} {y:.1f}{form}", fill=fill, stroke="@ink")


def _scale(view: Map, here: Chart, stops: Sequence[str]) -> list[Shape]:
    """The colours from one end to the other, with their words."""
    scale, x, height = view.scale, here.right + 10, here.bottom - TOP
    strip = np.linspace(scale.low, scale.high, 64)[:, None]
    found = _picture(strip, view, stops, (x, TOP, 11, height))
    for level, word in view.scale_ticks():
        share = (level - scale.low) / (scale.high - scale.low)
        found.append(note(x + 16, here.bottom - (height - 9) * share, word))
    return found
