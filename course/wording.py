"""How numbers are written for people: losses, rates, shares, durations, ticks. `page/words.js` writes the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NARROW_SPACE = "\u202f"


def tick(exponent: int) -> str:
    """A power of ten on a log axis.

    >>> [tick(n) for n in (2, 1, 0, -3, -4)]
    ['100', '10', '1', '0.001', '10⁻⁴']
    """
    if -3 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(SUPERSCRIPTS)


def listing(words: Sequence[str]) -> str:
    """Words as a sentence has them.

    >>> listing(["plain", "highway", "residual"])
    'plain, highway and residual'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def rate(value: float) -> str:
    """A learning rate: three significant digits at most.

    >>> rate(2**-7), rate(0.1)
    ('0.00781', '0.1')
    """
    return f"{value:.3g}".replace("-", "−")


def number(value: float) -> str:
    """A loss: two significant digits below 1, two decimals from 1, three digits from 10, powers beyond 10⁻⁴ and 1000.

    >>> [number(v) for v in (0.00051, 0.126, 2.3026, 23.4, 93000, 3e-5, float("inf"))]
    ['0.00051', '0.13', '2.30', '23.4', '9.3e4', '3.0e−5', '∞']
    >>> [number(v) for v in (0.0996, 0.999, 9.999, 999.7)]
    ['0.10', '1.00', '10.0', '1.0e3']
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    if value == 0:
        return "0"
    if value >= 999.5 or value < 1e-4:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    digits = 2 if value < 1 else 3
    rounded = float(f"{value:.{digits - 1}e}")  # 9.999 has two digits before the point
    return f"{rounded:.{max((3 if rounded >= 1 else 2) - 1 - math.floor(math.log10(rounded)), 0)}f}"


def percent(fraction: float) -> str:
    """A fraction as people read it: 0.978 is "97.8 %" with a narrow space."""
    return f"{100 * fraction:.1f}{NARROW_SPACE}%"


def seconds(value: float) -> str:
    """A duration.

    >>> [seconds(v) for v in (0.05, 3.14, 42.3, 125)]
    ['< 0.1 s', '3.1 s', '42 s', '2 min 5 s']
    """
    if value < 0.1:
        return "< 0.1 s"
    if value < 60:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    return f"{int(value // 60)} min {round(value % 60)} s" if value < 3600 else f"{value / 3600:.1f} h"


def capital(text: str) -> str:
    """The text with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
