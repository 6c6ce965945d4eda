"""Every run of the comparison: kind x depth, with a small curve in each cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from html import escape

from course import smoothing, themes, wording
from course.report.comparison import Curve, Study
from course.summaries import DepthResult
from course.views import axes, shapes

WIDTH, HEIGHT, POINTS = 132, 40, 60  # of a small curve
CAPTION = "Final training loss, test accuracy, learning rate and seconds of every run"


def table(study: Study) -> str:
    """The table as HTML. It carries every fact of the charts."""
    heads = "".join(f'<th scope="col">{depth} layers</th>' for depth in study.depths)
    head = f'<thead><tr><th scope="col">Network</th>{heads}</tr></thead>'
    body = "".join(_row(study, kind) for kind in study.kinds)
    return f'<table class="runs"><caption>{CAPTION}</caption>{head}<tbody>{body}</tbody></table>'


def _row(study: Study, kind: str) -> str:
    cells = "".join(f"<td>{_cell(study, kind, depth)}</td>" for depth in study.depths)
    return f'<tr><th scope="row">{shapes.swatch(kind)}{escape(themes.label(kind))}</th>{cells}</tr>'


def _cell(study: Study, kind: str, depth: int) -> str:
    cell = study.cell(kind, depth)
    if cell is None:
        return '<b class="word">not asked for</b>'
    curve = study.curves.get((kind, depth))
    small = spark(study, curve) if curve else ""
    if cell.state == "trained":
        return f"{small}<b>{cell.words}</b>{_lines(_facts(study, cell))}"
    word = "diverged" if cell.state == "diverged" else cell.words  # the step is in the line below
    return f'{small}<b class="word">{word}</b>{_lines(_facts(study, cell))}'


def _facts(study: Study, cell: DepthResult) -> Iterable[str]:
    """What stands below the loss, line by line."""
    if cell.state == "missing":
        return
    yield from _counts(study, cell)
    accuracy, eval_loss = cell.middle("test_accuracy"), cell.middle("eval_loss")
    if math.isfinite(accuracy):
        yield f"{wording.percent(accuracy)} test"
    if math.isfinite(eval_loss):
        yield f"{wording.number(eval_loss)} in eval mode"
    yield from _errors(study, cell)
    if cell.losses:
        yield f"rate {_range(cell, 'learning_rate', wording.rate)}, {_range(cell, 'seconds', _seconds)}"


def _counts(study: Study, cell: DepthResult) -> Iterable[str]:
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
    if len(study.seeds) > len(cell.rows):
        yield f"{len(cell.rows)} of {len(study.seeds)} seeds so far"


def _errors(study: Study, cell: DepthResult) -> Iterable[str]:
    for row, run in zip(study.rows, study.runs, strict=False):
        if (row["kind"], row["depth"]) == (cell.kind, cell.depth) and "error" in run.header:
            yield str(run.header["error"])[:120]


def _range(cell: DepthResult, name: str, words: Callable[[float], str]) -> str:
    known = sorted(r[name] for r in cell.rows if r.get(name) is not None)
    return " to ".join(dict.fromkeys([words(known[0]), words(known[-1])])) if known else "–"


def _seconds(value: float) -> str:
    return wording.seconds(value).replace(" ", "\u00a0")  # a number never parts from its unit in a narrow cell


def _lines(facts: Iterable[str]) -> str:
    return "".join(f"<span>{escape(fact)}</span>" for fact in facts)


def spark(study: Study, curve: Curve) -> str:
    """A small curve, all of them on one scale; dotted: guessing."""
    y = axes.log_scale(*study.limits, 3, HEIGHT - 3)
    right = WIDTH - 8
    points = curve.points(study.last_step, right - 1, y)
    points = [points[i] for i in smoothing.thin(len(points), POINTS)]
    x, height = points[-1]
    parts = [
        f'<svg class="spark k-{themes.family(curve.kind)}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">',
        shapes.line(f"M0 {y(study.guessing):.1f}H{right}", "chance") if study.guessing else "",
        shapes.line(f"M0 {HEIGHT - 0.5}H{right}", "axis"),
        shapes.line(shapes.path(points), "run"),
        shapes.cross(max(x, 5), max(height, 5), 4) if curve.broke else shapes.marker(curve.kind, x, height, 3),
        "</svg>",
    ]
    return "".join(parts)
