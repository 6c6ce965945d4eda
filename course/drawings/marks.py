"""The drawing language: what every network has is ink, what makes a kind has its colour, and width says how much.

A drawing uses these marks before it invents one. Lengths are pixels at a width of 700; x, y is a mark's middle.
Where nothing is measured there are three strokes: THIN rulers, LINE outlines and arrows, THICK what the eye follows.
Words may hold formulas between $ signs: single letters slant, _ and ^ lower and raise what follows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from course import wording
from course.views.drawing import Point, Shape, group, line, shape, text, through

THIN, LINE, THICK = 1, 1.75, 2.75
SERIF = "STIX Two Text, Latin Modern Roman, Cambria, Times New Roman, Liberation Serif, serif"
LEAST = 0.75  # no line is thinner, however small what it stands for
At = Literal["start", "middle", "end"]


def words(
    x: float, y: float, said: str, at: At = "middle", size: float = 14, colour: str = "@ink", **more: Any
) -> Shape:
    """Words and formulas with their foot at (x, y)."""
    return text(x, y, *_spans(said, size), at=at, size=size, colour=colour, **more)


def note(x: float, y: float, said: str, at: At = "middle") -> Shape:
    """What explains, in the second ink."""
    return words(x, y, said, at, colour="@ink2")


def head(x: float, y: float, said: str, at: At = "start", size: float = 14) -> Shape:
    """The name of a part, or a result."""
    return words(x, y, said, at, size, bold=True)


def _spans(said: str, size: float) -> Iterator[Shape]:
    down = 0.0
    for i, part in enumerate(said.split("$")):
        found = re.findall(r"([_^]?)(\{[^}]*\}|[^\W\d_]+|.)", part) if i % 2 else [("", part)] * bool(part)
        for shift, body in found:
            want, plain = {"_": 0.24, "^": -0.38}.get(shift, 0) * size, body.strip("{}")
            slanted = bool(i % 2) and plain.isalpha() and len(plain) == 1
            yield shape(
                "tspan",
                plain,
                dy=round(want - down, 1) if want != down else None,
                font_family=SERIF if i % 2 else None,
                font_style="italic" if slanted else None,
                font_size=max(12, size * 0.8) if shift else size * 1.1 if i % 2 else None,
            )
            down = want


def straight(
    x1: float, y1: float, x2: float, y2: float, colour: str = "@ink", width: float = LINE, **more: Any
) -> Shape:
    """A line between two points."""
    return line(through([(x1, y1), (x2, y2)]), colour, width, **more)


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    edge: str | None = None,
    stroke: float = LINE,
    r: float | None = None,
    **more: Any,
) -> Shape:
    """A rectangle from its corner."""
    place = {"x": x, "y": y, "width": max(0.0, width), "height": max(0.0, height)}
    return shape("rect", **place, rx=r, fill=fill, stroke=edge, stroke_width=stroke if edge else None, **more)


def circle(x: float, y: float, r: float, fill: str = "@page", edge: str | None = "@ink", stroke: float = LINE) -> Shape:
    """A circle around a point."""
    return shape("circle", cx=x, cy=y, r=r, fill=fill, stroke=edge, stroke_width=stroke if edge else None)


def bend(points: Sequence[Point], r: float = 14) -> str:
    """The `d` of a path along points with rounded corners."""
    d = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        near = []
        for p in (a, c):
            share = min(0.5, r / (math.dist(p, b) or 1))
            near += [b[0] + (p[0] - b[0]) * share, b[1] + (p[1] - b[1]) * share]
        d += f"L{near[0]:.1f} {near[1]:.1f}Q{b[0]:.1f} {b[1]:.1f} {near[2]:.1f} {near[3]:.1f}"
    return d + f"L{points[-1][0]:.1f} {points[-1][1]:.1f}"


def arrow(*points: Point, colour: str = "@ink", width: float = LINE, back: bool = False, r: float = 14) -> Shape:
    """Forward, a signal: a filled head. Backward, a gradient: an open head, in grey unless told otherwise."""
    (x0, y0), (x, y) = points[-2:]
    colour = "@axis" if back and colour == "@ink" else colour
    size, angle = 7 + 1.6 * width, math.atan2(y - y0, x - x0)
    wings = [(x - size * math.cos(angle + s), y - size * math.sin(angle + s)) for s in (0.42, -0.42)]
    tip = through([wings[0], (x, y), wings[1]])
    end = (x, y) if back else (x - 0.7 * size * math.cos(angle), y - 0.7 * size * math.sin(angle))
    shaft = line(bend([*points[:-1], end], r), colour, width)
    return group(shaft, line(tip, colour, LINE) if back else shape("path", d=tip + "Z", fill=colour))


def unit(x: float, y: float, label: str, r: float = 17, fill: str = "@page") -> Shape:
    """A number, a vector or a unit: a circle with its letter."""
    return group(circle(x, y, r, fill), words(x, y + 5, label, size=15))


def dropped(x: float, y: float, r: float) -> Shape:
    """A unit that is set to zero: dashed and hatched."""
    chords = "".join(
        f"M{x + (c - h) / 2:.1f} {y + (c + h) / 2:.1f}L{x + (c + h) / 2:.1f} {y + (c - h) / 2:.1f}"
        for c in range(-int(r), int(r) + 1, 5)
        for h in (math.sqrt(max(0.0, 2 * r * r - c * c)) * 0.95,)
    )
    rim = shape("circle", cx=x, cy=y, r=r, fill="@page", stroke="@axis", stroke_dasharray="3 3")
    return group(rim, line(chords, "@hatch", 1.2))


def weight(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    value: float,
    scale: float = 8,
    core: str = "@page",
    colour: str = "@ink",
) -> Shape:
    """A connection as wide as its weight is large: solid if positive, hollow if negative. core: its ground."""
    wide = max(abs(value) * scale, 1 if value > 0 else 4)
    hollow = [straight(x1, y1, x2, y2, core, wide - 2.5)] if value < 0 else []
    return group(straight(x1, y1, x2, y2, colour, wide), *hollow)


def matrix(x: float, y: float, values: Sequence[Sequence[float]], cell: float = 14, largest: float = 0) -> Shape:
    """Weights from a corner, as squares: area is size; solid is positive, hollow negative. largest: a full cell."""
    most = largest or max(abs(v) for row in values for v in row) or 1
    found = [rect(x, y, cell * len(values[0]), cell * len(values), "@page", "@axis", THIN)]
    for i, row in enumerate(values):
        for j, v in enumerate(row):
            side = max(1, (cell - 3) * math.sqrt(min(1.0, abs(v) / most)) - 1.2 * (v < 0))
            look = ("@ink",) if v >= 0 else ("@page", "@ink", 1.2)
            found.append(rect(x + (j + 0.5) * cell - side / 2, y + (i + 0.5) * cell - side / 2, side, side, *look))
    return group(*found)


def box(
    x: float, y: float, label: str, width: float = 72, height: float = 44, colour: str = "@plain", on: str = "@page"
) -> Shape:
    """An operation with weights of its own: solid, in page colour what it computes."""
    return group(
        rect(x - width / 2, y - height / 2, width, height, colour, r=4), words(x, y + 5, label, size=15, colour=on)
    )


GLYPHS = {
    "relu": "M-12 7H0L10 -9",
    "sigmoid": "M-12 8C2 8 -2 -8 12 -8",
    "norm": "M-13 8C-5 8 -5 -9 0 -9S5 8 13 8",
}


def glyph(x: float, y: float, name: str, size: float = 36, edge: str = "@ink") -> Shape:
    """An operation on each unit or channel by itself: an outline with its graph inside. name: relu, sigmoid or norm."""
    frame = rect(x - size / 2, y - size / 2, size, size, "@page", edge, r=4)
    placed = f"translate({x:g} {y:g}) scale({size / 36:.3g})"
    return group(frame, line(GLYPHS[name], edge, 72 / size, transform=placed, stroke_linecap="round"))


def plus(x: float, y: float, r: float = 12, colour: str = "@ink", times: bool = False) -> Shape:
    """A sum, or a product."""
    a, b = (r * 0.38, r * 0.38) if times else (r * 0.5, 0)
    cross = (straight(x - a, y - b, x + a, y + b, colour, 2), straight(x + b, y - a, x - b, y + a, colour, 2))
    return group(circle(x, y, r, "@page", colour), *cross)


def bar(x: float, y: float, height: float = 44, colour: str = "@plain", width: float = 6) -> Shape:
    """A layer in a row of many."""
    return rect(x - width / 2, y - height / 2, width, height, colour, r=1)


def empty_bar(x: float, y: float, height: float = 44, width: float = 6) -> Shape:
    """A layer that does nothing: an outline with the line running through."""
    outline = rect(x - width / 2, y - height / 2, width, height, "@page", "@control", THIN, r=1)
    return group(outline, straight(x - width / 2, y, x + width / 2, y))


def band(d: str, width: float, colour: str) -> Shape:
    """A stream or a gradient as wide as it is large; exactly zero is not drawn."""
    return line(d, colour, max(LEAST, width) if width else 0)


def chevron(x: float, y: float, colour: str = "@page") -> Shape:
    """Which way the gradient runs in a band: back."""
    return line(f"M{x + 3:.1f} {y - 5:.1f}l-6 5l6 5", colour, 2)


def bracket(x: float, y1: float, y2: float) -> Shape:
    """What belongs together, from y1 to y2, open to the left."""
    return line(f"M{x - 6:.1f} {y1:.1f}h6V{y2:.1f}h-6", "@axis", THIN)


def sheets(x: float, y: float, side: float, values: Sequence[Sequence[float]], channels: int) -> Shape:
    """A feature map from its corner: cells from 0 to 1 in the sequential map, its channels as sheets behind it."""
    behind = [rect(x + 8 * k, y - 8 * k, side, side, "@page", "@ink", THIN) for k in range(channels - 1, 0, -1)]
    return group(*behind, *cells(x, y, side / len(values), values), rect(x, y, side, side, "none", "@ink"))


def cells(x: float, y: float, cell: float, values: Sequence[Sequence[float]]) -> list[Shape]:
    """Squares in the colours of the sequential map, 0 to 1; nan is hatched."""
    found = []
    for i, row in enumerate(values):
        for j, v in enumerate(row):
            fill = "@page" if math.isnan(v) else f"@seq{round(16 * min(1.0, max(0.0, v)))}"
            found.append(rect(x + j * cell, y + i * cell, cell, cell, fill, "@hairline", 0.75))
    return found


def key(x: float, y: float, mark: str, said: str) -> Shape:
    """An entry of the line at the foot that says what a mark means: forward, backward, positive, negative, weights,
    none, off.
    """
    drawn = {
        "forward": lambda: arrow((x, y), (x + 34, y)),
        "backward": lambda: arrow((x + 34, y), (x, y), back=True),
        "positive": lambda: straight(x, y, x + 34, y, width=8),
        "negative": lambda: weight(x, y, x + 34, y, -1),
        "weights": lambda: rect(x + 14, y - 9, 20, 18, "@plain", r=3),
        "none": lambda: rect(x + 14, y - 9, 20, 18, "@page", "@ink", r=3),
        "off": lambda: dropped(x + 24, y, 9),
    }[mark]()
    return group(drawn, note(x + 43, y + 5, said, "start"))


def figure(value: float, digits: int = 2) -> str:
    """A number as it stands in a drawing, with a true minus."""
    return wording.decimals(value, digits)
