"""Every run of the comparison: kind x depth, with a small curve in each cell, which `page.html` puts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from course import smoothing, themes, wording
from course.report.comparison import Comparison
from course.summaries import DepthResult
from course.views import Drawing, Line, chart, drawing
from course.views.chart import Chart

WIDTH, HEIGHT, POINTS = 132, 40, 60  # of a small curve


def errors(comparison: Comparison, cell: DepthResult) -> Iterator[str]:
    """Why runs of the cell failed."""
    for row, run in zip(comparison.rows, comparison.runs, strict=False):
        if (row["kind"], row["depth"]) == (cell.kind, cell.depth) and "error" in run.header:
            yield str(run.header["error"])[:120]


def extent(cell: DepthResult, name: str, words: Callable[[Any], str]) -> str:
    """From the lowest to the highest value of a column, or the one value that all rows have."""
    known = sorted(r[name] for r in cell.rows if r.get(name) is not None)
    return " to ".join(dict.fromkeys([words(known[0]), words(known[-1])])) if known else wording.NOTHING


def seconds(value: float) -> str:
    """A duration whose number never parts from its unit in a narrow cell."""
    return wording.seconds(value).replace(" ", "\u00a0")


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
