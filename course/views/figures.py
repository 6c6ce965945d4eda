"""Figures as data: what is drawn, and nothing of how. `svg` and Plotly draw the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Literal

import numpy as np

from course import themes, wording
from course.views import axes
from course.views.axes import Axis
from course.views.drawing import Drawing


@dataclass(frozen=True)
class Line:
    """One curve of `Lines`.

    kind: whose colour and pattern it takes, else those of its place. A point without a finite value is a hole in the
    line; one above whose x there is a cross runs to the top edge.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    kind: str = ""
    style: Literal["line", "marked", "bars", "points"] = "line"
    slot: int = 0  # takes the pattern of this slot, where lines share a kind
    number: int = 0  # a numeral before its label
    value: str = ""  # stands behind its label: the value at its end, or what became of it
    bold: bool = True  # the newest or the chosen one; else thin, and bars pale
    raw: Sequence[float] = ()  # the same unsmoothed, a thin trace
    says: Sequence[str] = ()  # each point in words, for whoever points at it; unless given its number
    whiskers: Sequence[tuple[float, float]] = ()  # lowest and highest at each point, which then has a marker
    band: Sequence[tuple[float, float]] = ()  # lowest and highest at each point, a pale area behind all lines
    crosses: Sequence[float] = ()  # at these x it diverged
    zeros: Sequence[float] = ()  # at these x it is exactly zero, or not measured: hollow triangles at the bottom
    end: str = ""  # the marker it ends in, "own" for that of its pattern

    def __post_init__(self) -> None:
        """Take the values as they are now: a list that is given may grow while the figure is drawn."""
        for name in ("x", "y", "raw", "band"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def area(self) -> list[list[tuple[float, float, float]]]:
        """Its band as x, lowest and highest at each point, parted where one of the two is not known."""
        found: list[list[tuple[float, float, float]]] = [[]]
        for x, (low, high) in zip(self.x, self.band, strict=bool(self.band)):
            if math.isnan(low) or math.isnan(high):
                found.append([])
            else:
                found[-1].append((x, low, high))
        return [piece for piece in found if piece]

    def drawn(self, axis: Axis) -> Iterator[tuple[float, float] | None]:
        """The points, crosses at the top; nan where there is no value, None between two crosses, where none is known.

        axis: the y axis.
        """
        before = False
        for x, y in zip(self.x, self.y, strict=True):
            broke = x in self.crosses
            if broke and before:
                yield None
            yield x, axis.top if broke else y if axis.has(y) else math.nan
            before = broke

    def last(self, axis: Axis) -> tuple[float, float] | None:
        """The rightmost point that has a place on the axis; None if there is none."""
        known = [point for point in self.drawn(axis) if point is not None and not math.isnan(point[1])]
        return max(known, key=lambda point: point[0], default=None)


@dataclass(frozen=True)
class Lines:
    """Curves over a common axis.

    low, high: limits of the y axis, by default those of the values; with `log` their decades. x: the same for the x
    axis. references: dotted level lines by name. ticks: of the x axis, (value, word). out: at these x nothing is
    measured, since what belongs there is taken out: crosses stand there on the axis, whose title says what they are.
    """

    title: str  # quantity, unit, scale
    x_title: str
    lines: tuple[Line, ...]
    log: bool = False
    low: float | None = None
    high: float | None = None
    references: dict[str, float] = field(default_factory=dict)
    x: tuple[float, float] | None = None
    share: float = 1.0  # of the row's width
    caption: str = ""  # how to read it
    x_log: bool = False
    ticks: tuple[tuple[float, str], ...] = ()
    out: Sequence[float] = ()
    percent: bool = False  # fractions from 0 to 1, in per cent beside the axis
    dodge: bool = False  # lines stand a hair beside each other, so that whiskers do not cover one another
    peaks: bool = False  # names stand above the highest points, not at the right
    empty: str = ""  # what is said where there is no line

    def limits(self) -> tuple[float, float]:
        """The y axis: from, to; exponents of ten if `log`."""
        bands = chain(*(line.band for line in self.lines))
        given = chain(*(line.y for line in self.lines), *bands, self.references.values())
        values = [float(v) for v in given if math.isfinite(v) and (v > 0 or not self.log)]
        low = min(values, default=float(self.log)) if self.low is None else self.low
        high = max(values, default=1.0) if self.high is None else self.high
        if self.log:
            floor, ceiling = math.floor(math.log10(max(low, 1e-300))), math.ceil(math.log10(max(high, 1e-300)))
            return floor, max(ceiling, floor + 1)
        return low, high if high > low else low + 1.0

    @cached_property
    def axis(self) -> Axis:
        """The y axis."""
        return Axis(*self.limits(), self.log)

    @cached_property
    def x_axis(self) -> Axis:
        """The x axis, by default from the first value to the last."""
        xs = [float(v) for line in self.lines for v in line.x] or [0.0, 1.0]
        first, last = self.x or (min(xs), max(xs))
        if self.x_log:
            return Axis(math.log10(first), math.log10(last), log=True)
        return Axis(first, last if last > first else first + 1)

    def y_ticks(self) -> list[tuple[float, str]]:
        """Values and words beside the y axis."""
        if not self.percent:
            return self.axis.ticks()
        low, high = self.limits()
        return [(value / 100, wording.general(value)) for value in axes.ticks(100 * low, 100 * high)]

    def kind(self, index: int) -> str:
        """The kind whose colour this line takes: its own, else that of its place."""
        return self.lines[index].kind or themes.slot_kind(self.lines[index].slot or index + 1)

    def pattern(self, index: int) -> dict[str, Any]:
        """Dash and marker of this line: its kind's, or those of its slot or place where lines share a kind."""
        line = self.lines[index]
        alone = line.kind and sum(other.kind == line.kind for other in self.lines) == 1
        if alone and not line.slot:
            return themes.pattern(line.kind)
        return themes.run_pattern(line.slot or index + 1)

    def end_marker(self, index: int) -> str:
        """The marker that this line ends in; empty for none."""
        line = self.lines[index]
        return str(self.pattern(index)["marker"]) if line.end == "own" else line.end


@dataclass(frozen=True)
class Map:
    """A value for each cell of a grid, `values[row][column]`, row 0 at the bottom; what is not a number is hatched.

    low, high: fixed ends of the colours, with `log` above zero; the scale of an `open` map says where values lie beyond
    them. diverging: the map whose middle is the page. x, y: what the first and the last column and row stand for.
    points: (x, y, class) of data drawn on it, class 0 or 1; colours are then half as strong. segments: (x, y, x, y,
    whether it is an arrow), straight lines on it. contour: straight pieces (x, y, x, y) of a line where its values are
    equal. folds: (x, y, x, y, how strong, from 0 to 1), thin lines below the points. square: x and y take as much room.
    small: a thumbnail without axes, which stands below the other views. pictures: name and kind of each row of square
    pictures, from the top, of which the map then consists: it has no axes. ticks: of the x axis, (value, word). rules:
    at these x the map is parted by a hairline. margin: a number for each row, as a bar at the right, from 0 to
    `margin_high`; margin_title says what it is. marked: rows, 0 at the bottom, with a ◂ at the right. handle: (x, y,
    control, control), a ring that a lab's reader drags: the two controls follow it.
    """

    title: str
    x_title: str
    y_title: str
    values: Any
    low: float
    high: float
    x: tuple[float, float]
    y: tuple[float, float]
    diverging: bool = False
    points: Any = ()
    share: float = 1.0
    log: bool = False
    open: bool = False
    caption: str = ""
    columns: Sequence[float] = ()  # the time of each column, where they are not evenly spaced
    segments: Any = ()
    contour: Sequence[tuple[float, ...]] = ()
    folds: Any = ()
    square: bool = False
    pictures: Sequence[tuple[str, str]] = ()
    small: bool = False
    ticks: Sequence[tuple[float, str]] = ()
    rules: Sequence[float] = ()
    margin: Sequence[float] = ()
    margin_title: str = ""
    margin_high: float = 1.0
    marked: Sequence[int] = ()
    handle: tuple[float, float, str, str] | None = None

    @property
    def scale(self) -> Axis:
        """The axis of the colours."""
        return Axis(math.log10(self.low), math.log10(self.high), True) if self.log else Axis(self.low, self.high)

    def levels(self) -> np.ndarray[Any, Any]:
        """The values in the scale's own units, cut off at its ends; nan where they are hatched."""
        return np.asarray(np.clip(self._levels, self.scale.low, self.scale.high))

    def beyond(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Which values lie below the scale, and which above it."""
        hair = 1e-9 * (self.scale.high - self.scale.low)  # what rounding adds to a value that lies on an end
        return self._levels < self.scale.low - hair, self._levels > self.scale.high + hair

    @property
    def _levels(self) -> np.ndarray[Any, Any]:
        values = np.asarray(self.values, dtype=float)
        return np.log10(np.where(values > 0, values, np.nan)) if self.log else values

    def scale_ticks(self) -> list[tuple[float, str]]:
        """Level and word of the scale's ends and of what is marked between them."""
        scale = self.scale
        middle = (scale.low + scale.high) / 2
        found = scale.ticks() if self.log else [(v, wording.general(v)) for v in (scale.low, middle, scale.high)]
        levels, words = [scale.level(v) for v, _ in found], [said for _, said in found]
        if self.open:
            below, above = (sign * bool(cells.any()) for sign, cells in zip(("≤ ", "≥ "), self.beyond(), strict=True))
            words = [below + words[0], *words[1:-1], above + words[-1]]
        return list(zip(levels, words, strict=True))


View = Lines | Map | Drawing


@dataclass(frozen=True)
class Frame:
    """What stands on the page at one moment: views side by side, and one or two sentences with the numbers."""

    views: tuple[View, ...]
    summary: str
