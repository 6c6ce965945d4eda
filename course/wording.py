"""How numbers are written for people: losses, rates, shares, durations, ticks. `page/words.js` writes the same, and a
test holds the two together.

One rule rounds them all: the exact value of the float, a half away from zero. Sign and magnitude are written apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NARROW_SPACE = "\u202f"
NOTHING = "–"  # where a value is missing: None, nan


def minus(words: str) -> str:
    """A number that Python has written, with a true minus.

    >>> minus("-3.50")
    '−3.50'
    """
    return words.replace("-", "−")


def tick(exponent: int) -> str:
    """A power of ten on a log axis.

    >>> [tick(n) for n in (2, 1, 0, -3, -4)]
    ['100', '10', '1', '0.001', '10⁻⁴']
    """
    return f"{10.0**exponent:g}" if -3 <= exponent <= 3 else _power(Decimal(1).scaleb(exponent))


def listing(words: Sequence[str]) -> str:
    """Words as a sentence has them.

    >>> listing(["plain", "highway", "residual"])
    'plain, highway and residual'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shortened(words: Sequence[str], most: int = 8) -> str:
    """The first of many words, and how many more there are.

    >>> shortened(["cat", "dog", "emu"], 2), shortened(["cat", "dog"], 2)
    ('cat, dog and 1 more', 'cat, dog')
    """
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def ranges(numbers: Iterable[int]) -> str:
    """Whole numbers that rise, neighbours as a range.

    >>> ranges([2, 3, 4, 7]), ranges([6])
    ('2–4, 7', '6')
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{group[0]}–{group[-1]}" if len(group) > 1 else str(group[0]) for group in found)


def counted(number: int, noun: str) -> str:
    """A number in digits and its noun.

    >>> counted(1, "file"), counted(1437, "file")
    ('1 file', '1,437 files')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"


def rate(value: float | None) -> str:
    """A learning rate, or what else a control holds: a whole number in full, else at most three significant digits;
    powers below 0.0001 and from a million.

    >>> [rate(v) for v in (2**-7, 0.1, -3.9, 1437, 1e-5, 1.5e6)]
    ['0.00781', '0.1', '−3.9', '1437', '10⁻⁵', '1.5·10⁶']
    """
    return _signed(value, lambda size: f"{size:.0f}" if size < 1e6 and size == int(size) else _general(size, 3, 6))


def general(value: float | None, digits: int = 6) -> str:
    """A number with so many significant digits at most; powers below 0.0001, and where it has more digits than that.

    >>> [general(v) for v in (-3.5, 123456, 1234567, 1e-5)], general(-2.44e-9, 2)
    (['−3.5', '123456', '1.23457·10⁶', '10⁻⁵'], '−2.4·10⁻⁹')
    """
    return _signed(value, lambda size: _general(size, digits, digits))


def ladder_end(ends: Iterable[str | None]) -> str:
    """What is said beside rates that the rule chose at an end of its ladder; nothing if all stand within.

    >>> ladder_end(["bottom", None, "bottom"]), ladder_end([None])
    (' (bottom of the ladder)', '')
    """
    found = sorted({end for end in ends if end}, reverse=True)
    return f" ({' and '.join(found)} of the ladder)" if found else ""


def number(value: float | None) -> str:
    """A loss: two significant digits below 1, two decimals from 1, three digits from 10, powers beyond 10⁻⁴ and 1000.

    >>> [number(v) for v in (0.00051, 0.125, 2.3026, 23.4, 93000, 3e-5, -0.5, float("inf"), None)]
    ['0.00051', '0.13', '2.30', '23.4', '9.3·10⁴', '3.0·10⁻⁵', '−0.50', '∞', '–']
    >>> [number(v) for v in (0.0996, 0.999, 9.999, 999.7)]
    ['0.10', '1.00', '10.0', '1.0·10³']
    """
    return _signed(value, _number)


def percent(fraction: float | None, places: int = 1) -> str:
    """A fraction as people read it: 0.978 is "97.8 %" with a narrow space, or "98 %" without `places`."""
    return _signed(fraction, lambda share: f"{_decimals(100 * share, places):f}{NARROW_SPACE}%")


def seconds(value: float | None) -> str:
    """A duration.

    >>> [seconds(v) for v in (0.05, 3.14, 9.96, 42.3, 119.8, 125, 3599.9, 5400)]
    ['< 0.1 s', '3.1 s', '10 s', '42 s', '2 min 0 s', '2 min 5 s', '1.0 h', '1.5 h']
    """
    return NOTHING if value is None or math.isnan(value) else "∞" if math.isinf(value) else _seconds(float(value))


def decimals(value: float, count: int = 2) -> str:
    """A number with so many decimals, whatever its size.

    >>> decimals(-0.126), decimals(27.4, 0), decimals(-0.001)
    ('−0.13', '27', '0.00')
    """
    return _signed(value, lambda size: f"{_decimals(size, count):f}")


def reason(error: BaseException) -> str:
    """What an error says, or its type where it says nothing.

    >>> reason(ValueError("too deep")), reason(MemoryError())
    ('too deep', 'MemoryError')
    """
    return str(error) or type(error).__name__


def system_error(error: OSError) -> str:
    """What the system says, and of which file.

    >>> system_error(FileNotFoundError(2, "No such file or directory", "runs/a.jsonl"))
    'runs/a.jsonl: No such file or directory'
    """
    said = error.strerror or reason(error)
    return f"{error.filename}: {said}" if error.filename else said


def capital(text: str) -> str:
    """The text with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def _signed(value: float | None, written: Callable[[float], str]) -> str:
    """The sign, then the magnitude; what rounds to zero has no sign."""
    if value is None or math.isnan(value):
        return NOTHING
    words = "∞" if math.isinf(value) else written(abs(float(value)))
    return f"−{words}" if value < 0 and words.strip("0.%" + NARROW_SPACE) else words


def _general(value: float, digits: int, highest: int) -> str:
    if value == 0:
        return "0"
    rounded = _digits(value, digits).normalize()
    return f"{rounded:f}" if -4 <= rounded.adjusted() < highest else _power(rounded)


def _number(value: float) -> str:
    if value == 0:
        return "0"
    if value >= 999.5 or value < 1e-4:
        return _power(_digits(_digits(value, 2), 2))
    rounded = _digits(value, 2 if value < 1 else 3)
    return f"{_digits(rounded, 2 if rounded < 1 else 3):f}"  # again: 9.999 has two digits before the point


def _seconds(value: float) -> str:
    if value < 0.1:
        return "< 0.1 s"
    whole = int(_decimals(value, 0))
    if whole >= 3600:
        return f"{_decimals(value / 3600, 1):f} h"
    if whole >= 60:
        return f"{whole // 60} min {whole % 60} s"
    tenths = _decimals(value, 1)
    return f"{tenths:f} s" if tenths < 10 else f"{whole} s"


def _power(rounded: Decimal) -> str:
    mantissa, exponent = f"{rounded:e}".split("e")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
    return power if mantissa == "1" else f"{mantissa}·{power}"


def _digits(value: float | Decimal, count: int) -> Decimal:
    """So many significant digits."""
    return _decimals(value, count - 1 - Decimal(value).adjusted())


def _decimals(value: float | Decimal, count: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP)
