"""Lines as shapes: where they are drawn, and the parts that a chart is put together from.

Parts carry `data-kind` and `data-value`, by which the script of a page finds them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course import themes
from course.views import drawing, marks
from course.views import labels as places
from course.views.drawing import Drawing, Point, Shape, group, note, text
from course.views.figures import Line, Lines
from course.views.labels import Label

NEAR = 50  # pixels: a label that is farther from the end of its line has a dotted leader, or none
STROKES = themes.tokens()["line"]["notebook"]
LEFT, TOP, BELOW, HEIGHT = 58, 40, 46, 290
CAPTION = 20  # pixels for a line below the title
DODGE, WIDEST = 5, 28  # pixels between two lines that stand beside each other, and between the first and the last
LETTER = 0.53  # of the type size: the mean width of a letter
BESIDE = (-11, 11, -18, 18)  # pixels from a level down to the middle of its name
FREE = 12  # pixels from the middle of a name to the nearest line at which it is clear of it
ABOVE = 8  # pixels from a peak up to its name
CROSSED, ABOVE_AXIS = 0.38, 3  # half of a cross, of its column at most; pixels from the axis up to it
BAR = 0.7  # of the step from one bar to the next
PALE, EDGE = 0.18, 0.4  # opacity of a band or a pale bar, and of its edge


@dataclass(frozen=True)
class Chart:
    """A view's place: edges in pixels, and the scales between them."""

    view: Lines
    left: float
    top: float
    right: float
    bottom: float
    inset: float = 0.0  # pixels from an end of the x axis to the outermost value
    run: float = STROKES["run"]  # width of a line
    mark: float = 4.0  # half the size of a marker

    def x(self, value: float) -> float:
        """From a value to its place."""
        room = self.right - self.left - 2 * self.inset
        return float(self.left + self.inset + room * self.view.x_axis.share(value))

    def y(self, value: float) -> float:
        """From a value to its height; what lies beyond the axis sits on the edge."""
        return float(self.bottom - (self.bottom - self.top) * self.view.axis.share(value))

    def dodge(self, index: int) -> float:
        """How far to the side this line stands."""
        count = len(self.view.lines)
        return (index - (count - 1) / 2) * min(DODGE, WIDEST / count) if self.view.dodge else 0.0

    def place(self, index: int, point: Point) -> Point:
        """Where a point of this line is."""
        return self.x(point[0]) + self.dodge(index), self.y(point[1])

    def pieces(self, index: int) -> list[list[Point]]:
        """The line, parted where there is nothing to draw."""
        found: list[list[Point]] = [[]]
        for point in self.view.lines[index].drawn(self.view.axis):
            if point is None or math.isnan(point[1]):
                found.append([])
            else:
                found[-1].append(self.place(index, point))
        return [piece for piece in found if piece]

    def points(self, index: int) -> list[Point]:
        """The places of this line's points."""
        return [point for piece in self.pieces(index) for point in piece]

    def area(self, index: int) -> list[list[Point]]:
        """The outlines of this line's band: from left to right above, and back below."""
        found = []
        for piece in self.view.lines[index].area():
            above = [self.place(index, (x, high)) for x, _, high in piece]
            found.append([*above, *(self.place(index, (x, low)) for x, low, _ in reversed(piece))])
        return found

    @cached_property
    def all_pieces(self) -> list[tuple[list[Point], bool]]:
        """Those of every line, and whether they are filled down to the x axis."""
        lines = enumerate(self.view.lines)
        return [(piece, line.style == "bars") for index, line in lines for piece in self.pieces(index)]

    def end(self, index: int) -> Point | None:
        """Where this line ends; None if it was never drawn."""
        last = self.view.lines[index].last(self.view.axis)
        return self.place(index, last) if last else None

    def clearance(self, left: float, right: float, y: float) -> float:
        """How far words at this height, from one end to the other, are from every line."""
        apart = math.inf
        for piece, filled in self.all_pieces:
            xs, ys = np.transpose(piece)
            if xs[0] <= right and xs[-1] >= left:
                places = [*np.clip([left, right], xs[0], xs[-1]), *xs[(xs > left) & (xs < right)]]
                below = np.interp(places, xs, ys) - y
                least, most = float(below.min()), float(below.max())
                apart = min(apart, max(least, 0.0 if filled else -most, 0.0))
        return apart


