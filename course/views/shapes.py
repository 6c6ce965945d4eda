"""The few shapes that the report's drawings are made of: scales, paths, markers, text. Colours come by CSS class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from course import themes, wording

Point = tuple[float, float]


def path(points: Iterable[Point]) -> str:
    """The `d` of a line through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def line(d: str, name: str, more: str = "") -> str:
    """A path with a CSS class."""
    return f'<path class="{name}" d="{d}"{more}/>'


def text(x: float, y: float, words: str, name: str = "", anchor: str = "", more: str = "") -> str:
    """Escaped text."""
    anchor = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}"{anchor}{more}>{escape(words)}</text>'


def dash(kind: str) -> str:
    """The kind's dash as an attribute; none for a solid line."""
    lengths = themes.pattern(kind)["dash"]
    return f' stroke-dasharray="{" ".join(map(str, lengths))}"' if lengths else ""


def marker(kind: str, x: float, y: float, size: float = 6) -> str:
    """The kind's marker around (x, y): filled, with a rim in page colour, or hollow."""
    shape, s = themes.pattern(kind)["marker"], size
    a, b, c = 0.9 * s, 1.15 * s, 1.25 * s
    drawn = {
        "circle": f"M{x - s:.1f} {y:.1f}a{s} {s} 0 1 0 {2 * s} 0a{s} {s} 0 1 0 {-2 * s} 0z",
        "square": f"M{x - a:.1f} {y - a:.1f}h{2 * a:.1f}v{2 * a:.1f}h{-2 * a:.1f}z",
        "triangle-up": f"M{x - b:.1f} {y + a:.1f}h{2 * b:.1f}L{x:.1f} {y - b:.1f}z",
        "triangle-down": f"M{x - b:.1f} {y - a:.1f}h{2 * b:.1f}L{x:.1f} {y + b:.1f}z",
        "diamond": f"M{x - c:.1f} {y:.1f}L{x:.1f} {y - c:.1f}L{x + c:.1f} {y:.1f}L{x:.1f} {y + c:.1f}z",
    }[shape.removesuffix("-open")]
    return line(drawn, "mark open" if shape.endswith("-open") else "mark")


def cross(x: float, y: float, size: float = 6) -> str:
    """The mark of a run that diverged."""
    across = 2 * size
    return line(f"M{x - size:.1f} {y - size:.1f}l{across:g} {across:g}m0 {-across:g}l{-across:g} {across:g}", "cross")


def decade_grid(low: int, high: int, y: Callable[[float], float], left: float, right: float, name: str = "t2") -> str:
    """A grid line and a tick label for each decade."""
    lines = [line(f"M{left:g} {y(10.0**n):.1f}H{right:g}", "grid") for n in range(low, high + 1)]
    labels = [text(left - 9, y(10.0**n) + 4.5, wording.tick(n), name, "end") for n in range(low, high + 1)]
    return "".join(lines + labels)


def swatch(kind: str, width: int = 44) -> str:
    """The kind's line and marker, as beside its name."""
    drawn = line(f"M1 8H{width - 1}", "run", dash(kind)) + marker(kind, width / 2, 8, 4.5)
    box = f'viewBox="0 0 {width} 16" width="{width}" height="16"'
    return f'<svg class="swatch k-{themes.family(kind)}" {box} aria-hidden="true">{drawn}</svg>'
