"""Every run of the comparison: kind x depth, with a small curve in each cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from course import smoothing, themes, wording
from course.report.comparison import Comparison
from course.summaries import DepthResult
from course.views import Drawing, Line, chart, drawing
from course.views.chart import Chart

WIDTH, HEIGHT, POINTS = 132, 40, 60  # of a small curve


@dataclass(frozen=True)
class Cell:
    """What stands in the table for one kind at one depth: a curve, the loss (or words instead), and what is below."""

    result: str
    is_number: bool = False
    curve: Drawing | None = None
    facts: tuple[str, ...] = ()


def cell(comparison: Comparison, kind: str, depth: int) -> Cell:
    """The cell of one kind at one depth."""
    found = comparison.cell(kind, depth)
    if found is None:
        return Cell("not asked for")
    curve = comparison.curves.get((kind, depth))
    small = spark(comparison, curve) if curve else None
    word = "diverged" if found.state == "diverged" else found.summary  # the step is in the line below
    return Cell(word, found.state == "trained", small, tuple(_facts(comparison, found)))


def _facts(comparison: Comparison, cell: DepthResult) -> Iterator[str]:
    """What stands below the loss, line by line."""
    if cell.state == "missing":
        return
    yield from _counts(comparison, cell)
    accuracy, eval_loss = cell.middle("test_accuracy"), cell.middle("eval_loss")
    if math.isfinite(accuracy):
        yield f"{wording.percent(accuracy)} test"
    if math.isfinite(eval_loss):
        yield f"{wording.number(eval_loss)} in eval mode"
    yield from _errors(comparison, cell)
    if cell.losses:
        yield f"rate {_range(cell, 'learning_rate', wording.rate)}, {_range(cell, 'seconds', _seconds)}"


def _counts(comparison: Comparison, cell: DepthResult) -> Iterator[str]:
    """Range over seeds, and how many of them diverged, failed or have yet to run."""
    if cell.state == "diverged":
        yield f"at step {' to '.join(map(str, sorted({cell.diverged[0], cell.diverged[-1]})))}"
    if cell.low < cell.high:
        yield f"{wording.number(cell.low)} to {wording.number(cell.high)}"
    if cell.diverged and len(cell.losses) > 1:
        yield f"{len(cell.diverged)} of {len(cell.losses)} diverged"
    failed = len(cell.rows) - len(cell.losses)
    if failed and cell.losses:
        yield f"{failed} of {len(cell.rows)} failed"
    if len(comparison.seeds) > len(cell.rows):
        yield f"{len(cell.rows)} of {len(comparison.seeds)} seeds so far"


def _errors(comparison: Comparison, cell: DepthResult) -> Iterator[str]:
    for row, run in zip(comparison.rows, comparison.runs, strict=False):
        if (row["kind"], row["depth"]) == (cell.kind, cell.depth) and "error" in run.header:
            yield str(run.header["error"])[:120]


def _range(cell: DepthResult, name: str, words: Callable[[float], str]) -> str:
    known = sorted(r[name] for r in cell.rows if r.get(name) is not None)
    return " to ".join(dict.fromkeys([words(known[0]), words(known[-1])])) if known else "–"


def _seconds(value: float) -> str:
    return wording.seconds(value).replace(" ", "\u00a0")  # a number never parts from its unit in a narrow cell


def spark(comparison: Comparison, curve: Line) -> Drawing:
    """A small curve, all of them on one scale; dotted: guessing. It is solid: a dash would eat it."""
    kept = smoothing.thin(len(curve.x), POINTS)
    x, y = [curve.x[i] for i in kept], [curve.y[i] for i in kept]
    mark = "" if curve.crosses else themes.pattern(curve.kind)["marker"]
    view = replace(comparison.view(), lines=(replace(curve, x=x, y=y, slot=1, end=mark),))
    here = Chart(view, 0, 3, WIDTH - 8, HEIGHT - 3, run=1.75, mark=3)
    guessing = [chart.level_line(here, level) for level in view.references.values()]
    foot = drawing.line(f"M0 {HEIGHT - 0.5}H{WIDTH - 8}", "@axis")
    return Drawing("", WIDTH, HEIGHT, (*guessing, foot, *chart.parts(here, 0)), attributes={"class": "spark"})
