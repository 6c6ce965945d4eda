"""One value per layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course import themes, wording
from course.views.arrays import numbers
from course.views.figures import Line, Lines

WHAT = "a tensor, list or array with one number per layer"
ZERO = "exactly zero, or not measured"
Kinds = str | Mapping[str, str] | None


def layers(
    values: Any,
    name: str = "Gradient norm",
    *,
    unit: str = "",
    log: bool = True,
    kinds: Kinds = None,
    chosen: str | None = None,
) -> Lines:
    """One value per layer, layer 1 first, as points on a line.

    The arguments are those of `plots.layers`. Raises ValueError for empty values or more than one number per layer.
    """
    series = _series(values, name)
    found = [kind_of(label, kinds) for label in series]
    own = "" not in found and len(set(found)) == len(found)  # each kind once: with its own pattern
    lines = tuple(
        _line(label if len(series) > 1 else "", line, kind, 0 if own or len(series) == 1 else i + 1, log, chosen)
        for i, ((label, line), kind) in enumerate(zip(series.items(), found, strict=True))
    )
    count = max(line.size for line in series.values())
    ticks = tuple((float(n), str(n)) for n in layer_ticks(count))
    caption = f"hollow triangle at the bottom: {ZERO}" if any(line.zeros for line in lines) else ""
    low, high = _limits(np.concatenate(list(series.values())), log)
    return Lines(
        axis_title(name, unit, log),
        "layer (1 is next to the input)",
        lines,
        log,
        low,
        high,
        x=(0.5, count + 0.5),
        caption=caption,
        ticks=ticks,
    )


def kind_of(label: str, kinds: Kinds) -> str:
    """The kind that is given for a label, else the one it names; empty for none."""
    given = kinds.get(label, "") if isinstance(kinds, Mapping) else kinds or ""
    return given or themes.named(label)


def axis_title(name: str, unit: str, log: bool) -> str:
    """The quantity with its unit and scale."""
    return ", ".join(filter(None, [name, unit, "log scale" if log else "linear scale"]))


def layer_ticks(count: int) -> list[int]:
    """The first layer and about ten more, at round numbers.

    >>> layer_ticks(50)
    [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
    """
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, count) if count / s <= 12)
    return sorted({1, *range(step, count + 1, step)})


def _series(values: Any, name: str) -> dict[str, np.ndarray[Any, Any]]:
    if isinstance(values, Mapping) and values and not np.ndim(next(iter(values.values()))):
        values = list(values.values())
    series = values if isinstance(values, Mapping) else {name: values}
    if not series:
        raise ValueError(f"nothing to draw: pass {WHAT}")
    result = {str(label): numbers(line, WHAT) for label, line in series.items()}
    for line in result.values():
        if line.ndim != 1:
            raise ValueError(
                f"layers() takes one number per layer, got shape {line.shape}: heatmap() draws layers x time"
            )
    return result


def _line(label: str, values: np.ndarray[Any, Any], kind: str, slot: int, log: bool, chosen: str | None) -> Line:
    at, known = np.arange(1, values.size + 1), _known(values, log)
    said = [wording.number(v) if v >= 0 else wording.general(v, 2) for v in values]
    return Line(
        themes.label(label),
        at.tolist(),
        np.where(known, values, np.nan).tolist(),
        kind,
        "marked",
        slot,
        bold=chosen is None or label == chosen,
        says=[f"{value} at layer {n}" if ok else ZERO for n, value, ok in zip(at, said, known, strict=True)],
        zeros=at[~known].tolist(),
    )


def _known(values: np.ndarray[Any, Any], log: bool) -> np.ndarray[Any, Any]:
    """Which values have a place on the axis."""
    return np.asarray(np.isfinite(values) & ((values > 0) | (not log)))


def _limits(values: np.ndarray[Any, Any], log: bool) -> tuple[float | None, float | None]:
    """Of the y axis; None for the values' own decades."""
    known = values[_known(values, log)]
    if not known.size:
        return (0.1, 1.0) if log else (-1.0, 0.0)
    if log:
        return None, None
    return min(0.0, float(known.min())), float(known.max()) or 1.0
