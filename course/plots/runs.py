"""Training curves of several runs in one figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import plotly.graph_objects as go

from course import smoothing, wording
from course.plots import frame
from course.plots.frame import Axis
from course.plots.lines import Line, common, lines
from course.records import Run
from course.views import axes

SPLITS = {"train": "Training", "train_eval": "Training, eval mode,", "test": "Test", "valid": "Validation"}
VALUES: dict[str, tuple[str, Callable[[float], str]]] = {
    "loss": ("loss, nats", wording.number),
    "accuracy": ("accuracy, per cent", wording.percent),
    "learning_rate": ("learning rate", wording.rate),
}
TIMES = {"step": "step", "epoch": "epoch (once through the training pictures)", "seconds": "seconds of training"}


def curves(
    runs: Run | Iterable[Run] | Mapping[str, Run],
    *,
    split: str = "train",
    value: str = "loss",
    x: str = "step",
    log: bool = True,
    smooth: bool = True,
    classes: int | None = None,
    theme: str = "light",
) -> go.Figure:
    """Training curves: one line a run, labelled where it ends, with a numeral, a dash and a marker of its own.

    runs: a list of runs (`choice.trials`, say), one run, or a mapping from label to run. split: "train" (the batch of
    each step), "train_eval", "test" or "valid". value: "loss", "accuracy" or "learning_rate". x: "step", "epoch" or
    "seconds". log: a log axis, unless for accuracy. smooth: a running geometric mean over about 10 steps; the newest
    run's own values stay behind it as a thin line. classes: draws the loss of guessing among so many.

    A run that diverged ends in a cross at the top edge, one that was stopped in a square. Runs take their kind's
    colour, those of unknown kind the colours in order. Raises ValueError if there is nothing to draw.
    """
    _allowed(split=(split, SPLITS), value=(value, VALUES), x=(x, TIMES))
    frame.ui(theme)
    smooth = smooth and split == "train" and value != "learning_rate"
    drawn = lines(runs, split, value, x, smooth, theme)
    if not drawn:
        raise ValueError(f"no run has records of split {split!r}: train first, or pass one of {', '.join(SPLITS)}")
    log = log and value != "accuracy"
    quantity, words = VALUES[value]
    title = f"{SPLITS[split]} {quantity}{', log scale' if log else ''}"
    width = 110 + 8 * max(len(line.name) for line in drawn)
    height = frame.height_for(len(drawn))
    figure = frame.figure(theme, title, _caption(drawn, value, smooth), _x_title(x, drawn), height, r=width)
    figure.update_xaxes(range=[0, max(max(line.x) for line in drawn) or 1])
    axis = _axis(figure, drawn, value, log)
    if value == "loss":
        frame.guessing(figure, axis, theme, classes, right=any(line.broke for line in drawn))
    if smooth:
        _draw_raw(figure, drawn[-1])
    for line in drawn:
        _draw(figure, line, words, with_points=split != "train")
        _draw_end(figure, line, axis, theme)
    _label_ends(figure, [line for line in drawn if not line.broke], axis, words, theme)
    _label_crosses(figure, [line for line in drawn if line.broke], axis, theme)
    return figure


def _allowed(**arguments: tuple[str, Iterable[str]]) -> None:
    for name, (given, known) in arguments.items():
        if given not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}; got {given!r}")


def _caption(drawn: list[Line], value: str, smooth: bool) -> str:
    mean = smoothing.SMOOTHING_IN_WORDS if value == "loss" else smoothing.SMOOTHING_IN_WORDS.replace("geometric ", "")
    return common(drawn) + (f"{mean}; thin: the newest run unsmoothed" if smooth else "as measured, not smoothed")


def _x_title(x: str, drawn: list[Line]) -> str:
    sizes = {line.run.recipe.batch_size for line in drawn}
    return f"step ({sizes.pop()} pictures)" if x == "step" and len(sizes) == 1 else TIMES[x]


def _axis(figure: go.Figure, drawn: list[Line], value: str, log: bool) -> Axis:
    values = [v for line in drawn for v in line.y if math.isfinite(v)]
    if log:
        axis = Axis(*axes.decades(values, high=1 if value == "loss" else math.ceil(math.log10(max(values)))))
    else:
        axis = Axis(0, 1 if value == "accuracy" else min(max(values, default=1.0), 10.0), log=False)
    axis.apply(figure)
    if value == "accuracy":
        figure.update_yaxes(tickvals=[n / 5 for n in range(6)], ticktext=[str(20 * n) for n in range(6)])
    return axis


def _draw_raw(figure: go.Figure, line: Line) -> None:
    raw = [v if math.isfinite(v) else None for v in line.raw]
    stroke = {"color": line.colour, "width": frame.LINE["raw"], "dash": "solid"}
    name = f"{line.name}, unsmoothed"
    figure.add_scatter(x=line.x, y=raw, mode="lines", name=name, opacity=0.5, hoverinfo="skip", line=stroke)


def _draw(figure: go.Figure, line: Line, words: Callable[[float], str], with_points: bool) -> None:
    figure.add_scatter(
        x=line.x,
        y=line.y,
        mode="lines+markers" if with_points else "lines",
        name=line.name,
        customdata=[words(v) for v in line.y],
        hovertemplate=frame.HOVER,
        line={"color": line.colour, "width": frame.LINE["run" if line.newest else "ghost"], "dash": line.dash},
        marker={"symbol": line.marker, "color": line.colour},
    )


def _draw_end(figure: go.Figure, line: Line, axis: Axis, theme: str) -> None:
    """A cross at the top edge (diverged), a square (stopped) or the run's marker."""
    if line.broke:
        marker = {"symbol": "x-thin", "size": 11, "line": {"color": line.colour, "width": 2.75}}
    else:
        symbol = "square" if line.early else line.marker
        edge = line.colour if "open" in symbol else frame.ui(theme)["page"]
        marker = {"symbol": symbol, "size": 10, "color": line.colour, "line": {"color": edge, "width": 1}}
    y = [axis.top if line.broke else line.y[-1]]
    name = f"{line.name}, end"
    figure.add_scatter(
        x=[line.x[-1]], y=y, mode="markers", name=name, hoverinfo="skip", cliponaxis=False, marker=marker
    )


