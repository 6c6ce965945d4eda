"""Lines in Plotly: for hover in notebooks. What is drawn is decided by the view, as for its SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from course import themes, wording
from course.plots import labels
from course.plots.template import HEIGHT, LINE, blank
from course.views.chart import BAR, EDGE, PALE, Chart, place_for
from course.views.figures import Lines
from course.views.labels import height_for

DODGE = 1.01  # factor between lines that stand beside each other on a log axis
CROSS, ZERO = {"symbol": "x-thin", "size": 11}, {"symbol": "triangle-down-open", "size": 9}


def lines(view: Lines, theme: str) -> go.Figure:
    """The view as a figure. Raises ValueError for an unknown theme."""
    height = max(HEIGHT, height_for(view) + 170)
    figure = blank(theme, view.title, view.caption, view.x_title, height, r=labels.room(view))
    _axes(figure, view)
    for name, level in view.references.items():
        _reference(figure, view, name, level, theme)
    figure.update_layout(barmode="overlay")
    drawn = [_Drawn(figure, view, index, theme) for index in range(len(view.lines))]
    for one in drawn:
        one.add_band()
    for one in drawn:
        one.add()
    labels.add(figure, view, theme)
    return figure


def _axes(figure: go.Figure, view: Lines) -> None:
    for update, axis, ticks in (
        (figure.update_xaxes, view.x_axis, view.ticks),
        (figure.update_yaxes, view.axis, view.y_ticks() if view.log or view.percent else ()),
    ):
        update(type="log" if axis.log else "linear", range=[axis.low, axis.high])
        if ticks:
            update(tickvals=[value for value, _ in ticks], ticktext=[word for _, word in ticks])
    if view.dodge:
        around = 0.03 if view.x_axis.high > view.x_axis.low else 0.3
        figure.update_xaxes(range=[view.x_axis.low - around, view.x_axis.high + around])


def _reference(figure: go.Figure, view: Lines, name: str, level: float, theme: str) -> None:
    """A dotted line, named where no curve is near."""
    colours = themes.ui(theme)
    stroke = {"color": colours["axis"], "width": 1.25, "dash": "1.5px,3px"}
    figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=level, y1=level, layer="below", line=stroke)
    left, away = place_for(Chart(view, 0, 0, 640, 280), name, level)
    place = {"x": 0, "xanchor": "left", "xshift": 8} if left else {"x": 1, "xanchor": "right", "xshift": -8}
    figure.add_annotation(
        text=name,
        showarrow=False,
        xref="paper",
        y=view.axis.level(level),
        yanchor="middle",
        yshift=-away,
        font={"size": 13, "color": colours["ink2"]},
        **place,
    )


class _Drawn:
    """One line of a view, added to a figure trace by trace."""

    def __init__(self, figure: go.Figure, view: Lines, index: int, theme: str):
        self.figure, self.view, self.line, self.index = figure, view, view.lines[index], index
        self.colour, self.page = themes.colour(view.kind(index), theme), themes.ui(theme)["page"]
        self.says = self.line.says or [wording.number(y) for y in self.line.y]
        pattern = view.pattern(index)
        self.dash, self.marker = pattern["plotly_dash"], pattern["marker"]
        self.shift = DODGE ** (index - (len(view.lines) - 1) / 2) if view.dodge else 1.0

    def add_band(self) -> None:
        """The pale area between its lowest and highest values; nothing for a line without one."""
        cut, red_green_blue = self.view.axis, ", ".join(map(str, hex_to_rgb(self.colour)))
        for piece in self.line.area():
            x = [x for x, _, _ in piece]
            low, high = ([cut.at(cut.share(point[i])) for point in piece] for i in (1, 2))
            self.figure.add_scatter(
                x=[x * self.shift for x in [*x, *reversed(x)]],
                y=[*high, *reversed(low)],
                mode="lines",
                name=f"{self.line.label}, range",
                hoverinfo="skip",
                fill="toself",
                fillcolor=f"rgba({red_green_blue}, {PALE})",
                line={"color": f"rgba({red_green_blue}, {EDGE})", "width": 1},
            )

    def add(self) -> None:
        """Its unsmoothed values, its line, then its marks."""
        line, axis = self.line, self.view.axis
        if len(line.raw):
            self._add_raw()
        self._add_line()
        if line.whiskers:
            self._add_medians()
        self._add_marks(line.crosses, axis.top, CROSS | {"line": {"color": self.colour, "width": LINE["run"]}})
        self._add_marks(line.zeros, axis.bottom, ZERO | {"color": self.colour, "line": {"width": 1.5}})
        if end := self.view.end_marker(self.index):
            self._add_marks(line.x[-1:], line.y[-1], self._marker(end, 10, 1))

    def _add_raw(self) -> None:
        values = [v if math.isfinite(v) else None for v in self.line.raw]
        self.figure.add_scatter(
            x=self.line.x,
            y=values,
            mode="lines",
            name=f"{self.line.label}, unsmoothed",
            hoverinfo="skip",
            line={"color": self.colour, "width": LINE["raw"], "dash": "solid"},
            opacity=0.5,
        )

    def _add_line(self) -> None:
        line, points = self.line, list(self.line.drawn(self.view.axis))
        x: Any = [None if p is None else p[0] * self.shift for p in points]
        y: Any = [None if p is None else p[1] for p in points]
        if None not in points:
            x, y = np.array(x, dtype=float), np.array(y, dtype=float)
        hover = {"hoverinfo": "skip"} if line.whiskers else {"customdata": self.says, "hovertemplate": self._hover()}
        if line.style == "bars":
            fill = {"color": self.colour, "opacity": 1 if line.bold else PALE, "line": {"width": 0}}
            self.figure.add_bar(x=x, y=y, width=BAR, name=line.label, marker=fill, **hover)
            return
        small = 7 if len(line.x) <= 60 else 4
        self.figure.add_scatter(
            x=x,
            y=y,
            mode={"marked": "lines+markers", "points": "markers"}.get(line.style, "lines"),
            name=line.label,
            cliponaxis=line.style != "marked",
            line={"color": self.colour, "dash": self.dash, "width": LINE["run" if line.bold else "ghost"]},
            marker={"color": self.colour, "symbol": self.marker} | ({"size": small} if line.style == "marked" else {}),
            **hover,
        )

    def _add_medians(self) -> None:
        """Markers, with whiskers if any two seeds differ."""
        line, top = self.line, self.view.axis.top
        known = [p for p in zip(line.x, line.y, line.whiskers, strict=True) if math.isfinite(p[1])]
        up, down = [min(high, top) - y for _, y, (_, high) in known], [y - low for _, y, (low, _) in known]
        bars = {"array": up, "arrayminus": down, "symmetric": False, "thickness": 1.5, "width": 4, "color": self.colour}
        more = {"error_y": bars} if any([*up, *down]) else {}
        self._add_marks([p[0] for p in known], [p[1] for p in known], self._marker(self.marker, 12, 1.5), **more)

    def _marker(self, symbol: str, size: int, rim: float) -> dict[str, Any]:
        edge = self.colour if "open" in symbol else self.page
        return {"symbol": symbol, "size": size, "color": self.colour, "line": {"color": edge, "width": rim}}

    def _add_marks(self, at: Sequence[float], y: Any, marker: dict[str, Any], **more: Any) -> None:
        """Marks at these x, at one height or at one each; nothing for none."""
        said = dict(zip(self.line.x, self.says, strict=True))
        if len(at):
            self.figure.add_scatter(
                x=[x * self.shift for x in at],
                y=y if isinstance(y, list) else [y] * len(at),
                mode="markers",
                name=f"{self.line.label}, end",
                cliponaxis=False,
                customdata=[said[x] for x in at],
                hovertemplate=self._hover(),
                marker=marker,
                **more,
            )

    def _hover(self) -> str:
        name = f"{self.line.label}: " if self.line.label else ""
        return f"{name}%{{customdata}}<extra></extra>"
