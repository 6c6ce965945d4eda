"""The figure template, built from the design tokens for light and dark, and what every figure has in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import plotly.io

from course import smoothing, themes, wording

NAMES = {"light": "course", "dark": "course_dark"}
LINE = themes.tokens()["line"]["notebook"]
GAP = themes.tokens()["chart"]["label_gap"]  # pixels between two labels
MARGIN = {"l": 64, "r": 150, "t": 74, "b": 58}
HEIGHT = 420
HOVER = "%{fullData.name}: %{customdata}<extra></extra>"


def template(theme: str) -> go.layout.Template:
    """The course's Plotly template, also registered as "course" and "course_dark".

    Raises ValueError for a theme that is neither "light" nor "dark".
    """
    ui(theme)
    layout = themes.tokens()["plotly"][theme]["layout"]
    scatter = go.Scatter(line={"width": LINE["run"]}, marker={"size": LINE["marker"] + 2})
    heatmap = go.Heatmap(colorscale=layout["colorscale"]["sequential"], zsmooth=False)
    return go.layout.Template(layout=layout, data={"scatter": [scatter], "heatmap": [heatmap]})


def ui(theme: str) -> dict[str, str]:
    """The theme's furniture colours: page, ink, axis and so on. Raises ValueError for an unknown theme."""
    if theme not in NAMES:
        raise ValueError(f'theme must be "light" or "dark"; got {theme!r}')
    return themes.tokens()["ui"][theme]


for _theme, _name in NAMES.items():
    plotly.io.templates[_name] = template(_theme)


def slot_colour(index: int, theme: str) -> str:
    """The colour of the run at this place, where no kind gives one."""
    colours = themes.tokens()["plotly"][theme]["layout"]["colorway"]
    return colours[index % len(colours)]


def figure(theme: str, title: str, caption: str, x: str, height: int = HEIGHT, **margin: int) -> go.Figure:
    """An empty figure of a fixed height, so that labels can be pushed apart.

    title: the quantity on y with unit and scale, left above the axis, never rotated. x: the name of the x axis.
    caption: how to read it.
    """
    subtitle = {"text": caption, "font": {"size": 13, "color": ui(theme)["ink2"]}}
    result = go.Figure(layout={"template": NAMES[theme], "height": height, "margin": MARGIN | margin})
    result.update_layout(title={"text": f"<b>{title}</b>", "subtitle": subtitle, "pad": {"b": 36 if caption else 14}})
    result.update_xaxes(title_text=x, automargin=False)
    result.update_yaxes(automargin=False)
    return result


def height_for(labels: int) -> int:
    """A figure's height with room for so many labels, one above the other."""
    return max(HEIGHT, GAP * labels + 170)


@dataclass(frozen=True)
class Axis:
    """The y axis: its limits, which are exponents if `log`."""

    low: float
    high: float
    log: bool = True

    def level(self, value: float) -> float:
        """Where a value is drawn, in the units of annotations (its exponent if `log`), within the limits."""
        level = math.log10(max(value, smoothing.FLOOR)) if self.log else value
        return min(max(level, self.low), self.high)

    @property
    def top(self) -> float:
        """The value at the upper edge."""
        return 10.0**self.high if self.log else self.high

    @property
    def bottom(self) -> float:
        """The value at the lower edge."""
        return 10.0**self.low if self.log else self.low

    def pixels(self, figure: go.Figure) -> float:
        """Pixels of one unit of `level`."""
        margin = figure.layout.margin
        return (figure.layout.height - margin.t - margin.b) / (self.high - self.low)

    def apply(self, figure: go.Figure) -> None:
        """Set the figure's y axis; on a log axis with a tick and a grid line at every decade."""
        if not self.log:
            figure.update_yaxes(range=[self.low, self.high])
            return
        low, high = int(self.low), int(self.high)
        exponents = list(range(low, high + 1, max(1, (high - low) // 8)))
        ticks = {"tickvals": [10.0**n for n in exponents], "ticktext": [wording.tick(n) for n in exponents]}
        figure.update_yaxes(type="log", range=[low, high], **ticks)


def guessing(figure: go.Figure, axis: Axis, theme: str, classes: int | None, *, right: bool = False) -> None:
    """A dotted line, named at its left or right end: the loss of guessing among `classes`; none if not known."""
    if not classes:
        return
    loss, colours = math.log(classes), ui(theme)
    line = {"color": colours["axis"], "width": 1.25, "dash": "1.5px,3px"}
    figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=loss, y1=loss, layer="below", line=line)
    place = {"x": 1, "xanchor": "right", "xshift": -8} if right else {"x": 0, "xanchor": "left", "xshift": 8}
    figure.add_annotation(
        text=f"guessing: ln {classes} = {wording.number(loss)}",
        showarrow=False,
        xref="paper",
        y=axis.level(loss),
        yanchor="bottom",
        font={"size": 13, "color": colours["ink2"]},
        **place,
    )


def leader(figure: go.Figure, text: str, x: float, level: float, down: float, colour: str, **more: Any) -> None:
    """A label to the right of (x, level), moved down by some pixels and joined to it by a thin line."""
    arrow = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": colour, "standoff": 8, "borderpad": 0}
    figure.add_annotation(text=text, x=x, y=level, ax=22, ay=down, xanchor="left", **arrow, **more)


def numbers(values: Any, what: str) -> Any:
    """A tensor, list or array as a numpy array of floats. Raises ValueError, saying what to pass, for an empty one."""
    import numpy

    if hasattr(values, "detach"):
        values = values.detach().cpu().double()
    elif isinstance(values, Sequence) and any(hasattr(v, "detach") for v in values):
        values = [v.detach().tolist() if hasattr(v, "detach") else v for v in values]
    array = numpy.asarray(values, dtype=float)
    if not array.size:
        raise ValueError(f"nothing to draw: pass {what}")
    return array
