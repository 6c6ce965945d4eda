"""`check`: tries a reader's answer on the public cases and says, case by case, what came back and what was expected."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, replace
from typing import Any

from course import terminal
from course.exercises.chapters import CHAPTERS
from course.exercises.exercise import Case, Exercise
from course.exercises.expected import Expected, expected
from course.exercises.feedback import NOT_WRITTEN, Outcome, report, typed, words
from course.exercises.observing import agrees, arrays, observe
from course.exercises.timeout import TimeUp, time_limit


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


def check(name: str, answer: Any) -> Result:
    """Try `answer` on the public cases of the exercise `name`, print a line for each, and return the result.

    Never raises: an unknown name, an endless loop or an answer that fails in any way is said in words. True if all is
    right; `.points` are the share of the exercise's points that the public cases give.
    """
    known = {exercise.name: exercise for chapter in CHAPTERS.values() for exercise in chapter}
    exercise = known.get(name)
    if exercise is None:
        terminal.say(f"There is no exercise {name!r}. The exercises are {', '.join(known)}.")
        return Result(str(name))
    outcomes = judge(exercise, answer, expected(exercise.chapter))
    terminal.say(report(outcomes))
    return Result(name, outcomes, exercise.points)


def judge(exercise: Exercise, answer: Any, kept: Expected, seconds: float | None = None) -> tuple[Outcome, ...]:
    """Try the answer on the public cases. Never raises for what the answer does."""
    limit = exercise.seconds if seconds is None else seconds
    outcomes = tuple(_outcome(exercise, case, answer, kept, limit) for case in exercise.public)
    as_stub = all(kept.as_stub(exercise, outcome.case, arrays(outcome.seen)) for outcome in outcomes)
    if as_stub and any(outcome.seen for outcome in outcomes):  # where all raise, the errors say more
        return tuple(replace(outcome, hint="" if outcome.passed else NOT_WRITTEN) for outcome in outcomes)
    return outcomes


class _Noted:
    """An answer whose first call is noted as a reader would type it, before the answer can change what it is given."""

    def __init__(self, name: str, answer: Any):
        self.name, self.answer, self.call = name, answer, ""

    def __call__(self, *given: Any) -> Any:
        self.call = self.call or typed(self.name, given)
        return self.answer(*given)


def _outcome(exercise: Exercise, case: Case, answer: Any, kept: Expected, seconds: float) -> Outcome:
    noted = _Noted(exercise.name, answer)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            seen = time_limit(seconds, lambda: observe(case, noted))
        should = kept.arrays(exercise, case)
        passed = agrees(arrays(seen), should, case.tolerance)
    except TimeUp:
        error, hint = f"not done after {seconds:g} s: is there a loop that never ends?", case.hint
    except KeyboardInterrupt:
        error, hint = "interrupted", ""
    except BaseException as raised:  # whatever an answer may raise, sys.exit too, its reader gets a line about it
        error, hint = words(raised), _cause(raised) or case.hint
    else:
        hint = "" if passed else kept.hint(exercise, case, arrays(seen)) or case.hint
        return Outcome(case, passed, noted.call, tuple(seen), tuple(should), hint=hint)
    return Outcome(case, False, noted.call, error=error, hint=hint)


def _cause(error: BaseException) -> str:
    """What helps with an error whatever the exercise."""
    if isinstance(error, NotImplementedError):
        return "write your answer in the place of this line."
    if isinstance(error, RuntimeError) and "device" in words(error):
        return "the inputs lie on the CPU; make new tensors on the device of the ones that you are given."
    return ""
