"""`check`: tries a reader's answer on the public cases and says, case by case, what came back and what was expected."""

from __future__ import annotations

import contextlib
import io
import textwrap
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from torch import Tensor, nn

from course.exercises import steps
from course.exercises.declared import Case, Exercise
from course.exercises.limits import TimeUp, time_limit
from course.exercises.shipped import Shipped, shipped

NOT_WRITTEN = "nothing is written yet: put your answer in the place of the line that says so"


@dataclass(frozen=True)
class Outcome:
    """What became of one case: passed or not, what was seen, the words of an error, the hint that fits."""

    case: Case
    passed: bool
    seen: list[np.ndarray] = field(default_factory=list)
    expected: list[np.ndarray] = field(default_factory=list)
    error: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Result:
    """What `check` returns: true if every public case passed. `points` are those of the exercise, in that share."""

    name: str
    outcomes: tuple[Outcome, ...] = ()
    most: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.outcomes) and all(outcome.passed for outcome in self.outcomes)

    @property
    def points(self) -> float:
        """Of the exercise's points, the share of the cases that passed, by weight."""
        total = sum(outcome.case.weight for outcome in self.outcomes)
        got = sum(outcome.case.weight for outcome in self.outcomes if outcome.passed)
        return self.most * got / total if total else 0.0

    def _ipython_display_(self) -> None:
        """Nothing more: `check` has printed its lines."""

    def __repr__(self) -> str:
        passed = sum(outcome.passed for outcome in self.outcomes)
        return f"<{self.name}: {passed} of {len(self.outcomes)} cases, {self.points:g} of {self.most:g} points>"


def judge(exercise: Exercise, answer: Any, kept: Shipped, seconds: float | None = None) -> tuple[Outcome, ...]:
    """Try the answer on the public cases. Never raises for what the answer does."""
    limit = exercise.seconds if seconds is None else seconds
    outcomes = tuple(_outcome(exercise, case, answer, kept, limit) for case in exercise.public)
    as_stub = all(kept.as_stub(exercise, outcome.case, outcome.seen) for outcome in outcomes)
    if as_stub and any(outcome.seen for outcome in outcomes):  # where all raise, the errors say more
        return tuple(replace(outcome, hint="" if outcome.passed else NOT_WRITTEN) for outcome in outcomes)
    return outcomes


def _outcome(exercise: Exercise, case: Case, answer: Any, kept: Shipped, seconds: float) -> Outcome:
    expected = kept.expected(exercise, case)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            seen = time_limit(seconds, lambda: steps.run(case, answer))
        passed = steps.agrees(seen, expected, case.tolerance)
    except TimeUp:
        return Outcome(case, False, error=f"not done after {seconds:g} s: is there a loop that never ends?")
    except KeyboardInterrupt:
        return Outcome(case, False, error="interrupted")
    except BaseException as error:  # whatever an answer may raise, sys.exit too, its reader gets a line about it
        return Outcome(case, False, error=_words(error), hint=_raised(error) or case.hint)
    if passed:
        return Outcome(case, True, seen, expected)
    mistake = kept.mistake(exercise, case, seen)
    return Outcome(case, False, seen, expected, hint=exercise.hints.get(mistake, "") or case.hint)


def _words(error: BaseException) -> str:
    try:
        said = " ".join(str(error).split())  # PyTorch says what is missing on a second line
        return f"{type(error).__name__}: {said[:300]}" if said else type(error).__name__
    except Exception:
        return "an error that cannot be printed"


def _raised(error: BaseException) -> str:
    if isinstance(error, NotImplementedError):
        return "write your answer in the place of this line."
    if isinstance(error, RuntimeError) and "device" in _words(error):
        return "the inputs lie on the CPU; make new tensors on the device of the ones that you are given."
    return ""


