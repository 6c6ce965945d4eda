"""The first chart of the report: final training loss against depth, both axes logarithmic."""

from __future__ import annotations

import math

from course import themes, views
from course.report import words
from course.report.bracket import bracket
from course.report.comparison import Comparison
from course.views import Drawing, Shape, chart, drawing
from course.views.chart import Chart
from course.views.drawing import text
from course.views.labels import GAP

TITLE = "Final training loss against depth"
LEFT, TOP, INSET, BELOW = 58, 30, 10, 44


def depth_chart(comparison: Comparison, width: int, name: str = "", *, still: bool = False) -> Drawing:
    """The chart, so wide. name: its class on the page. still: without what only a page's script shows."""
    here = place(comparison, width)
    lines = range(len(here.view.lines))
    shapes = [*chart.grid(here, 14), *chart.x_axis(here, 14), *chart.references(here)]
    shapes.append(text(here.right + 14, here.bottom + 22, "layers", colour="@ink2", class_="layers"))
    shapes += [] if still else [_cursor(here, at, depth) for at, depth in enumerate(comparison.depths)]
    shapes += [*(chart.curve(here, i) for i in lines), *_diverged(here, comparison)]
    read = comparison.depths[-1:] if still else comparison.depths
    shapes += [drawn for depth in read if (drawn := bracket(here, comparison, depth))]
    shapes += chart.labels(here, 16, column=True)
    places = " ".join(f"{here.x(depth):.0f}" for depth in comparison.depths)
    live = {} if still else {"class": f"hero rest {name}", "data-x": places}
    return Drawing(TITLE, width, here.bottom + BELOW, tuple(shapes), _description(comparison), attributes=live)


def place(comparison: Comparison, width: int) -> Chart:
    """Where the chart is drawn: with room for the longest label at the right, and for all of them in height."""
    rows = sorted(comparison.rows, key=lambda row: comparison.kinds.index(row["kind"]))
    view = views.loss_against_depth(rows, classes=comparison.classes, depths=comparison.depths)
    longest = max((len(f"{line.label} {line.value}") for line in view.lines), default=12)
    right = width - max(150, 34 + 8.3 * longest)
    bottom = TOP + max(350 if width > 900 else 300, GAP * len(view.lines) + 60)
    return Chart(view, LEFT, TOP, right, bottom, INSET, run=3, mark=6)


def _description(comparison: Comparison) -> str:
    said = [
        f"{themes.label(kind)}: {', '.join(f'{c.summary} at {c.depth}' for c in line)}"
        for kind in comparison.kinds
        if (line := comparison.line(kind))
    ]
    return f"Median training loss at each number of layers. {'; '.join(said)}."


def _cursor(here: Chart, at: int, depth: int) -> Shape:
    return drawing.line(f"M{here.x(depth):.1f} {TOP - 8}V{here.bottom:g}", "@ink", class_="hair", data_at=at)


def _diverged(here: Chart, comparison: Comparison) -> list[Shape]:
    """Words above the crosses, as far as there is room; the table has every one."""
    result, last = [], -math.inf
    for depth in comparison.depths[:-1]:  # at the deepest the label at the right says it
        cells = comparison.cells(depth, "diverged")
        said = cells[0].summary if len(cells) == 1 else f"{words.in_words(len(cells))} diverged"
        x, half = here.x(depth), 3.5 * len(said)
        if cells and x - half > last and x + half < here.right:
            result.append(text(x, TOP - 12, said, at="middle", colour="@ink2", halo=True))
            last = x + half + 10
    return result