def draw(view: Lines, width: float, height: float = HEIGHT) -> Drawing:
    """The whole chart: title above it, labels at the right. height: without a caption; more where labels need it, and
    never less than usual.
    """
    inside = places.early(view)
    named = [] if view.peaks else [line for i, line in enumerate(view.lines) if i not in inside]
    room = max(map(_label_width, named), default=0)
    top = TOP + CAPTION * bool(view.caption)
    bottom = top + max(max(height, HEIGHT) - TOP - BELOW, places.height_for(view))
    chart = Chart(view, LEFT, top, width - 24 - room, bottom, inset=10 if view.dodge else 0)
    shapes = [text(0, 16, view.title, bold=True)]
    shapes += [note(0, 36, view.caption)] if view.caption else []
    shapes += [*grid(chart), *x_axis(chart), note(chart.right, bottom + 38, view.x_title, "end")]
    shapes += [*bands(chart), *(curve(chart, i) for i in range(len(view.lines)))]
    shapes += [*crosses(chart), *references(chart, 12), *(peaks(chart) if view.peaks else labels(chart))]
    if not view.lines:
        shapes.append(text((LEFT + chart.right) / 2, (top + bottom) / 2, view.empty, at="middle"))
    said = "; ".join(f"{line.label}: {line.value}" for line in view.lines if line.value)
    return Drawing(view.title, width, bottom + BELOW, tuple(shapes), said, share=view.share)


def _label_width(line: Line, size: float = 14) -> float:
    return LETTER * size * len(f"{line.label} {line.value}") + (20 if line.number else 8)


def grid(chart: Chart, size: float = 12, name: str | None = None) -> list[Shape]:
    """A line and a number at each tick of the y axis. name: the class of the numbers."""
    ticks = [(chart.y(value), word) for value, word in chart.view.y_ticks()]
    rules = "".join(f"M{chart.left:g} {y:.1f}H{chart.right:.1f}" for y, _ in ticks)
    words = [text(chart.left - 9, y + 4.5, word) for y, word in ticks]
    numbers = group(*words, text_anchor="end", font_size=size, fill="@ink2", class_=name)
    return [drawing.line(rules, "@grid", class_="grid"), numbers]


def x_axis(chart: Chart, size: float = 12) -> list[Shape]:
    """The axis with its ticks; the last always has its number, others where there is room."""
    d, words = f"M{chart.left:g} {chart.bottom:g}H{chart.right:.1f}", []
    after, letters = math.inf, 0
    for value, word in reversed(chart.view.ticks or chart.view.x_axis.ticks(5)):
        x = chart.x(value)
        d += f"M{x:.1f} {chart.bottom:g}v5"
        if after - x > 4 * (len(word) + letters) + 10:
            words.append(text(x, chart.bottom + 8 + size, word, class_="tick", data_x=word))
            after, letters = x, len(word)
    return [drawing.line(d, "@axis"), group(*words, text_anchor="middle", font_size=size, fill="@ink2")]


def crosses(chart: Chart) -> list[Shape]:
    """A cross on the x axis for each place that is out, as large as the places allow."""
    s = min(chart.mark, CROSSED * abs(chart.x(2) - chart.x(1)))
    y = chart.bottom - ABOVE_AXIS - s
    d = "".join(
        f"M{chart.x(value) - s:.1f} {y - s:.1f}l{2 * s:.1f} {2 * s:.1f}m0 {-2 * s:.1f}l{-2 * s:.1f} {2 * s:.1f}"
        for value in chart.view.out
    )
    return [drawing.line(d, "@ink", 1.75)] if d else []


def references(chart: Chart, size: float = 14) -> list[Shape]:
    """Dotted level lines, named where no curve is near."""
    found = []
    for name, level in chart.view.references.items():
        left, away = place_for(chart, name, level, size)
        where, at = (chart.left + 8, "start") if left else (chart.right - 8, "end")
        found.append(level_line(chart, level))
        found.append(note(where, chart.y(level) + away + 5, name, at, size, halo=True))
    return found


