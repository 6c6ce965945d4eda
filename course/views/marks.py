"""The marks by which a kind or a run is known: dash, marker, cross."""

from __future__ import annotations

import math

from course import themes
from course.views.drawing import Drawing, Shape, line, shape


def marker(name: str, colour: str, x: float, y: float, size: float = 6) -> Shape:
    """A marker around (x, y): filled, with a rim in page colour, or hollow."""
    s = size
    a, b, c = 0.9 * s, 1.15 * s, 1.25 * s
    form = name.removesuffix("-dot")
    drawn = {
        "circle": f"M{x - s:.1f} {y:.1f}a{s:g} {s:g} 0 1 0 {2 * s:g} 0a{s:g} {s:g} 0 1 0 {-2 * s:g} 0z",
        "square": f"M{x - a:.1f} {y - a:.1f}h{2 * a:.1f}v{2 * a:.1f}h{-2 * a:.1f}z",
        "triangle-up": f"M{x - b:.1f} {y + a:.1f}h{2 * b:.1f}L{x:.1f} {y - b:.1f}z",
        "triangle-down": f"M{x - b:.1f} {y - a:.1f}h{2 * b:.1f}L{x:.1f} {y + b:.1f}z",
        "diamond": f"M{x - c:.1f} {y:.1f}L{x:.1f} {y - c:.1f}L{x + c:.1f} {y:.1f}L{x:.1f} {y + c:.1f}z",
    }[form.removesuffix("-open")]
    hollow = form.endswith("-open")
    fill, rim, width = ("@page", colour, 0.25 + s / 4) if hollow else (colour, "@page", max(0.0, s / 2 - 1.5))
    return shape("path", d=drawn, fill=fill, stroke=rim if width else None, stroke_width=width or None)


def cross(colour: str, x: float, y: float, size: float = 6) -> Shape:
    """The mark of a run that diverged."""
    across = 2 * size
    d = f"M{x - size:.1f} {y - size:.1f}l{across:g} {across:g}m0 {-across:g}l{-across:g} {across:g}"
    return line(d, colour, 2 + size / 8)


def hatch(x: float, y: float, width: float, height: float, step: float = 6) -> str:
    """The `d` of diagonals that fill a box: for what has no value."""
    lines = []
    for k in range(1, math.ceil((width + height) / step)):
        along = k * step  # x + y on this diagonal, from the box's corner
        left, right = max(0.0, along - height), min(along, width)
        lines.append(f"M{x + left:.1f} {y + along - left:.1f}L{x + right:.1f} {y + along - right:.1f}")
    return "".join(lines)


def swatch(kind: str, width: int = 44) -> Drawing:
    """The kind's line and marker, as beside its name."""
    pattern, colour = themes.pattern(kind), f"@{kind}"
    run = line(f"M1 8H{width - 1}", colour, 2.5, pattern["dash"])
    drawn = (run, marker(pattern["marker"], colour, width / 2, 8, 4.5))
    return Drawing("", width, 16, drawn, attributes={"class": "swatch"})
