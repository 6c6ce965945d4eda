"""What the page's script looks up: every value of both charts, as people read it."""

from __future__ import annotations

import math
from typing import Any

from course import themes, wording
from course.report.comparison import Study


def texts(study: Study) -> dict[str, Any]:
    """Depths, steps, epochs; the final result, short and long, by depth and kind; curves by depth, kind and step."""
    curves: dict[int, dict[str, list[str]]] = {}
    for (kind, depth), curve in study.curves.items():
        curves.setdefault(depth, {})[kind] = study.values(curve)
    return {
        "depths": study.depths,
        "steps": study.steps,
        "epochs": study.epochs,
        "curves": curves,
        "final": [{kind: _short(study, kind, depth) for kind in study.kinds} for depth in study.depths],
        "long": [{kind: _long(study, kind, depth) for kind in study.kinds} for depth in study.depths],
    }


def _short(study: Study, kind: str, depth: int) -> str:
    cell = study.cell(kind, depth)
    return cell.words if cell else "–"


def _long(study: Study, kind: str, depth: int) -> str:
    """Name, loss, range over seeds and test accuracy; empty if there is no result."""
    cell = study.cell(kind, depth)
    if cell is None or not cell.losses:
        return ""
    spread = f" ({wording.number(cell.low)} to {wording.number(cell.high)})" if cell.low < cell.high else ""
    accuracy = cell.middle("test_accuracy")
    test = f", {wording.percent(accuracy)} test" if math.isfinite(accuracy) else ""
    return f"{themes.label(kind)} {cell.words}{spread}{test}"
