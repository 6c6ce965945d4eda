"""Where values and labels go along an axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from course import smoothing


def decades(values: Iterable[float], low: int = -3, high: int = 1) -> tuple[int, int]:
    """Exponents of a log axis: from 0.001 to 10, growing downwards by whole decades to hold the smallest value.

    >>> decades([0.5, 0.00021, 0.0])
    (-4, 1)
    """
    smallest = min((v for v in values if v > 0 and math.isfinite(v)), default=1.0)
    return min(low, max(math.floor(math.log10(smallest)), -12)), high


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """The positions moved apart to at least `gap`, each group around its own middle, the order kept.

    >>> spread([0, 1, 50], 20)
    [-9.5, 10.5, 50.0]
    """
    groups: list[list[int]] = []
    start: list[float] = []  # where each group begins

    def place(group: list[int]) -> float:
        return sum(positions[i] - k * gap for k, i in enumerate(group)) / len(group)

    for index in sorted(range(len(positions)), key=lambda i: positions[i]):
        group = [index]
        while groups and start[-1] + len(groups[-1]) * gap > place(group):
            group = groups.pop() + group
            start.pop()
        groups.append(group)
        start.append(place(group))
    moved = {i: begin + k * gap for group, begin in zip(groups, start, strict=True) for k, i in enumerate(group)}
    return [moved[i] for i in range(len(positions))]


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two limits, at most about `most`.

    >>> ticks(0, 1), ticks(-3, 3, 4)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [-2.0, 0.0, 2.0])
    """
    raw = (high - low) / most
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(s * size for s in (1, 2, 5, 10) if s * size >= raw * 0.999)
    return [round(i * step, 12) + 0.0 for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def log_scale(low: int, high: int, top: float, bottom: float) -> Callable[[float], float]:
    """From a loss to its height in pixels, on a log axis from 10^low to 10^high; what is beyond sits on the edge."""

    def place(value: float) -> float:
        level = math.log10(max(value, smoothing.FLOOR)) if value < math.inf else high
        return bottom - (min(max(level, low), high) - low) / (high - low) * (bottom - top)

    return place
