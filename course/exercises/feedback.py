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

NOT_WRITTEN = "nothing is written yet: put your answer in the place of the line that says so"


@dataclass(frozen=True)
class Outcome:
    """What became of one case: passed or not, the call, what was seen, the words of an error, the hint that fits."""

    case: Case
    passed: bool
    call: str = ""
    seen: tuple[Observation, ...] = ()
    expected: tuple[np.ndarray, ...] = ()
    error: str = ""
    hint: str = ""


def report(outcomes: tuple[Outcome, ...]) -> str:
    """One line for each case that passed; for the others what was called, what came back, what was expected, a hint.
    Of an exercise that nobody has begun, what will be tried.
    """
    count = f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)} – not yet."
    if any(outcome.hint == NOT_WRITTEN for outcome in outcomes):
        labels = "  what is tried: " + "; ".join(outcome.case.label for outcome in outcomes)
        return f"✗ {NOT_WRITTEN}\n{textwrap.fill(labels, 96, subsequent_indent='  ')}\n{count}"
    width = max(len(outcome.case.label) for outcome in outcomes)
    lines = [line for outcome in outcomes for line in _lines(outcome, width)]
    return "\n".join([*lines, "All right." if all(outcome.passed for outcome in outcomes) else count])


def _lines(outcome: Outcome, width: int) -> list[str]:
    if outcome.passed:
        return [f"✓ {outcome.case.label}"]
    indent = " " * (width + 4)
    lines = [f"✗ {outcome.case.label:{width}}  {outcome.call}".rstrip()]
    lines.append(indent + (f"raised {outcome.error}" if outcome.error else difference(outcome)))
    return [*lines, f"{indent}Hint: {outcome.hint}"] if outcome.hint else lines


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
        return f"tensor {'×'.join(map(str, value.shape))}" if value.numel() > 4 else str(value.tolist())
    if isinstance(value, nn.Sequential):
        linear = sum(isinstance(layer, nn.Linear) for layer in value.modules())
        return f"net with {linear} linear layer{'s' * (linear != 1)}"
    if isinstance(value, nn.Module | type):
        return (value if isinstance(value, type) else type(value)).__name__
    if isinstance(value, list | tuple) and any(isinstance(part, Tensor) for part in value):
        return f"[{', '.join(_shown(part) for part in value[:2])}{', …' if len(value) > 2 else ''}]"
    return repr(value)


def _shape(value: np.ndarray) -> str:
    if not value.size:
        return "nothing with numbers in it"
    return f"shape {tuple(value.shape)}" if value.ndim else "a number"


def _values(seen: np.ndarray, expected: np.ndarray) -> str:
    if seen.size <= 4:
        return f"{_list(seen)}, expected {_list(expected)}"
    wrong = ~np.isclose(seen, expected, rtol=1e-4, atol=1e-12)
    first = tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong.any() else (0,) * seen.ndim
    count = f"{int(wrong.sum())} of {seen.size} values differ"
    return f"shape {tuple(seen.shape)}; {count}, first {first}: {seen[first]:.6g}, expected {expected[first]:.6g}"


def _list(value: np.ndarray) -> str:
    return ", ".join(_number(float(v)) for v in np.atleast_1d(value).ravel()) or "nothing"


def _number(value: float) -> str:
    return f"{value:,.0f}" if np.isfinite(value) and value == round(value) else f"{value:.6g}"
