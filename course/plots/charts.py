"""The figures by name. What each shows is decided by a view of the same name; here it becomes a Plotly figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from course import views
from course.plots import lines, maps
from course.plots.still import Figure
from course.records import Run
from course.views import Lines, Map
from course.views.layerwise import Kinds
from course.views.maps import GRADIENTS
from course.views.naming import Runs


def draw(view: Lines | Map, theme: str = "light") -> Figure:
    """Any view, for hover in a notebook: `plots.draw(Lines("Loss, nats", "step", (Line("mine", steps, losses),)))`."""
    figure = maps.heatmap(view, theme) if isinstance(view, Map) else lines.lines(view, theme)
    return Figure(figure, view, theme)


def curves(
    runs: Runs,
    *,
    split: str = "train",
    value: str = "loss",
    x: str = "step",
    log: bool = True,
    smooth: bool = True,
    classes: int | None = None,
    kinds: Kinds = None,
    chosen: Run | str | None = None,
    theme: str = "light",
) -> Figure:
    """Training curves: one line a run, labelled where it ends, with a numeral, a dash and a marker of its own.

    runs: a list of runs (`choice.trials`, say), one run, or a mapping from label to run. split: "train" (the batch of
    each step), "train_eval", "test" or "valid". value: "loss", "accuracy" or "learning_rate". x: "step", "epoch" or
    "seconds". log: a log axis, unless for accuracy. smooth: a running geometric mean over about 10 steps; the newest
    (or chosen) run's own values stay behind it as a thin line. classes: draws the loss of guessing among so many.

    A run that diverged ends in a cross at the top edge, one that was stopped in a square. Runs take their kind's
    colour, those of unknown kind the colours in order. kinds: the kind of all runs, or of each by label, where neither
    the run nor its label says it. chosen: the run, or its label, that is bold; unless given the newest of each kind,
    and among the rates of one network the finished one with the lowest loss. Raises ValueError if there is nothing to
    draw.
    """
    view = views.curves(
        runs, split=split, value=value, x=x, log=log, smooth=smooth, classes=classes, kinds=kinds, chosen=chosen
    )
    return draw(view, theme)


def loss_against_depth(rows: Iterable[Mapping[str, Any]], *, classes: int | None = 10, theme: str = "light") -> Figure:
    """Final training loss against depth, both axes logarithmic: median over seeds, whiskers from lowest to highest.

    rows: as in `compare.json`, one for each kind, depth and seed. classes: draws the loss of guessing among so many;
    None leaves it out. Where half of the seeds or more diverged there is a cross at the top. Raises ValueError without
    results.
    """
    view = views.loss_against_depth(rows, classes=classes)
    if not view.lines:
        raise ValueError("no results to draw: pass the rows of compare.json, its list under the name rows")
    return draw(view, theme)


def layers(
    values: Any,
    name: str = "Gradient norm",
    *,
    unit: str = "",
    log: bool = True,
    kinds: Kinds = None,
    chosen: str | None = None,
    theme: str = "light",
) -> Figure:
    """One value per layer, layer 1 first, as points on a line: `plots.layers(measure.gradient_norms(...))`.

    values: a tensor, list or array of one number per layer; or a mapping, from label (one that names a kind takes its
    colour) to such a list, or from layer name to number. kinds: the kind of all lines, or of each by label, where the
    labels do not say it. chosen: the label of the one line that is bold. On the log axis an exact zero, or what was not
    measured, is a hollow triangle at the bottom edge. Raises ValueError for empty values or more than one number per
    layer.
    """
    return draw(views.layers(values, name, unit=unit, log=log, kinds=kinds, chosen=chosen), theme)


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
) -> Figure:
    """Layer x time map of `values[layer][time]`, layer 1 at the bottom; what is exactly zero or nan is hatched.

    x: the time of each column, unless 1, 2, 3 … limits: fixed ends of the map, by default those of every map of
    gradients in the course; values beyond take the end's colour, and the scale says so. diverging: the map whose middle
    is the page, for symmetric limits; there a zero is a value. Raises ValueError for no values, a shape that is not
    layers x time, or bad limits.
    """
    view = views.heatmap(
        values, x=x, x_title=x_title, name=name, unit=unit, limits=limits, log=log, diverging=diverging
    )
    return draw(view, theme)
