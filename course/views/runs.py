"""Training curves of several runs in one figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from course import smoothing, wording
from course.records import Record, Run
from course.views import axes
from course.views.depths import guessing
from course.views.figures import Line, Lines
from course.views.layerwise import Kinds
from course.views.naming import NamedRun, Runs, depth_in_common, named, outstanding

SPLITS = {"train": "Training", "train_eval": "Training, eval mode,", "test": "Test", "valid": "Validation"}
VALUES: dict[str, tuple[str, Callable[[float], str]]] = {
    "loss": ("loss, nats", wording.number),
    "accuracy": ("accuracy, per cent", wording.percent),
    "learning_rate": ("learning rate", wording.rate),
}
LOG = ", log scale"
TESTED = f"Loss, nats{LOG}; marked: test images, thin: training batches"
TRAINED = f"Training loss, nats{LOG}"
TIMES = {"step": "step", "epoch": "epoch (once through the training pictures)", "seconds": "seconds of training"}


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
) -> Lines:
    """Training curves: one line a run, labelled where it ends, with a numeral and a pattern of its own.

    The arguments are those of `plots.curves`. Kinds and labels: `naming.named`; what is bold: `naming.outstanding`.
    Raises ValueError if there is nothing to draw.
    """
    for name, given, known in (("split", split, SPLITS), ("value", value, VALUES), ("x", x, TIMES)):
        if given not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}; got {given!r}")
    listed = named(runs, kinds)
    if not listed:
        raise ValueError("no runs to draw: pass a list of runs, as in curves([run]) or curves(choice.trials)")
    drawn = [one for one in listed if any(r.split == split for r in one.run.records)]
    if not drawn:
        raise ValueError(f"no run has records of split {split!r}: train first, or pass one of {', '.join(SPLITS)}")
    smooth = smooth and split == "train" and value != "learning_rate"
    bold = outstanding(drawn, chosen)
    alone = "" not in {one.kind for one in listed} and len({one.kind for one in listed}) == len(listed)
    lines = [
        line(one, split, value, x, smooth, own=alone, bold=one in bold, raw=smooth and one is bold[-1]) for one in drawn
    ]
    quantity, log = VALUES[value][0], log and value != "accuracy"
    low, high = _limits(lines, value, log)
    return Lines(
        f"{SPLITS[split]} {quantity}{', log scale' if log else ''}",
        _x_title(x, drawn),
        tuple(lines),
        log,
        low,
        high,
        guessing(classes) if value == "loss" else {},
        (0, max(max(line.x) for line in lines) or 1),
        caption=_caption(drawn, value, smooth, "newest" if bold[-1] is drawn[-1] else "chosen"),
        percent=value == "accuracy",
    )


def of_lab(runs: Sequence[NamedRun], most: int = 300, log: bool = True) -> Lines:
    """The loss curves of a lab's runs, in their slots' patterns: its picture where no kernel runs. Where a run looks at
    the test images while it trains, their curve is marked and named, and that of the training is thin.

    most: points of a curve. log: the axis of the loss; else it ends at 3 nats, or at 1 where all test losses end below.
    Without runs the view says what to do.
    """
    drawn = [one for one in runs if one.run.steps]
    lines = [each for one in drawn for each in _of_lab(one, one is drawn[-1], most)]
    tested = len(lines) > len(drawn)
    low, high = _limits(lines, "loss", True) if log else (0.0, _ceiling(drawn, tested))
    lines = lines if log else [_from_below(line, high) for line in lines]
    title = TESTED if tested else TRAINED
    return Lines(
        title if log else title.replace(LOG, ""),
        "step",
        tuple(lines),
        log,
        low,
        high,
        x=(0, max((max(line.x) for line in lines), default=1)),
        empty="No run yet: press Train.",
    )


def _ceiling(drawn: Sequence[NamedRun], tested: bool) -> float:
    """The end of a linear axis of the loss, as in the page's frame.js."""
    ends = [[record.loss for record in one.run.records if record.split == "test"] for one in drawn]
    return 1.0 if tested and all(losses and losses[-1] < 1 for losses in ends) else 3.0


