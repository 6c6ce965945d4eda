"""Frames as JSON, so that what was seen once can be seen again: curves in four digits, null for a hole, maps in 251
steps of their colours.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from course.views.figures import Frame, Line, Lines, Map, View

STEPS = 250  # even: the middle of a diverging map is one of them
ABSENT, BELOW, ABOVE = -1, -2, STEPS + 1  # what is not a number, and what lies beyond an end


def stored(frame: Frame) -> dict[str, Any]:
    """A frame of lines and maps as JSON has it. Raises TypeError for any other view."""
    return {"summary": frame.summary, "views": [_stored(view) for view in frame.views]}


def restored(told: dict[str, Any]) -> Frame:
    """The frame that was `stored`."""
    return Frame(tuple(_restored(dict(view)) for view in told["views"]), told["summary"])


def _stored(view: View) -> dict[str, Any]:
    if isinstance(view, Lines):
        return {"view": "lines", **_set(view), "lines": [_set(line) for line in view.lines]}
    if isinstance(view, Map):
        return {"view": "map", **_set(view), "values": _steps(view).tolist()}
    raise TypeError(f"frames of lines and maps can be stored; got {type(view).__name__}")


def _steps(view: Map) -> np.ndarray[Any, Any]:
    low, high = view.scale.low, view.scale.high
    steps = np.nan_to_num(np.rint((view.levels() - low) / (high - low) * STEPS), nan=ABSENT).astype(int)
    for step, cells in zip((BELOW, ABOVE), view.beyond(), strict=True):
        steps[cells] = step
    return steps


def _set(shown: Lines | Line | Map) -> dict[str, Any]:
    """The fields that are not as they are by default."""
    found = {}
    for field in fields(shown):
        value = getattr(shown, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if field.name not in ("lines", "values") and value != default:
            found[field.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple | range) else value


def _holed(value: Any) -> Any:
    """Not a number where there is null."""
    if isinstance(value, list):
        return [_holed(each) for each in value]
    return math.nan if value is None else value


def _restored(told: dict[str, Any]) -> View:
    if told.pop("view") == "lines":
        lines = ({name: _holed(value) for name, value in line.items()} for line in told["lines"])
        return Lines(**told | {"lines": tuple(Line(**line) for line in lines)})
    steps = np.array(told["values"], dtype=float)
    blank = Map(**told)
    levels = blank.scale.low + steps / STEPS * (blank.scale.high - blank.scale.low)
    levels[steps == ABSENT] = np.nan
    return Map(**told | {"values": 10**levels if blank.log else levels})
