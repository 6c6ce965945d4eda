"""What a reader reads about an answer: what was called, what came back, what was expected, and a hint."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from course.exercises.exercise import Case
from course.exercises.given import Conduct
from course.exercises.observing import Observation, agrees

MOST_PRINTED, MOST_LINES = 2000, 12  # characters and lines of what an answer prints
NOT_WRITTEN = "nothing is written yet: put your answer in the place of the line that says so"


@dataclass(frozen=True)
class Outcome:
    """What became of one case: passed or not, the call, what was seen, the words of an error, the hint that fits, what
    the answer printed; given_up: whether it took too long or was interrupted.
    """

    case: Case
    passed: bool
    call: str = ""
    seen: tuple[Observation, ...] = ()
    expected: tuple[np.ndarray, ...] = ()
    error: str = ""
    hint: str = ""
    printed: str = ""
    given_up: bool = False


def report(outcomes: tuple[Outcome, ...]) -> str:
    """One line for each case that passed; for the others what was called, what came back, what was expected, a hint.
    Of an exercise that nobody has begun, what will be tried.
    """
    count = f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)} – not yet."
    if any(outcome.hint == NOT_WRITTEN for outcome in outcomes):
        labels = "  what is tried: " + "; ".join(outcome.case.label for outcome in outcomes)
        said = _printed(outcomes[0], "  ")
        return "\n".join([f"✗ {NOT_WRITTEN}", textwrap.fill(labels, 96, subsequent_indent="  "), *said, count])
    width = max(len(outcome.case.label) for outcome in outcomes)
    lines = [line for outcome in outcomes for line in _lines(outcome, width)]
    return "\n".join([*lines, "All right." if all(outcome.passed for outcome in outcomes) else count])


def _lines(outcome: Outcome, width: int) -> list[str]:
    if outcome.passed:
        return [f"✓ {outcome.case.label}"]
    indent = " " * (width + 4)
    lines = [f"✗ {outcome.case.label:{width}}  {outcome.call}".rstrip()]
    lines.append(indent + (outcome.error or difference(outcome)))
    lines += _printed(outcome, indent)
    return [*lines, f"{indent}Hint: {outcome.hint}"] if outcome.hint else lines


def _printed(outcome: Outcome, indent: str) -> list[str]:
    lines = [f"{indent}printed: {line}" for line in outcome.printed[:MOST_PRINTED].splitlines()[:MOST_LINES]]
    return [*lines, f"{indent}printed: …"] if len(outcome.printed.splitlines()) > len(lines) else lines


def typed(name: str, given: Sequence[Any]) -> str:
    """A call as a reader would type it, large inputs as their shapes."""
    return f"{name}({', '.join(_shown(value) for value in given)})"


def words(error: BaseException) -> str:
    """An error in one line, whatever it does when it is printed."""
    try:
        said = " ".join(str(error).split())  # PyTorch says what is missing on a second line
        return f"{type(error).__name__}: {said[:300]}" if said else type(error).__name__
    except Exception:
        return "an error that cannot be printed"


def difference(outcome: Outcome) -> str:
    """The first thing that was not as expected: what was seen, and what should have been."""
    for (said, seen), expected in zip(outcome.seen, outcome.expected, strict=False):
        if agrees([seen], [expected], outcome.case.tolerance):
            continue
        if isinstance(said, Conduct):
            return said.yes if said.so else said.no
        if seen.shape != expected.shape:
            return f"{said} {_shape(seen)}, expected {_shape(expected)}"
        return f"{said} {_values(seen, expected)}"
    return f"{len(outcome.seen)} things were seen, expected {len(outcome.expected)}"


def _shown(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"tensor {'×'.join(map(str, value.shape))}" if value.numel() > 4 else _shown(value.tolist())
    if isinstance(value, nn.Sequential):
        linear = sum(isinstance(layer, nn.Linear) for layer in value.modules())
        return f"net with {linear} linear layer{'s' * (linear != 1)}"
    if isinstance(value, nn.Module | type):
        return (value if isinstance(value, type) else type(value)).__name__
    if isinstance(value, list | tuple | dict):
        return _listed(value)
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


def _listed(value: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> str:
    """Its parts; of long ones, of dicts and of tensors the first two."""
    some = 2 if isinstance(value, dict) or any(isinstance(part, Tensor) for part in value) else 12
    parts = [_shown(part) for part in list(value)[:some]] + ["…"] * (len(value) > some)
    if isinstance(value, dict):
        parts = [f"{part}: …" for part in parts[:some]] + parts[some:]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]") if isinstance(value, list) else ("(", ")")
    return f"{opening}{', '.join(parts)}{closing}"


def _shape(value: np.ndarray) -> str:
    if not value.size:
        return "nothing with numbers in it"
    return f"shape {tuple(value.shape)}" if value.ndim else "a number"


def _values(seen: np.ndarray, expected: np.ndarray) -> str:
    if seen.size <= 4:
        pairs = [_pair(a, b) for a, b in zip(seen.ravel(), expected.ravel(), strict=True)]
        return f"{', '.join(a for a, _ in pairs) or 'nothing'}, expected {', '.join(b for _, b in pairs) or 'nothing'}"
    wrong = ~np.isclose(seen, expected, rtol=1e-4, atol=1e-12)
    first = tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong.any() else (0,) * seen.ndim
    count = f"{int(wrong.sum())} of {seen.size} values differ"
    was, should = _pair(seen[first], expected[first])
    return f"shape {tuple(seen.shape)}; {count}, first {first}: {was}, expected {should}"


def _pair(seen: float, expected: float) -> tuple[str, str]:
    """Two numbers with four digits, or with as many more as it takes to tell them apart."""
    for digits in range(4, 18):
        pair = _number(float(seen), digits), _number(float(expected), digits)
        if pair[0] != pair[1] or seen == expected:
            break
    return pair


def _number(value: float, digits: int) -> str:
    return f"{value:,.0f}" if np.isfinite(value) and value == round(value) else f"{value:.{digits}g}"