def report(exercise: Exercise, outcomes: tuple[Outcome, ...]) -> str:
    """One line for each case that passed; for the others what was called, what came back, what was expected, a hint.
    Of an exercise that nobody has begun, what will be tried.
    """
    passed = sum(outcome.passed for outcome in outcomes)
    if any(outcome.hint == NOT_WRITTEN for outcome in outcomes):
        labels = "  what is tried: " + "; ".join(outcome.case.label for outcome in outcomes)
        tried = textwrap.fill(labels, 96, subsequent_indent="  ")
        return f"✗ {NOT_WRITTEN}\n{tried}\n{passed} of {len(outcomes)} – not yet."
    width = max(len(outcome.case.label) for outcome in outcomes)
    lines = []
    for outcome in outcomes:
        head = f"{'✓' if outcome.passed else '✗'} {outcome.case.label:{width}}"
        if outcome.passed:
            lines.append(head.rstrip())
            continue
        lines.append(f"{head}  {called(exercise, outcome.case)}")
        indent = " " * (width + 4)
        lines.append(indent + (f"raised {outcome.error}" if outcome.error else _difference(outcome)))
        if outcome.hint:
            lines.append(f"{indent}Hint: {outcome.hint}")
    lines.append("All right." if passed == len(outcomes) else f"{passed} of {len(outcomes)} – not yet.")
    return "\n".join(lines)


def called(exercise: Exercise, case: Case) -> str:
    """The call as a reader would type it, large inputs as their shapes."""
    inputs = case.inputs(case.seed)
    kind, *names = next(
        step for step in case.steps if step[0] in ("call", "fill", "raises", "average", "spread", "rows", "sorted")
    )
    names = names[1:] if kind in ("raises", "average") else names
    return f"{exercise.name}({', '.join(_shown(inputs[name]) for name in names)})"


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


def _difference(outcome: Outcome) -> str:
    """What the first step that went wrong saw, and what it should have seen."""
    for step, seen, expected in zip(outcome.case.steps, outcome.seen, outcome.expected, strict=True):
        said = _words_for(step)
        flag = _flag(step)
        if flag and seen.shape == expected.shape and seen != expected:
            return flag[int(seen)].format(step[1])
        if seen.shape != expected.shape:
            return f"{said} {_shape(seen)}, expected {_shape(expected)}"
        if not steps.agrees([seen], [expected], outcome.case.tolerance):
            return f"{said} {_value(seen, expected)}"
    return "differs"


def _flag(step: tuple[Any, ...]) -> tuple[str, str] | None:
    """What to say of 0, and of 1, where a step sees a yes or no. An input's field may be a sentence, x_are_y."""
    said = step[2].replace("_", " ") if step[0] == "input" else ""
    return (said.replace(" are ", " are not "), said) if " are " in said else FLAGS.get(step[0])


def _words_for(step: tuple[Any, ...]) -> str:
    if step[0] == "input":
        return f"{step[1]}.{step[2]} is"
    if step[0] == "part":
        return f"of the values returned, the {ORDINALS[step[1]]} is"
    return WORDS.get(step[0], "saw")


ORDINALS = ("first", "second", "third", "fourth")
FLAGS = {  # what to say of 0, and of 1, where the other was expected
    "same": ("returned something else than the object that was given", "returned the very object that was given"),
    "unchanged": ("changed the {0} that was given", "left the {0} that was given as it was"),
    "shares": ("shares nothing with the {0} that was given", "shares tensors with the {0} that was given"),
    "raises": ("raised no {0}", "raised {0}"),
}
WORDS = {
    "call": "returned", "apply": "its output is", "count": "counted", "moments": "mean and standard deviation are",
    "step": "a step of training moved the given network by", "average": "returns on average",
    "rows": "spread within rows, of row means, and mean are", "over": "its mean output is",
    "spread": "mean, deviation, and √n times the deviation of column means are",
    "gradient": "its gradient is", "method": "its method returned",
    "field": "its attribute is", "shape": "its output has the shape",
    "sorted": "returned, with its channels sorted,",
}  # fmt: skip


def _shape(value: np.ndarray) -> str:
    if not value.size:
        return "nothing with numbers in it"
    return f"shape {tuple(value.shape)}" if value.ndim else "a number"


def _value(seen: np.ndarray, expected: np.ndarray) -> str:
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


def check(name: str, answer: Any) -> Result:
    """Try `answer` on the public cases of the exercise `name`, print a line for each, and return the result.

    Never raises: an unknown name, an endless loop or an answer that fails in any way is said in words. True if all is
    right; `.points` are the share of the exercise's points that the public cases give.
    """
    from course.exercises import CHAPTERS

    exercise = next((e for exercises in CHAPTERS.values() for e in exercises if e.name == name), None)
    if exercise is None:
        known = ", ".join(e.name for exercises in CHAPTERS.values() for e in exercises)
        print(f"There is no exercise {name!r}. The exercises are {known}.")
        return Result(str(name))
    outcomes = judge(exercise, answer, shipped(exercise.chapter))
    print(report(exercise, outcomes))
    return Result(name, outcomes, exercise.points)
