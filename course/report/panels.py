"""The curves as small multiples: a panel for each depth, all on the same axes, with the values at one step below it."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from course import themes
from course.report.comparison import Curve, Study
from course.views import axes, shapes

HEIGHT, TOP, BOTTOM, GUTTER = 196, 8, 168, 8
WIDEST = 250  # what two of them have on a narrow page: drawn wider, their words would be too small there
MOST_COLUMNS = 6


def columns(study: Study) -> int:
    """How many panels stand side by side on a wide page."""
    rows = math.ceil(len(study.depths) / MOST_COLUMNS)
    return math.ceil(len(study.depths) / rows)


def panels(study: Study) -> str:
    """All panels as HTML figures."""
    width = max(190, min(WIDEST, 1060 // columns(study)))
    return "".join(_panel(study, depth, width) for depth in study.depths)


def _panel(study: Study, depth: int, width: int) -> str:
    values = "".join(_value(study, kind, depth) for kind in study.kinds if study.cell(kind, depth) is not None)
    drawn = _drawing(study, depth, width)
    return f'<figure data-depth="{depth}"><figcaption>{depth} layers</figcaption>{drawn}<ul>{values}</ul></figure>'


def _drawing(study: Study, depth: int, width: int) -> str:
    right, y = width - GUTTER, axes.log_scale(*study.limits, TOP, BOTTOM)
    label = f"Training loss over {study.last_step} steps, {depth} layers; the list below and the table hold the values"
    parts = [
        f'<svg viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{label}">',
        shapes.decade_grid(*study.limits, y, 0, right, "t2 s y"),
        _step_axis(study, right),
        shapes.line(f"M0 {y(study.guessing):.1f}H{right}", "chance") if study.guessing else "",
        shapes.line(f"M0 {TOP}V{BOTTOM}", "hair"),
        *(_curve(study, curve, right, y) for curve in study.curves.values() if curve.depth == depth),
        f'<rect class="area" x="0" y="0" width="{right}" height="{BOTTOM}"/></svg>',
    ]
    return "".join(parts)


def _step_axis(study: Study, right: float) -> str:
    last = study.last_step
    drawn = [shapes.line(f"M0 {BOTTOM}H{right}", "axis")]
    for x, step, anchor in ((0, 1, "start"), (right / 2, (1 + last) // 2, "middle"), (right, last, "end")):
        drawn.append(shapes.line(f"M{x:g} {BOTTOM}v4", "axis"))
        drawn.append(shapes.text(x, BOTTOM + 18, str(step), "t2 s", anchor))
    return "".join(drawn)


def _curve(study: Study, curve: Curve, right: float, y: Callable[[float], float]) -> str:
    points = curve.points(study.last_step, right, y)
    x, height = points[-1]
    mark = shapes.cross(max(x, 5), max(height, 5), 4.5) if curve.broke else shapes.marker(curve.kind, x, height, 4)
    drawn = shapes.line(shapes.path(points), "run", shapes.dash(curve.kind))
    return f'<g class="k-{themes.family(curve.kind)}" data-kind="{escape(curve.kind)}">{drawn}{mark}</g>'


def _value(study: Study, kind: str, depth: int) -> str:
    curve, name = study.curves.get((kind, depth)), escape(kind)
    value = study.values(curve)[-1] if curve else "not run yet"
    head = f"{shapes.swatch(kind, 30)}<span>{escape(themes.label(kind))}</span>"
    return f'<li data-kind="{name}">{head}<b data-value="{name}">{value}</b></li>'