def place_for(chart: Chart, name: str, level: float, size: float = 14) -> tuple[bool, int]:
    """(At the left end of its line, not at the right; pixels from there down to the middle of the name): the first
    place that is clear of the curves, else the clearest.
    """
    y, width = chart.y(level), LETTER * size * len(name)
    starts = {True: chart.left + 8, False: chart.right - 8 - width}
    inside = [away for away in BESIDE if chart.top + size / 2 <= y + away <= chart.bottom - size / 2]

    def clear(place: tuple[bool, int]) -> float:
        start = starts[place[0]]
        return min(chart.clearance(start - 6, start + width + 6, y + place[1]), FREE)

    return max(((left, away) for away in inside for left in starts), key=clear)


def level_line(chart: Chart, level: float) -> Shape:
    """A dotted line across the chart."""
    return drawing.line(f"M{chart.left:g} {chart.y(level):.1f}H{chart.right:.1f}", "@axis", 1.25, (1.5, 3))


def bands(chart: Chart) -> list[Shape]:
    """The pale areas of all lines that have one, each as a group that carries its line's kind."""
    return [_band(chart, index) for index, line in enumerate(chart.view.lines) if line.band]


def _band(chart: Chart, index: int) -> Shape:
    d, colour = "".join(f"{drawing.through(outline)}z" for outline in chart.area(index)), _colour(chart, index)
    return group(_pale(d, colour), data_kind=chart.view.lines[index].kind or None)


def _pale(d: str, colour: str) -> Shape:
    return drawing.shape("path", d=d, fill=colour, fill_opacity=PALE, stroke=colour, stroke_opacity=EDGE)


def curve(chart: Chart, index: int) -> Shape:
    """One line of the view, as a group that carries its kind."""
    return group(*parts(chart, index), data_kind=chart.view.lines[index].kind or None)


def parts(chart: Chart, index: int) -> list[Shape]:
    """What one line of the view is drawn with: bars, dots, or a line and its marks."""
    return {"bars": _bars, "points": _dots}.get(chart.view.lines[index].style, _line)(chart, index)


def _bars(chart: Chart, index: int) -> list[Shape]:
    wide = max(1.0, min(24.0, BAR * abs(chart.x(2) - chart.x(1)))) if len(chart.view.lines[index].x) > 1 else 24.0
    foot = chart.bottom if chart.view.log else chart.y(0)
    bars = [f"M{x - wide / 2:.1f} {foot:.1f}V{y:.1f}h{wide:.1f}V{foot:.1f}z" for x, y in chart.points(index)]
    d, colour = "".join(bars), _colour(chart, index)
    return [drawing.shape("path", d=d, fill=colour) if chart.view.lines[index].bold else _pale(d, colour)]


