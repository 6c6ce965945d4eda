"""The figure template, built from the design tokens for light and dark, and an empty figure in it."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go
import plotly.io

from course import themes

NAMES = {"light": "course", "dark": "course_dark"}
LINE = themes.tokens()["line"]["notebook"]
MARGIN = {"l": 64, "r": 150, "t": 74, "b": 58}
HEIGHT = 420
LETTERS, LINE_HEIGHT = 66, 18  # of a caption: letters in a line, and its pixels


def template(theme: str) -> go.layout.Template:
    """The course's Plotly template, also registered as "course" and "course_dark".

    Raises ValueError for a theme that is neither "light" nor "dark".
    """
    themes.ui(theme)
    layout = themes.tokens()["plotly"][theme]["layout"]
    scatter = go.Scatter(line={"width": LINE["run"]}, marker={"size": LINE["marker"] + 2})
    heatmap = go.Heatmap(colorscale=layout["colorscale"]["sequential"], zsmooth=False)
    return go.layout.Template(layout=layout, data={"scatter": [scatter], "heatmap": [heatmap]})


for _theme, _name in NAMES.items():
    plotly.io.templates[_name] = template(_theme)


def blank(theme: str, title: str, caption: str, x: str, height: int = HEIGHT, **margin: float) -> go.Figure:
    """An empty figure of a fixed height, so that labels can be pushed apart.

    title: the quantity on y with unit and scale, left above the axis, never rotated. x: the name of the x axis.
    caption: how to read it, in lines that a narrow notebook has room for. Raises ValueError for an unknown theme.
    """
    lines = textwrap.wrap(caption, LETTERS)
    more = LINE_HEIGHT * max(0, len(lines) - 1)
    subtitle = {"text": "<br>".join(lines), "font": {"size": 13, "color": themes.ui(theme)["ink2"]}}
    layout = {
        "template": NAMES[theme],
        "height": height + more,
        "margin": MARGIN | {"t": MARGIN["t"] + more} | margin,
        "title": {"text": f"<b>{title}</b>", "subtitle": subtitle, "pad": {"b": 36 + more if caption else 14}},
        "xaxis": {"title": {"text": x}, "automargin": False},
        "yaxis": {"automargin": False},
    }
    return go.Figure(layout=layout)