def _label_ends(figure: go.Figure, ended: list[Line], axis: Axis, words: Callable[[float], str], theme: str) -> None:
    """Numeral, name and value at the right, pushed apart; a line that ends early has its numeral there as well."""
    scale, last = axis.pixels(figure), figure.layout.xaxis.range[1]
    levels = [axis.level(line.y[-1]) for line in ended]
    heights = axes.spread([-level * scale for level in levels], frame.GAP)
    early: dict[tuple[float, int], list[Line]] = {}
    for line, level, height in zip(ended, levels, heights, strict=True):
        reaches = line.x[-1] > 0.97 * last
        _label_end(figure, line, level, height + level * scale, words(line.y[-1]), theme, joined=reaches)
        if not reaches:
            early.setdefault((line.x[-1], round(level * scale / 16)), []).append(line)
    for (x, _), group in early.items():
        numerals = "".join(line.numeral for line in group)
        place = {"x": x, "y": axis.level(group[0].y[-1]), "xanchor": "left", "xshift": 8, "yshift": -13}
        figure.add_annotation(text=numerals, showarrow=False, font={"size": 15}, **place)


def _label_end(
    figure: go.Figure, line: Line, level: float, down: float, value: str, theme: str, *, joined: bool
) -> None:
    colour, tag = (frame.ui(theme)["ink"], "b") if line.newest else (frame.ui(theme)["ink2"], "span")
    style = {"xref": "paper", "font": {"color": colour}}
    join = line.colour if joined else "rgba(0,0,0,0)"
    frame.leader(figure, f"{line.numeral} <{tag}>{line.name}</{tag}>", 1, level, down, join, **style)
    place = {"x": 1, "y": level, "yshift": -down, "xshift": figure.layout.margin.r - 8, "xanchor": "right"}
    figure.add_annotation(text=f"<{tag}>{value}</{tag}>", showarrow=False, **place, **style)


def _label_crosses(figure: go.Figure, broken: list[Line], axis: Axis, theme: str) -> None:
    """Where each run broke, beside its cross, one below the other."""
    colours = frame.ui(theme)
    style = {"bgcolor": colours["page"], "borderpad": 1, "font": {"size": 13, "color": colours["ink"]}}
    for i, line in enumerate(sorted(broken, key=lambda line: line.x[-1])):
        text = f"{line.numeral} {line.name}: diverged at step {line.run.diverged_at}"
        place = {"x": line.x[-1], "y": axis.high, "xanchor": "left", "xshift": 12, "yshift": -frame.GAP * i}
        figure.add_annotation(text=text, showarrow=False, **place, **style)
