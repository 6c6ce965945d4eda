"""The views of an instant lab as SVG, in either theme, at the width that the page has."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from html import escape

import numpy as np

from course import themes, wording
from course.views import Frame, Line, Lines, Map, View, axes, shapes
from course.views.axes import ticks

HEIGHT, TOP, BOTTOM, LEFT = 290, 34, 46, 58
NARROW_LINES, NARROW_MAP = 330, 240
GAP = 20
Scale = Callable[[float], float]


def pictures(shown: Frame, width: float, theme: str) -> list[str]:
    """Each view as one SVG element: side by side where `width` allows, in rows of two or one elsewhere."""
    count = len(shown.views)
    across = next(n for n in range(count, 0, -1) if n == 1 or (count % n == 0 and _least(shown.views[:n]) <= width))
    rows = [shown.views[i : i + across] for i in range(0, count, across)]
    found = []
    for row in rows:
        room = width - GAP * (len(row) - 1)
        found += [picture(view, room * view.share / sum(v.share for v in row), theme) for view in row]
    return found


def _least(row: tuple[View, ...]) -> float:
    """Pixels below which these views are not put beside each other."""
    return sum((NARROW_LINES if isinstance(view, Lines) else NARROW_MAP) + GAP for view in row) - GAP


def picture(view: View, width: float, theme: str) -> str:
    """One view as an SVG element with its own ground, styles and name."""
    ui, fonts = themes.tokens()["ui"][theme], themes.tokens()["font"]
    body = _lines(view, width, theme) if isinstance(view, Lines) else _map(view, width, theme)
    style = (
        f"font:14px {fonts['ui']};fill:{ui['ink']};--grid:{ui['grid']};--axis:{ui['axis']};--ink2:{ui['ink2']};"
        f"--ink:{ui['ink']};--page:{ui['page']}"
    )
    size = f'width="{width:.0f}" height="{HEIGHT}" viewBox="0 0 {width:.0f} {HEIGHT}"'
    title = shapes.text(0, 16, view.title, more=' font-weight="700"')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(view.title, quote=True)}" '
        f'style="{escape(style, quote=True)}">'
        f'<rect width="100%" height="100%" style="fill:{ui["page"]}"/>{title}{body}</svg>'
    )


def _lines(view: Lines, width: float, theme: str) -> str:
    labels = [line.label for line in view.lines]
    right = width - (24 + 7.4 * max((len(label) for label in labels), default=0))
    low, high = view.limits()
    y = axes.log_scale(int(low), int(high), TOP, HEIGHT - BOTTOM) if view.log else _linear(low, high)
    first, last = view.x or _span(view)
    x = lambda value: LEFT + (right - LEFT) * (value - first) / (last - first)  # noqa: E731
    parts = [_grid(view, low, high, y, right), _x_axis(first, last, x, right, view.x_title)]
    parts += [_reference(name, level, y, right) for name, level in view.references.items()]
    parts += [_curve(line, i, x, y, view.log, theme) for i, line in enumerate(view.lines)]
    return "".join(parts) + _ends(view, x, y, right, theme)


def _span(view: Lines) -> tuple[float, float]:
    xs = np.concatenate([np.ravel(line.x) for line in view.lines])
    first, last = (float(xs.min()), float(xs.max())) if xs.size else (0.0, 1.0)
    return first, last if last > first else first + 1


def _linear(low: float, high: float) -> Scale:
    span = HEIGHT - BOTTOM - TOP
    return lambda value: HEIGHT - BOTTOM - (min(max(value, low), high) - low) / (high - low) * span


def _grid(view: Lines, low: float, high: float, y: Scale, right: float) -> str:
    if view.log:
        every = max(1, int(high - low) // 6)
        levels = [(10.0**n, wording.tick(n)) for n in range(int(low), int(high) + 1, every)]
    else:
        levels = [(v, _word(v)) for v in ticks(low, high)]
    rules = [shapes.line(f"M{LEFT} {y(v):.1f}H{right:.1f}", "", ' style="stroke:var(--grid)"') for v, _ in levels]
    return "".join(rules + [_small(LEFT - 9, y(v) + 4.5, word, "end") for v, word in levels])


def _x_axis(first: float, last: float, x: Scale, right: float, title: str) -> str:
    bottom = HEIGHT - BOTTOM
    marks = "".join(_small(x(v), bottom + 19, _word(v), "middle") for v in ticks(first, last, 5))
    axis = shapes.line(f"M{LEFT} {bottom + 3}H{right:.1f}", "", ' style="stroke:var(--axis)"')
    return axis + marks + _small(right, bottom + 38, title, "end")


def _word(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _small(x: float, y: float, words: str, anchor: str) -> str:
    return shapes.text(x, y, words, "", anchor, ' style="fill:var(--ink2);font-size:12px"')


def _reference(name: str, level: float, y: Scale, right: float) -> str:
    dotted = shapes.line(
        f"M{LEFT} {y(level):.1f}H{right:.1f}",
        "",
        ' style="stroke:var(--axis);stroke-width:1.25;stroke-dasharray:1.5 3"',
    )
    return dotted + _small(LEFT + 6, y(level) - 5, name, "start")


def ink(line: Line, index: int, theme: str) -> str:
    """The colour of a curve: its kind's, else that of its place."""
    return themes.colour(line.kind or list(themes.tokens()["kinds"])[index % 8], theme)


