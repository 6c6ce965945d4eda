"""One value per layer and time, as a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course.views.arrays import numbers
from course.views.figures import Map
from course.views.layerwise import ZERO, axis_title

GRADIENTS = (1e-6, 10.0)  # the fixed limits of every map of gradient sizes, so that two of them compare


def heatmap(
    values: Any,
    *,
    x: Sequence[float] | None = None,
    x_title: str = "step",
    name: str = "Gradient size per layer",
    unit: str = "",
    limits: tuple[float, float] = GRADIENTS,
    log: bool = True,
    diverging: bool = False,
) -> Map:
    """Layer x time map of `values[layer][time]`, layer 1 at the bottom; what is exactly zero or nan is hatched.

    The arguments are those of `plots.heatmap`. Raises ValueError for no values, a shape that is not layers x time, or
    bad limits.
    """
    z = numbers(values, "a tensor, list or array of shape (layers, time)")
    if z.ndim != 2:
        raise ValueError(f"heatmap() takes shape (layers, time), got {z.shape}: layers() draws one number per layer")
    count, wide = z.shape
    times = [float(v) for v in (range(1, wide + 1) if x is None else x)]
    if len(times) != wide:
        raise ValueError(f"x must have one time per column: got {len(times)} for {wide} columns")
    low, high = limits
    if not low < high or (log and low <= 0) or (diverging and (log or low != -high)):
        raise ValueError(
            f"limits must rise, be above 0 on a log scale and symmetric, not log, if diverging; got {limits}"
        )
    missing = ~np.isfinite(z) | ((z == 0) & (not diverging)) | ((z < 0) & log)
    half = (times[-1] - times[0]) / max(wide - 1, 1) / 2 or 0.5
    return Map(
        axis_title(name, unit, log),
        x_title,
        "layer",
        np.where(missing, np.nan, z),
        low,
        high,
        (times[0] - half, times[-1] + half),
        (0.5, count + 0.5),
        diverging,
        log=log,
        open=True,
        caption=f"hatched: {ZERO}" if missing.any() else "",
        columns=times,
    )
