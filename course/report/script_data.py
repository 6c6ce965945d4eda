"""What the page's script looks up: every value of both charts as people read it, and where the curves are."""

from __future__ import annotations

import math
from typing import Any

from course import themes, wording
from course.report import panels
from course.report.comparison import Comparison
from course.summaries import DepthResult


def script_data(comparison: Comparison) -> dict[str, Any]:
    """Depths, steps, epochs; the final result, short and long, by depth and kind; curves by depth, kind and step."""
    curves: dict[int, dict[str, list[str]]] = {}
    for (kind, depth), curve in comparison.curves.items():
        curves.setdefault(depth, {})[kind] = comparison.values(curve)
    return {
        "depths": comparison.depths,
        "steps": comparison.steps,
        "epochs": comparison.epochs,
        "curves": curves,
        "heights": {depth: panels.heights(comparison, depth) for depth in curves},
        "final": [{kind: _short(comparison, kind, depth) for kind in comparison.kinds} for depth in comparison.depths],
        "long": [{cell.kind: _long(cell) for cell in comparison.at(depth)} for depth in comparison.depths],
    }


def _short(comparison: Comparison, kind: str, depth: int) -> str:
    cell = comparison.cell(kind, depth)
    return cell.summary if cell else wording.NOTHING


def _long(cell: DepthResult) -> str:
    """Name, loss, range over seeds and test accuracy."""
    spread = f" ({wording.number(cell.low)} to {wording.number(cell.high)})" if cell.low < cell.high else ""
    accuracy = cell.middle("test_accuracy")
    test = f", {wording.percent(accuracy)} test" if math.isfinite(accuracy) else ""
    return f"{themes.label(cell.kind)} {cell.summary}{spread}{test}"
