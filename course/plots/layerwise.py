"""One value per layer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from course import themes, wording
from course.plots import frame
from course.plots.frame import Axis
from course.views import axes

WHAT = "a tensor, list or array with one number per layer"
ZERO = "exactly zero, or not measured"


def layers(
    values: Any, name: str = "Gradient norm", *, unit: str = "", log: bool = True, theme: str = "light"
) -> go.Figure:
    """One value per layer, layer 1 first, as points on a line: `plots.layers(measure.gradient_norms(...))`.

    values: a tensor, list or array of one number per layer; or a mapping, from label (a kind takes its colour) to such
    a list, or from layer name to number. On the log axis an exact zero, or what was not measured, is a hollow triangle
    at the bottom edge. Raises ValueError for empty values or more than one number per layer.
    """
    series = _series(values, name)
    count = max(line.size for line in series.values())
    caption = f"hollow triangle at the bottom: {ZERO}" if not all(_shown(v, log).all() for v in series.values()) else ""
    room = {"r": 60 + 8 * max(len(themes.label(label)) for label in series)} if len(series) > 1 else {}
    figure = frame.figure(theme, axis_title(name, unit, log), caption, "layer (1 is next to the input)", **room)
    figure.update_xaxes(range=[0.5, count + 0.5], tickvals=layer_ticks(count))
    axis = _axis(np.concatenate(list(series.values())), log)
    axis.apply(figure)
    for i, (label, line) in enumerate(series.items()):
        colour, pattern = _style(label, i, theme)
        _draw(figure, themes.label(label), line, log, colour, pattern)
        _draw_zeros(figure, themes.label(label), line, axis, colour)
    if len(series) > 1:
        _label(figure, series, axis, theme)
    return figure


def axis_title(name: str, unit: str, log: bool) -> str:
    """The quantity with its unit and scale."""
    return ", ".join(filter(None, [name, unit, "log scale" if log else "linear scale"]))


def layer_ticks(count: int) -> list[int]:
    """The first layer and about ten more, at round numbers.

    >>> layer_ticks(50)
    [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
    """
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, count) if count / s <= 12)
    return sorted({1, *range(step, count + 1, step)})


def _series(values: Any, name: str) -> dict[str, np.ndarray]:
    if isinstance(values, Mapping) and values and not np.ndim(next(iter(values.values()))):
        values = list(values.values())
    series = values if isinstance(values, Mapping) else {name: values}
    if not series:
        raise ValueError(f"nothing to draw: pass {WHAT}")
    result = {str(label): frame.numbers(line, WHAT) for label, line in series.items()}
    for line in result.values():
        if line.ndim != 1:
            raise ValueError(
                f"layers() takes one number per layer, got shape {line.shape}: heatmap() draws layers x time"
            )
    return result


def _shown(line: np.ndarray, log: bool) -> np.ndarray:
    """Which values have a place on the axis."""
    return np.isfinite(line) & ((line > 0) | (not log))


def _axis(values: np.ndarray, log: bool) -> Axis:
    known = values[_shown(values, log)]
    if not known.size:
        return Axis(-1, 0, log)
    if not log:
        return Axis(min(0.0, float(known.min())), float(known.max()) or 1.0, log=False)
    low, high = math.floor(math.log10(known.min())), math.ceil(math.log10(known.max()))
    return Axis(low, max(high, low + 1))


def _style(label: str, index: int, theme: str) -> tuple[str, dict[str, Any]]:
    if label in themes.tokens()["kinds"] or label in themes.LABELS:
        return themes.colour(label, theme), themes.pattern(label)
    patterns = themes.tokens()["run_patterns"]
    return frame.slot_colour(index, theme), patterns[index % len(patterns)]


def _draw(figure: go.Figure, name: str, line: np.ndarray, log: bool, colour: str, pattern: dict[str, Any]) -> None:
    figure.add_scatter(
        x=np.arange(1, line.size + 1),
        y=np.where(_shown(line, log), line, np.nan),
        mode="lines+markers",
        name=name,
        cliponaxis=False,
        customdata=[wording.number(v) if v >= 0 else f"{v:.2g}" for v in line],
        hovertemplate="layer %{x}: %{customdata}<extra></extra>",
        line={"color": colour, "dash": pattern["plotly_dash"]},
        marker={"color": colour, "symbol": pattern["marker"], "size": 7 if line.size <= 60 else 4},
    )


def _draw_zeros(figure: go.Figure, name: str, line: np.ndarray, axis: Axis, colour: str) -> None:
    where = np.flatnonzero(~_shown(line, axis.log))
    if where.size:
        figure.add_scatter(
            x=where + 1,
            y=np.full(where.size, axis.bottom),
            mode="markers",
            name=f"{name}, zero",
            cliponaxis=False,
            hovertemplate=f"layer %{{x}}: {ZERO}<extra></extra>",
            marker={"symbol": "triangle-down-open", "size": 9, "color": colour, "line": {"width": 1.5}},
        )


def _label(figure: go.Figure, series: dict[str, np.ndarray], axis: Axis, theme: str) -> None:
    """The names where the lines end, moved apart where several end at one place."""
    shown = {name: np.flatnonzero(_shown(line, axis.log)) for name, line in series.items()}
    ends = {name: int(where[-1]) for name, where in shown.items() if where.size}
    levels = [axis.level(float(series[name][last])) for name, last in ends.items()]
    near = [-level * axis.pixels(figure) + 1e6 * last for level, last in zip(levels, ends.values(), strict=True)]
    moved = axes.spread(near, frame.GAP)  # only what ends at the same layer can meet
    for (name, last), level, at, to in zip(ends.items(), levels, near, moved, strict=True):
        colour = _style(name, list(series).index(name), theme)[0]
        frame.leader(figure, f"<b>{themes.label(name)}</b>", last + 1, level, to - at, colour)
