"""Final training loss against depth, one line a kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go

from course import summaries, themes
from course.plots import frame
from course.plots.frame import Axis
from course.summaries import DepthResult
from course.views import axes

TITLE = "Final training loss, nats, log scale"
CAPTION = "median over seeds, whiskers from lowest to highest; a cross at the top: diverged"


def loss_against_depth(
    rows: Iterable[Mapping[str, Any]], *, classes: int | None = 10, theme: str = "light"
) -> go.Figure:
    """Final training loss against depth, both axes logarithmic: median over seeds, whiskers from lowest to highest.

    rows: as in `compare.json`, one for each kind, depth and seed. classes: draws the loss of guessing among so many;
    None leaves it out. Where half of the seeds or more diverged there is a cross at the top. Raises ValueError without
    results.
    """
    cells = [cell for cell in summaries.by_kind_and_depth(rows).values() if cell.losses]
    if not cells:
        raise ValueError("no results to draw: pass the rows of compare.json, its list under the name rows")
    kinds = dict.fromkeys(cell.kind for cell in cells)
    lines = {kind: sorted((c for c in cells if c.kind == kind), key=lambda c: c.depth) for kind in kinds}
    width = max(150, 90 + 8 * max(len(themes.label(kind)) for kind in kinds))
    figure = frame.figure(theme, TITLE, CAPTION, "depth, layers, log scale", frame.height_for(len(kinds)), r=width)
    axis = Axis(*axes.decades(cell.low for cell in cells))
    axis.apply(figure)
    _depth_axis(figure, sorted({cell.depth for cell in cells}))
    frame.guessing(figure, axis, theme, classes)
    for i, (kind, line) in enumerate(lines.items()):
        shift = 1.01 ** (i - (len(lines) - 1) / 2)  # a hair to the side: whiskers must not cover each other
        _draw_line(figure, kind, line, shift, axis, theme)
        _draw_medians(figure, kind, [c for c in line if c.state == "trained"], shift, theme)
        _draw_crosses(figure, kind, [c for c in line if c.state == "diverged"], shift, axis, theme)
    _label(figure, [line[-1] for line in lines.values()], axis, theme)
    return figure


def _depth_axis(figure: go.Figure, depths: list[int]) -> None:
    around = 0.03 if len(depths) > 1 else 0.3
    limits = [math.log10(depths[0]) - around, math.log10(depths[-1]) + around]
    figure.update_xaxes(type="log", range=limits, tickvals=depths, ticktext=[str(depth) for depth in depths])


def _draw_line(figure: go.Figure, kind: str, line: list[DepthResult], shift: float, axis: Axis, theme: str) -> None:
    """From median to median or cross. Between two crosses nothing is known, so nothing is drawn."""
    x: list[float | None] = []
    y: list[float | None] = []
    for before, cell in zip([None, *line], line, strict=False):
        if before is not None and before.state == cell.state == "diverged":
            x.append(None)
            y.append(None)
        x.append(cell.depth * shift)
        y.append(min(cell.median, axis.top))
    stroke = {"color": themes.colour(kind, theme), "dash": themes.pattern(kind)["plotly_dash"]}
    figure.add_scatter(x=x, y=y, mode="lines", name=themes.label(kind), hoverinfo="skip", line=stroke)


def _draw_medians(figure: go.Figure, kind: str, cells: list[DepthResult], shift: float, theme: str) -> None:
    colour, marker = themes.colour(kind, theme), themes.pattern(kind)["marker"]
    up, down = [cell.high - cell.median for cell in cells], [cell.median - cell.low for cell in cells]
    whiskers = {"array": up, "arrayminus": down, "symmetric": False, "thickness": 1.5, "width": 4, "color": colour}
    edge = colour if marker.endswith("open") else frame.ui(theme)["page"]
    _add_points(
        figure,
        cells,
        shift,
        [cell.median for cell in cells],
        {"color": colour, "symbol": marker, "size": 12, "line": {"color": edge, "width": 1.5}},
        error_y=whiskers if any(len(cell.losses) > 1 for cell in cells) else None,
    )


def _draw_crosses(figure: go.Figure, kind: str, cells: list[DepthResult], shift: float, axis: Axis, theme: str) -> None:
    marker = {"symbol": "x-thin", "size": 11, "line": {"color": themes.colour(kind, theme), "width": 2.75}}
    _add_points(figure, cells, shift, [axis.top] * len(cells), marker)


def _add_points(
    figure: go.Figure, cells: list[DepthResult], shift: float, y: list[float], marker: dict[str, Any], **more: Any
) -> None:
    if cells:
        figure.add_scatter(
            x=[cell.depth * shift for cell in cells],
            y=y,
            mode="markers",
            name=themes.label(cells[0].kind),
            cliponaxis=False,
            customdata=[f"{cell.words} at {cell.depth} layers" for cell in cells],
            hovertemplate=frame.HOVER,
            marker=marker,
            **more,
        )


def _label(figure: go.Figure, ends: list[DepthResult], axis: Axis, theme: str) -> None:
    scale, ink2 = axis.pixels(figure), frame.ui(theme)["ink2"]
    levels = [axis.level(cell.median) for cell in ends]
    heights = axes.spread([-level * scale for level in levels], frame.GAP)
    for cell, level, height in zip(ends, levels, heights, strict=True):
        text = f"<b>{themes.label(cell.kind)}</b> <span style='color:{ink2}'>{cell.words}</span>"
        colour = themes.colour(cell.kind, theme)
        frame.leader(figure, text, math.log10(cell.depth), level, height + level * scale, colour)
