"""A map of pictures as shapes: rows of small square pictures, each row with its name before it."""

from __future__ import annotations

import numpy as np

from course.views.chart import HEIGHT, TOP
from course.views.drawing import Drawing, Shape, shape, text
from course.views.figures import Map
from course.views.tiles import cells, stops_of

ROW_NAME, GAP, FOOT = 78, 8, 12  # pixels for the names of the rows, between two pictures, and below the last row
STRIPE, EDGE = 4, 1  # pixels, in the colour of the row's kind; at the right, for the last frame


def draw(view: Map, width: float, theme: str, height: float = HEIGHT) -> Drawing:
    """All rows, as large as width and height allow. Raises ValueError for an unknown theme."""
    levels, stops, rows = view.levels(), stops_of(view, theme), len(view.pictures)
    size = len(levels) // rows  # pixels of a picture
    count = levels.shape[1] // size
    side = min((width - ROW_NAME - EDGE + GAP) / count - GAP, _tallest(rows, height))
    shapes = [text(0, 16, view.title, bold=True)]
    for row, (name, kind) in enumerate(view.pictures):
        y = TOP + row * (side + GAP)
        shapes += _name(name, kind, y, side)
        band = levels[(rows - 1 - row) * size : (rows - row) * size]  # the last rows of a map are its highest
        for i in range(count):
            box = (ROW_NAME + i * (side + GAP), y, side, side)
            shapes += cells(band[:, i * size : (i + 1) * size], view, stops, box)
    bottom = TOP + rows * (side + GAP) - GAP
    return Drawing(view.title, width, bottom + FOOT, tuple(shapes), share=view.share)


def width_needed(view: Map, height: float) -> float:
    """Pixels that the rows need to be as large as they may be in this height."""
    rows = len(view.pictures)
    high, wide = np.shape(view.values)
    return float(ROW_NAME + wide * rows / high * (_tallest(rows, height) + GAP) - GAP + EDGE)


def _tallest(rows: int, height: float) -> float:
    """The side of a picture in so many rows."""
    return (height - FOOT - TOP + GAP) / rows - GAP


def _name(name: str, kind: str, y: float, side: float) -> list[Shape]:
    """The row's name, and a stripe in the colour of its kind."""
    stripe = shape("rect", x=ROW_NAME - GAP - STRIPE, y=y, width=STRIPE, height=side, fill=f"@{kind}")
    return [text(0, y + side / 2 + 5, name), *([stripe] if kind else [])]
