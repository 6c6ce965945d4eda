"""One value per layer and time, as a map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from course import themes, wording
from course.plots import frame
from course.plots.layerwise import ZERO, axis_title, layer_ticks

GRADIENTS = (1e-6, 10.0)  # the fixed limits of every map of gradient sizes, so that two of them compare
FEW_LAYERS = 20  # up to here a hairline in page colour parts the layers


def heatmap(
    values: Any,
    *,
    x: Sequence[float] | None = None,
    x_title: str = "step",
    name: str = "Gradient size per layer",
    unit: str = "",
    limits: tuple[float, float] = GRADIENTS,
    log: bool = True,
    diverging: bool = False,
    theme: str = "light",
) -> go.Figure:
    """Layer x time map of `values[layer][time]`, layer 1 at the bottom; what is exactly zero or nan is hatched.

    x: the time of each column, unless 1, 2, 3 … limits: fixed ends of the map, by default those of every map of
    gradients in the course; values beyond take the end's colour, and the scale says so. diverging: the map whose middle
    is the page, for symmetric limits; there a zero is a value. Raises ValueError for no values, a shape that is not
    layers x time, or bad limits.
    """
    z = frame.numbers(values, "a tensor, list or array of shape (layers, time)")
    if z.ndim != 2:
        raise ValueError(f"heatmap() takes shape (layers, time), got {z.shape}: layers() draws one number per layer")
    times = [float(v) for v in (range(1, z.shape[1] + 1) if x is None else x)]
    if len(times) != z.shape[1]:
        raise ValueError(f"x must have one time per column: got {len(times)} for {z.shape[1]} columns")
    _check(limits, log, diverging)
    missing = ~np.isfinite(z) | ((z == 0) & (not diverging)) | ((z < 0) & log)
    title = axis_title(name, unit, log)
    figure = frame.figure(theme, title, f"hatched: {ZERO}" if missing.any() else "", x_title, r=110)
    _draw(figure, z, missing, times, limits, log, diverging, theme)
    _layer_axis(figure, z.shape[0])
    _hatch(figure, missing, times, theme)
    return figure


def _check(limits: tuple[float, float], log: bool, diverging: bool) -> None:
    low, high = limits
    if not low < high or (log and low <= 0) or (diverging and (log or low != -high)):
        raise ValueError(
            f"limits must rise, be above 0 on a log scale and symmetric, not log, if diverging; got {limits}"
        )


def _draw(
    figure: go.Figure,
    z: np.ndarray,
    missing: np.ndarray,
    times: list[float],
    limits: tuple[float, float],
    log: bool,
    diverging: bool,
    theme: str,
) -> None:
    low, high = (math.log10(v) for v in limits) if log else limits
    level = np.log10(np.where(missing, 1, z)) if log else z
    figure.add_heatmap(
        z=np.where(missing, np.nan, np.clip(level, low, high)),
        x=times,
        y=list(range(1, z.shape[0] + 1)),
        zmin=low,
        zmax=high,
        zsmooth=False,
        ygap=1 if z.shape[0] <= FEW_LAYERS else 0,
        colorscale=themes.tokens()["plotly"][theme]["layout"]["colorscale"]["diverging" if diverging else "sequential"],
        colorbar=_scale(low, high, log, theme),
        hoverongaps=False,
        customdata=[[wording.number(v) if v >= 0 else f"{v:.2g}" for v in row] for row in np.nan_to_num(z)],
        hovertemplate="layer %{y}, %{x}: %{customdata}<extra></extra>",
    )


def _scale(low: float, high: float, log: bool, theme: str) -> dict[str, Any]:
    """The colour scale; its ends are open, which their words say."""
    values: list[float] = [low, (low + high) / 2, high]
    if log:
        values = list(range(math.ceil(low), math.floor(high) + 1))
    words = [wording.tick(int(v)) if log else f"{v:g}".replace("-", "−") for v in values]
    words[0], words[-1] = f"≤ {words[0]}", f"≥ {words[-1]}"
    outline = {"outlinecolor": frame.ui(theme)["axis"], "outlinewidth": 1}
    return outline | {"thickness": 14, "len": 1.0, "ticks": "outside", "tickvals": values, "ticktext": words}


def _layer_axis(figure: go.Figure, count: int) -> None:
    """The word stands at the first and the last number, so that the axis needs no rotated title."""
    ticks = layer_ticks(count)
    words = [f"layer {n}" if n in (ticks[0], ticks[-1]) else str(n) for n in ticks]
    figure.update_xaxes(mirror=True)
    figure.update_yaxes(range=[0.5, count + 0.5], showgrid=False, showline=True, mirror=True)
    figure.update_yaxes(tickvals=ticks, ticktext=words)


def _hatch(figure: go.Figure, missing: np.ndarray, times: list[float], theme: str) -> None:
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
        colours = frame.ui(theme)
        pattern = {"shape": "/", "size": 6, "solidity": 0.35, "fgcolor": colours["hatch"], "bgcolor": colours["page"]}
        shape = {"mode": "lines", "fill": "toself", "fillpattern": pattern, "line": {"width": 0}}
        figure.add_scatter(x=x, y=y, hoverinfo="skip", name=ZERO, **shape)


def _edges(times: list[float]) -> list[float]:
    """Where the columns meet: halfway between their times."""
    if len(times) == 1:
        return [times[0] - 0.5, times[0] + 0.5]
    middles = [(a + b) / 2 for a, b in pairwise(times)]
    return [2 * times[0] - middles[0], *middles, 2 * times[-1] - middles[-1]]
