"""Where values and labels go along an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course import smoothing, wording


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, which are exponents of ten if `log`."""

    low: float
    high: float
    log: bool = False

    def has(self, value: float) -> bool:
        """Whether the value has a place on the axis, or beyond one of its ends."""
        return math.isfinite(value) and (value > 0 or not self.log)

    def level(self, value: float) -> float:
        """The value in the axis' own units (its exponent if `log`); what lies beyond the limits sits on them."""
        level = math.log10(max(value, smoothing.FLOOR)) if self.log and value < math.inf else value
        return min(max(level, self.low), self.high)

    def share(self, value: float) -> float:
        """How far along the axis the value lies, from 0 to 1."""
        return (self.level(value) - self.low) / (self.high - self.low) if self.high > self.low else 0.5

    def at(self, share: float) -> float:
        """The value so far along the axis."""
        level = self.low + share * (self.high - self.low)
        return 10.0**level if self.log else level

    @property
    def bottom(self) -> float:
        """The value at the lower end."""
        return self.at(0)

    @property
    def top(self) -> float:
        """The value at the upper end."""
        return self.at(1)

    def ticks(self, most: int = 6) -> list[tuple[float, str]]:
        """Values with their words: decades if `log`, else round numbers."""
        if not self.log:
            return [(value, wording.general(value)) for value in ticks(self.low, self.high, most)]
        low, high = int(self.low), int(self.high)
        return [(10.0**n, wording.tick(n)) for n in range(low, high + 1, max(1, (high - low) // 8))]


def decades(values: Iterable[float], low: int = -3, high: int = 1) -> tuple[int, int]:
    """Exponents of a log axis: from 0.001 to 10, growing downwards by whole decades to hold the smallest value.

    >>> decades([0.5, 0.00021, 0.0])
    (-4, 1)
    """
    smallest = min((v for v in values if v > 0 and math.isfinite(v)), default=1.0)
    return min(low, max(math.floor(math.log10(smallest)), -12)), high


def spread(positions: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """The positions moved apart to at least `gap`, each group around its own middle, the order kept; all of them
    between `low` and `high` if there is room.

    >>> spread([0, 1, 50], 20), spread([0, 1, 50], 20, low=0)
    ([-9.5, 10.5, 50.0], [0.0, 20.0, 50.0])
    """
    groups: list[list[int]] = []

    def start(group: list[int]) -> float:
        middle = sum(positions[i] - k * gap for k, i in enumerate(group)) / len(group)
        return float(max(min(middle, high - gap * (len(group) - 1)), low))

    for index in sorted(range(len(positions)), key=lambda i: positions[i]):
        group = [index]
        while groups and start(groups[-1]) + len(groups[-1]) * gap > start(group):
            group = groups.pop() + group
        groups.append(group)
    moved = {i: start(group) + k * gap for group in groups for k, i in enumerate(group)}
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
