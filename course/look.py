"""The course's look in one place: labels, colours and patterns from `tokens.json`, and how numbers are written."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

LABELS = {"crelu": "CReLU", "linear": "linear"}  # kinds that take another's colour
FAMILIES = {"linear": "other"}  # besides the tokens' variants
PATTERNS = {
    "crelu": {"dash": [2, 7], "plotly_dash": "2px,7px", "marker": "triangle-down"}
}  # the ninth kind, beside eight slots
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NARROW_SPACE = "\u202f"


@cache
def tokens() -> dict[str, Any]:
    """The design tokens: colours, patterns, maps, type and the Plotly template, each in light and dark."""
    return json.loads((files("course") / "tokens.json").read_text(encoding="utf-8"))


def label(kind: str) -> str:
    """What people read: `plain_bn` is "plain + BN"."""
    return LABELS.get(kind) or (tokens()["kinds"][kind]["label"] if kind in tokens()["kinds"] else kind)


def family(kind: str) -> str:
    """The kind whose colour this one takes: its own, its family's, or "other"."""
    if kind in tokens()["kinds"]:
        return kind
    return FAMILIES.get(kind) or tokens()["variants"].get(kind, "other")


def colour(kind: str, theme: str = "light") -> str:
    """The kind's colour as hex, in the "light" or "dark" theme."""
    return tokens()["kinds"][family(kind)][theme]


def pattern(kind: str) -> dict[str, Any]:
    """The kind's own dash (`dash` in pixels, `plotly_dash`) and `marker`, so that it is known without its colour."""
    return PATTERNS.get(kind) or tokens()["run_patterns"][tokens()["kinds"][family(kind)]["slot"] - 1]


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
