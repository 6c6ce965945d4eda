"""The curves as small multiples: a panel for each depth, all on the same axes, with the values at one step below it."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from course import look
from course.report import drawing
from course.report.study import Curve, Study

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
    right, y = width - GUTTER, drawing.log_scale(*study.limits, TOP, BOTTOM)
    label = f"Training loss over {study.last_step} steps, {depth} layers; the list below and the table hold the values"
    parts = [
        f'<svg viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{label}">',
        drawing.decade_grid(*study.limits, y, 0, right, "t2 s y"),
        _step_axis(study, right),
        drawing.line(f"M0 {y(study.guessing):.1f}H{right}", "chance") if study.guessing else "",
        drawing.line(f"M0 {TOP}V{BOTTOM}", "hair"),
        *(_curve(study, curve, right, y) for curve in study.curves.values() if curve.depth == depth),
        f'<rect class="area" x="0" y="0" width="{right}" height="{BOTTOM}"/></svg>',
    ]
    return "".join(parts)


def _step_axis(study: Study, right: float) -> str:
    last = study.last_step
    drawn = [drawing.line(f"M0 {BOTTOM}H{right}", "axis")]
    for x, step, anchor in ((0, 1, "start"), (right / 2, (1 + last) // 2, "middle"), (right, last, "end")):
        drawn.append(drawing.line(f"M{x:g} {BOTTOM}v4", "axis"))
        drawn.append(drawing.text(x, BOTTOM + 18, str(step), "t2 s", anchor))
    return "".join(drawn)


def _curve(study: Study, curve: Curve, right: float, y: Callable[[float], float]) -> str:
    points = curve.points(study.last_step, right, y)
    x, height = points[-1]
    mark = drawing.cross(max(x, 5), max(height, 5), 4.5) if curve.broke else drawing.marker(curve.kind, x, height, 4)
    drawn = drawing.line(drawing.path(points), "run", drawing.dash(curve.kind))
    return f'<g class="k-{look.family(curve.kind)}" data-kind="{escape(curve.kind)}">{drawn}{mark}</g>'


def _value(study: Study, kind: str, depth: int) -> str:
    curve, name = study.curves.get((kind, depth)), escape(kind)
    value = study.values(curve)[-1] if curve else "not run yet"
    head = f"{drawing.swatch(kind, 30)}<span>{escape(look.label(kind))}</span>"
    return f'<li data-kind="{name}">{head}<b data-value="{name}">{value}</b></li>'