def _dots(chart: Chart, index: int) -> list[Shape]:
    dots = [f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z" for x, y in chart.points(index)]
    return [drawing.shape("path", d="".join(dots), fill=_colour(chart, index), stroke="@page")]


def _colour(chart: Chart, index: int) -> str:
    return f"@{chart.view.kind(index)}"


def _line(chart: Chart, index: int) -> list[Shape]:
    """Whiskers, the line and its marks."""
    line, colour = chart.view.lines[index], _colour(chart, index)
    pattern, side, size = chart.view.pattern(index), chart.dodge(index), chart.mark
    width = chart.run if line.bold else chart.run * STROKES["ghost"] / STROKES["run"]
    d = "".join(drawing.through(piece) for piece in chart.pieces(index))
    drawn = [_trace(chart, line, colour)] if len(line.raw) else []
    drawn += [drawing.line(_whiskers(chart, line, side), colour, 1.5)] if line.whiskers else []
    drawn.append(drawing.line(d, colour, width, pattern["dash"], stroke_linejoin="round", class_="run"))
    if line.style == "marked" or line.whiskers:
        known = [(x, y) for x, y in zip(line.x, line.y, strict=True) if chart.view.axis.has(y)]
        drawn += [marks.marker(pattern["marker"], colour, *chart.place(index, point), size) for point in known]
    end = chart.end(index)
    if line.end and end:
        drawn.append(marks.marker(chart.view.end_marker(index), colour, *end, size))
    drawn += [marks.cross(colour, chart.x(x) + side, chart.top, size) for x in line.crosses]
    drawn += [marks.marker("triangle-down-open", colour, chart.x(x), chart.bottom, size) for x in line.zeros]
    return drawn


def _trace(chart: Chart, line: Line, colour: str) -> Shape:
    points = [(chart.x(x), chart.y(y)) for x, y in zip(line.x, line.raw, strict=True) if math.isfinite(y)]
    return drawing.line(drawing.through(points), colour, STROKES["raw"], opacity=0.5)


def _whiskers(chart: Chart, line: Line, side: float) -> str:
    bars = []
    for at, y, (low, high) in zip(line.x, line.y, line.whiskers, strict=True):
        if math.isfinite(y) and low < high:
            x, foot, head = chart.x(at) + side, chart.y(low), chart.y(high)
            bars.append(f"M{x:.1f} {foot:.1f}V{head:.1f}M{x - 4:.1f} {foot:.1f}h8M{x - 4:.1f} {head:.1f}h8")
    return "".join(bars)


def labels(chart: Chart, size: float = 14, *, column: bool = False) -> list[Shape]:
    """Name and value where each line ends, pushed apart and joined to it. column: all of them at the right."""
    placed = places.labels(chart.view, chart.bottom - chart.top, column=column)
    return [_label(chart, label, size - 2 * label.inside) for label in placed]


def peaks(chart: Chart) -> list[Shape]:
    """The name of each line above its highest point; the first and the last of them lean away from the others."""
    lines = [(points, line) for i, line in enumerate(chart.view.lines) if (points := chart.points(i))]
    tops = sorted(((min(points, key=lambda p: p[1]), line) for points, line in lines), key=lambda top: top[0][0])
    leans = ["end", *["middle"] * (len(tops) - 2), "start"] if len(tops) > 1 else ["middle"]
    return [
        group(text(x, y - ABOVE, line.label, at=lean, bold=True, halo=True), data_kind=line.kind or None)
        for ((x, y), line), lean in zip(tops, leans, strict=False)
    ]


def _label(chart: Chart, label: Label, size: float) -> Shape:
    line, colour = chart.view.lines[label.index], _colour(chart, label.index)
    x, y = chart.left + label.share * (chart.right - chart.left) + 14, chart.top + label.top
    drawn = _badge(line, colour, x, y)
    end = chart.end(label.index)
    if end and (label.inside or x - end[0] < NEAR):
        drawn.append(_leader((end[0] + chart.mark + 3, end[1]), (x - 4, y), colour))
    name = drawing.shape("tspan", line.label, font_weight=700 if line.bold and line.value else None)
    value = drawing.shape("tspan", line.value, fill="@ink2", data_value=line.kind or None)
    words: list[str | Shape] = [name, " ", value] if line.value else [name]
    start = x + (20 if line.number else 0 if line.value else 13)
    drawn.append(text(start, y + 0.35 * size, *words, size=size, halo=label.inside))
    return group(*drawn, data_kind=line.kind or None)


def _leader(start: Point, stop: Point, colour: str) -> Shape:
    """From a line's end to its label; dotted if it is long, or it would read as a forecast."""
    dash = (1.5, 3) if stop[0] - start[0] > NEAR else ()
    return drawing.line(drawing.through([start, stop]), colour, 1, dash, class_="leader")


def _badge(line: Line, colour: str, x: float, y: float) -> list[Shape]:
    """The line's numeral, filled if it is the newest or the chosen one; else a piece of its colour."""
    if not line.number:
        return [] if line.value else [drawing.line(f"M{x - 4:.1f} {y:.1f}h11", colour, 4)]
    disc = drawing.shape("circle", cx=x + 8, cy=y, r=8, stroke=colour, fill=colour if line.bold else "@page")
    ink = f"@on_{colour[1:]}" if line.bold else "@ink2"
    return [disc, text(x + 8, y + 4, str(line.number), at="middle", size=11, colour=ink, bold=line.bold)]
