"""Figures as data: what is drawn, and nothing of how."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Line:
    """One curve of `Lines`. kind: whose colour it takes, else that of its place. style: line, bars or points."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    kind: str = ""
    style: str = "line"


@dataclass(frozen=True)
class Lines:
    """Curves over a common axis. low, high: limits of the y axis, by default those of the values; with `log` their
    decades. x: the same for the x axis. references: dotted level lines by name.
    """

    title: str  # quantity, unit, scale
    x_title: str
    lines: tuple[Line, ...]
    log: bool = False
    low: float | None = None
    high: float | None = None
    references: dict[str, float] = field(default_factory=dict)
    x: tuple[float, float] | None = None  # of the x axis, by default those of the values
    share: float = 1.0  # of the row's width

    def limits(self) -> tuple[float, float]:
        """The y axis: from, to; exponents of ten if `log`."""
        values = np.concatenate([np.ravel(line.y) for line in self.lines] + [np.array(list(self.references.values()))])
        values = values[np.isfinite(values) & ((values > 0) | (not self.log))]
        low = self.low if self.low is not None else (float(values.min()) if values.size else float(self.log))
        high = self.high if self.high is not None else (float(values.max()) if values.size else 1.0)
        if self.log:
            floor, ceiling = math.floor(math.log10(max(low, 1e-300))), math.ceil(math.log10(max(high, 1e-300)))
            return floor, max(ceiling, floor + 1)
        return low, high if high > low else low + 1.0


@dataclass(frozen=True)
class Map:
    """A value for each cell of a grid, `values[row][column]`, row 0 at the bottom; what is not a number is hatched.

    low, high: fixed ends of the colours. diverging: the map whose middle is the page. x, y: what the first and the last
    column and row stand for. points: (x, y, class) of data drawn on it, class 0 or 1.
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
    points: Any = None
    share: float = 1.0


View = Lines | Map


@dataclass(frozen=True)
class Frame:
    """What stands on the page at one moment: views side by side, and one or two sentences with the numbers."""

    views: tuple[View, ...]
    summary: str
