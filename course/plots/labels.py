"""Labels at the ends of lines in Plotly: annotations, pushed apart."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from course import themes
from course.views.figures import Lines
from course.views.labels import early, labels

NUMERALS = {False: "①②③④⑤⑥⑦⑧⑨⑩", True: "❶❷❸❹❺❻❼❽❾❿"}  # thin lines, bold ones; common fonts end at ten


def room(view: Lines) -> float:
    """Pixels that the labels at the right take."""
    inside = early(view)
    named = [line for i, line in enumerate(view.lines) if line.label and i not in inside]
    return max([60.0, *(70 + 8 * len(f"{line.label}{line.value}") for line in named)])


def add(figure: go.Figure, view: Lines, theme: str) -> None:
    """Numeral, name and value of each line: at the right, or beside its end where it ends early."""
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    placed = [(label, end) for label in labels(view, height) if (end := label.end)]
    last = max((end[0] for label, end in placed if not label.inside), default=0)
    for label, end in placed:
        drawn, down = _Label(figure, view, label.index, theme), label.top - (1 - view.axis.share(end[1])) * height
        if label.inside:
            drawn.add_inside(end[0], view.x_axis.at(label.share), view.axis.level(end[1]), down)
        else:
            drawn.add_at_right(last, view.axis.level(end[1]), down)


class _Label:
    """One label of a figure."""

    def __init__(self, figure: go.Figure, view: Lines, index: int, theme: str):
        self.figure, self.line, self.log = figure, view.lines[index], view.x_axis.log
        self.colour, self.ui = themes.colour(view.kind(index), theme), themes.ui(theme)
        self.ink = self.ui["ink" if self.line.bold else "ink2"]

    def add_at_right(self, x: float, level: float, down: float) -> None:
        """Joined to the end of the line; the value of a numbered one is at the right edge."""
        line, tag = self.line, "b" if self.line.bold else "span"
        name, value = f"<{tag}>{line.label}</{tag}>", f"<{tag}>{line.value}</{tag}>"
        if not line.number:
            name = f"{name} <span style='color:{self.ui['ink2']}'>{line.value}</span>" if line.value else name
        self._leader(f"{self._numeral()}{name}", x, level, down, 22)
        if line.number:
            self._annotate(
                value,
                x=1,
                xref="paper",
                xanchor="right",
                xshift=self.figure.layout.margin.r - 8,
                y=level,
                yshift=-down,
                showarrow=False,
            )

    def add_inside(self, x: float, column: float, level: float, down: float) -> None:
        """Beside the end of the line, or in a column to the right of it, joined by a dotted line."""
        line = self.line
        if column > x:
            y = 10.0**level if self.figure.layout.yaxis.type == "log" else level
            self.figure.add_shape(
                type="line",
                x0=x,
                x1=column,
                y0=y,
                y1=y,
                line={"color": self.colour, "width": 1, "dash": "1.5px,3px"},
            )
        text = f"{self._numeral()}{line.label}: {line.value}" if line.value else f"<b>{line.label}</b>"
        self._leader(text, column, level, down, 14, font={"size": 13, "color": self.ink})

    def _leader(self, text: str, x: float, level: float, down: float, right: float, **more: Any) -> None:
        self._annotate(
            text,
            x=math.log10(x) if self.log else x,
            y=level,
            xanchor="left",
            ax=right,
            ay=down,
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=self.colour,
            standoff=8,
            borderpad=0,
            **more,
        )

    def _annotate(self, text: str, **more: Any) -> None:
        self.figure.add_annotation(**{"text": text, "font": {"color": self.ink}} | more)

    def _numeral(self) -> str:
        """The line's number in a circle, in the line's colour; nothing for a line without one."""
        number = self.line.number
        if not number:
            return ""
        text = NUMERALS[self.line.bold][number - 1] if number <= 10 else f"({number})"
        return f"<span style='color:{self.colour}'>{text}</span> "
