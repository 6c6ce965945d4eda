"""A map in Plotly: for hover in notebooks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from course import themes, wording
from course.plots.template import blank
from course.views.figures import Map
from course.views.layerwise import ZERO, layer_ticks

FEW_LAYERS = 20  # up to here a hairline in page colour parts the layers


def heatmap(view: Map, theme: str) -> go.Figure:
    """A map of layers x time as a figure. Raises ValueError for an unknown theme."""
    figure = blank(theme, view.title, view.caption, view.x_title, r=110)
    values, scale = np.asarray(view.values, dtype=float), view.scale
    colours = themes.tokens()["plotly"][theme]["layout"]["colorscale"]
    figure.add_heatmap(
        z=view.levels(),
        x=list(view.columns),
        y=list(range(1, len(values) + 1)),
        zmin=scale.low,
        zmax=scale.high,
        zsmooth=False,
        ygap=1 if len(values) <= FEW_LAYERS else 0,
        colorscale=colours["diverging" if view.diverging else "sequential"],
        colorbar=_scale(view, theme),
        hoverongaps=False,
        customdata=[[wording.number(v) if v >= 0 else wording.general(v, 2) for v in row] for row in values],
        hovertemplate="layer %{y}, %{x}: %{customdata}<extra></extra>",
    )
    _layer_axis(figure, len(values))
    _hatch(figure, np.isnan(values), list(view.columns), theme)
    return figure


def _scale(view: Map, theme: str) -> dict[str, Any]:
    """The colour scale; where values lie beyond an end, its word says so."""
    ticks = view.scale_ticks()
    return {
        "thickness": 14,
        "len": 1.0,
        "outlinecolor": themes.ui(theme)["axis"],
        "outlinewidth": 1,
        "ticks": "outside",
        "tickvals": [level for level, _ in ticks],
        "ticktext": [said for _, said in ticks],
    }


def _layer_axis(figure: go.Figure, count: int) -> None:
    """The word stands at the first and the last number, so that the axis needs no rotated title."""
    ticks = layer_ticks(count)
    words = [f"layer {n}" if n in (ticks[0], ticks[-1]) else str(n) for n in ticks]
    figure.update_xaxes(mirror=True)
    figure.update_yaxes(
        range=[0.5, count + 0.5], showgrid=False, showline=True, mirror=True, tickvals=ticks, ticktext=words
    )


def _hatch(figure: go.Figure, missing: np.ndarray[Any, Any], times: list[float], theme: str) -> None:
    """One hatched box for each stretch of missing cells in a layer."""
    edges = _edges(times)
    x: list[float | None] = []
    y: list[float | None] = []
    for layer, row in enumerate(missing, start=1):
        ends = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        for left, right in zip(ends[::2], ends[1::2], strict=True):
            x += [edges[left], edges[right], edges[right], edges[left], edges[left], None]
            y += [layer - 0.5, layer - 0.5, layer + 0.5, layer + 0.5, layer - 0.5, None]
    if x:
        colours = themes.ui(theme)
        pattern = {"shape": "/", "size": 6, "solidity": 0.35, "fgcolor": colours["hatch"], "bgcolor": colours["page"]}
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name=ZERO,
            hoverinfo="skip",
            fill="toself",
            fillpattern=pattern,
            line={"width": 0},
        )


def _edges(times: list[float]) -> list[float]:
    """Where the columns meet: halfway between their times."""
    if len(times) == 1:
        return [times[0] - 0.5, times[0] + 0.5]
    middles = [(a + b) / 2 for a, b in pairwise(times)]
    return [2 * times[0] - middles[0], *middles, 2 * times[-1] - middles[-1]]