def _from_below(line: Line, high: float) -> Line:
    """A line without what comes before it is below `high` for the first time: along the edge it would be read."""
    first = next((i for i, value in enumerate(line.y) if value <= high), 0)
    return replace(line, x=line.x[first:], y=line.y[first:])


def _of_lab(one: NamedRun, bold: bool, most: int) -> list[Line]:
    """The curve of a run's training, and that of its test images where there are several looks at them."""
    steps = len(one.run.steps)
    kept = smoothing.thin(steps, most) if steps > most else None
    tests = [record for record in one.run.records if record.split == "test"]
    trained = line(one, bold=bold and len(tests) < 2, at=kept)
    if len(tests) < 2:
        return [trained]
    return [line(one, "test", smooth=False, bold=bold), replace(trained, label="training", value="")]


def line(
    one: NamedRun,
    split: str = "train",
    value: str = "loss",
    x: str = "step",
    smooth: bool = True,
    *,
    own: bool = False,
    bold: bool = True,
    raw: bool = False,
    at: Sequence[int] | None = None,
) -> Line:
    """One run as a line. own: in its kind's pattern, else in its slot's. raw: with the unsmoothed values. at: the
    indices of the records that are drawn; unless given all, or of a recorded run as many in its last epoch as before.
    """
    whole = smooth and at is None
    records = [r for r in (smoothing.evenly(one.run.records) if whole else one.run.records) if r.split == split]
    values: list[float] = [getattr(r, value) for r in records]
    broke = split == "train" and one.run.diverged_at is not None
    y = smoothing.smooth(values, diverged=broke, geometric=value == "loss") if smooth else values
    kept = range(len(records)) if at is None else at
    places = [_place(records[i], x, one.run) for i in kept]
    words = VALUES[value][1]
    quoted = split == "train" and value == "loss" and one.run.status == "finished"  # as in tables and text
    ended = "square" if one.run.status in ("stopped", "interrupted") else ""
    return Line(
        one.label,
        places,
        [y[i] for i in kept],
        one.kind,
        "line" if split == "train" else "marked",
        0 if own else one.number,
        one.number,
        f"diverged at step {one.run.diverged_at}" if broke else words(one.run.loss if quoted else y[kept[-1]]),
        bold,
        [values[i] for i in kept] if raw else (),
        [words(y[i]) for i in kept],
        crosses=places[-1:] if broke else (),
        end="" if broke else ended or "own",
    )


def _limits(lines: Sequence[Line], value: str, log: bool) -> tuple[float, float]:
    values = [v for line in lines for v in line.y if math.isfinite(v)]
    if not log:
        return 0.0, 1.0 if value == "accuracy" else min(max(values, default=1.0), 10.0)
    low, high = axes.decades(values, high=1 if value == "loss" else math.ceil(math.log10(max(values))))
    return 10.0**low, 10.0**high


def _caption(drawn: Sequence[NamedRun], value: str, smooth: bool, which: str) -> str:
    mean = smoothing.SMOOTHING_IN_WORDS if value == "loss" else smoothing.SMOOTHING_IN_WORDS.replace("geometric ", "")
    if any(len(smoothing.even(steps)) < len(steps) for steps in ([r.step for r in one.run.steps] for one in drawn)):
        mean = mean.replace("steps", "of the recorded steps")
    depth = depth_in_common(drawn)
    number = "number: mean of the last epoch; " if value == "loss" else ""
    said = f"{mean}; {number}thin: the {which} run unsmoothed" if smooth else "as measured, not smoothed"
    return f"{depth} layers; {said}" if depth else said


def _x_title(x: str, drawn: Sequence[NamedRun]) -> str:
    sizes = {one.run.recipe.batch_size for one in drawn}
    return f"step ({sizes.pop()} pictures)" if x == "step" and len(sizes) == 1 else TIMES[x]


def _place(record: Record, x: str, run: Run) -> float:
    if x == "epoch":
        steps = sum(r.split == "train" and r.epoch == 1 for r in run.records) or 1
        return record.step / steps
    return record.step if x == "step" else record.seconds