def _curve(line: Line, index: int, x: Scale, y: Scale, log: bool, theme: str) -> str:
    points = [(x(a), y(b), np.isfinite(b) and (b > 0 or not log)) for a, b in zip(line.x, line.y, strict=True)]
    colour = ink(line, index, theme)
    if line.style == "bars":
        w = max(1.0, min(24.0, 0.7 * (x(2) - x(1)) if len(points) > 1 else 24.0))
        foot = y(0) if not log else HEIGHT - BOTTOM
        bars = (f"M{a - w / 2:.1f} {foot:.1f}V{b:.1f}h{w:.1f}V{foot:.1f}z" for a, b, ok in points if ok)
        return shapes.line("".join(bars), "", f' style="fill:{colour}"')
    if line.style == "points":
        dots = (f"M{a - 2.5:.1f} {b:.1f}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z" for a, b, ok in points if ok)
        return shapes.line("".join(dots), "", f' style="fill:{colour}"')
    dash = themes.tokens()["run_patterns"][index % 8]["dash"] if not line.kind else themes.pattern(line.kind)["dash"]
    style = f"fill:none;stroke:{colour};stroke-width:2.25;stroke-dasharray:{' '.join(map(str, dash)) or 'none'}"
    runs, drawn = "", False
    for a, b, ok in points:
        runs += f"{'L' if drawn else 'M'}{a:.1f} {b:.1f}" if ok else ""
        drawn = ok
    return shapes.line(runs, "", f' style="{style}"')


def _ends(view: Lines, x: Scale, y: Scale, right: float, theme: str) -> str:
    """The names at the right, moved apart, each with a piece of its line's colour."""
    last = [
        next((y(b) for b in reversed(list(line.y)) if np.isfinite(b) and (b > 0 or not view.log)), HEIGHT - BOTTOM)
        for line in view.lines
    ]
    if not last:
        return ""
    found = []
    for i, (line, moved) in enumerate(zip(view.lines, axes.spread(last, 19), strict=True)):
        place = min(max(moved, TOP), HEIGHT - BOTTOM + 6)
        swatch = f' style="stroke:{ink(line, i, theme)};stroke-width:4"'
        found.append(shapes.line(f"M{right + 5:.1f} {place:.1f}h9", "", swatch))
        found.append(shapes.text(right + 19, place + 4.5, line.label))
    return "".join(found)


def _map(view: Map, width: float, theme: str) -> str:
    values = np.asarray(view.values, dtype=float)
    right, bottom = width - 74, HEIGHT - BOTTOM
    stops = themes.tokens()["maps"]["diverging" if view.diverging else "sequential"][theme]
    image = _png(coloured(values, view.low, view.high, stops))
    x = lambda v: LEFT + (right - LEFT) * (v - view.x[0]) / (view.x[1] - view.x[0])  # noqa: E731
    y = lambda v: bottom - (bottom - TOP) * (v - view.y[0]) / (view.y[1] - view.y[0])  # noqa: E731
    box = f'x="{LEFT}" y="{TOP}" width="{right - LEFT:.1f}" height="{bottom - TOP}"'
    hatch = themes.tokens()["ui"][theme]["hatch"]
    parts = [
        f'<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V5" stroke="{hatch}"/></pattern><rect {box} fill="url(#hatch)"/>',
        f'<image {box} preserveAspectRatio="none" style="image-rendering:pixelated" href="{image}"/>',
        f'<rect {box} style="fill:none;stroke:var(--axis)"/>',
        *(_small(x(v), bottom + 17, _word(v), "middle") for v in _few(view.x)),
        *(_small(LEFT - 7, y(v) + 4.5, _word(v), "end") for v in _few(view.y)),
        _small(right, bottom + 38, view.x_title, "end"),
        _small(LEFT, TOP - 5, view.y_title, "start") if view.y_title else "",
        _legend(view, right, bottom, stops),
    ]
    for px, py, kind in view.points if view.points is not None else ():
        shape = "M{0:.1f} {1:.1f}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z" if kind else "M{0:.1f} {1:.1f}m-4 -4h8v8h-8z"
        fill = "var(--ink)" if kind else "var(--page)"
        parts.append(shapes.line(shape.format(x(px), y(py)), "", f' style="fill:{fill};stroke:var(--ink)"'))
    return "".join(parts)


def _few(limits: tuple[float, float]) -> list[float]:
    found = ticks(*limits, most=5)
    return [limits[0], *found[1:]] if found and found[0] == 0 and limits[0] == 1 else found


def coloured(values: np.ndarray, low: float, high: float, stops: list[str]) -> np.ndarray:
    """Values as RGBA, (rows, columns, 4), the last row first, since a picture begins at the top."""
    table = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], dtype=float)
    level = np.clip((np.nan_to_num(values, nan=low) - low) / (high - low), 0, 1) * (len(stops) - 1)
    below = np.minimum(level.astype(int), len(stops) - 2)
    share = (level - below)[..., None]
    colours = table[below] * (1 - share) + table[below + 1] * share
    alpha = np.where(np.isnan(values), 0, 255)[..., None]
    return np.concatenate([colours, alpha], axis=-1).round().astype(np.uint8)[::-1]


def _png(pixels: np.ndarray) -> str:
    """RGBA as a PNG file in a data address: the format's three chunks."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows, columns, _ = pixels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(file).decode()


def _legend(view: Map, right: float, bottom: float, stops: list[str]) -> str:
    """The scale of the colours at the right, its ends and its middle named."""
    strip = _png(coloured(np.linspace(view.low, view.high, 64)[:, None], view.low, view.high, stops))
    box = f'x="{right + 10:.1f}" y="{TOP}" width="11" height="{bottom - TOP}"'
    image = f'<image {box} preserveAspectRatio="none" href="{strip}"/>'
    frame = f'<rect {box} style="fill:none;stroke:var(--axis)"/>'
    middle = (view.low + view.high) / 2
    places = ((view.high, TOP + 9), (middle, (TOP + bottom) / 2 + 4.5), (view.low, bottom))
    return image + frame + "".join(_small(right + 26, place, _word(value), "start") for value, place in places)
