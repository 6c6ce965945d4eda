"""The curves as small multiples: a panel for each depth, all on the same axes."""

from __future__ import annotations

import math

from course.report.comparison import Comparison
from course.views import Drawing, chart, drawing
from course.views.chart import Chart
from course.views.drawing import shape

HEIGHT, TOP, BOTTOM, GUTTER = 196, 8, 168, 8
WIDEST = 250  # what two of them have on a narrow page: drawn wider, their words would be too small there
MOST_COLUMNS = 6


def columns(comparison: Comparison) -> int:
    """How many panels stand side by side on a wide page."""
    rows = math.ceil(len(comparison.depths) / MOST_COLUMNS)
    return math.ceil(len(comparison.depths) / rows)


def place(comparison: Comparison, depth: int) -> Chart:
    """Where the curves of one depth are drawn."""
    width = max(190, min(WIDEST, 1060 // columns(comparison)))
    return Chart(comparison.view(depth), 0, TOP, width - GUTTER, BOTTOM, run=2)


def panel(comparison: Comparison, depth: int) -> Drawing:
    """The drawing of one depth, with a hairline at the step that is read, and an area that a pointer finds."""
    here = place(comparison, depth)
    what = f"Training loss over {comparison.last_step} steps, {depth} layers"
    shapes = (
        *chart.grid(here, name="y"),
        *chart.x_axis(here),
        *(chart.level_line(here, level) for level in here.view.references.values()),
        drawing.line(f"M0 {TOP}V{BOTTOM}", "@ink", class_="hair"),
        *(chart.curve(here, i) for i in range(len(here.view.lines))),
        shape("rect", class_="area", x=0, y=0, width=here.right, height=BOTTOM, fill="none"),
    )
    return Drawing(f"{what}; the list below and the table hold the values", here.right + GUTTER, HEIGHT, shapes)


def heights(comparison: Comparison, depth: int) -> dict[str, list[float]]:
    """How high each kind's curve is in its panel at each of the steps, as far as it goes."""
    here = place(comparison, depth)
    steps = set(comparison.steps)
    return {
        line.kind: [round(y, 1) for (_, y), x in zip(here.points(i), line.x, strict=True) if x in steps]
        for i, line in enumerate(here.view.lines)
    }
