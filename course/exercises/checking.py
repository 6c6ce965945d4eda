"""`check`: tries a reader's answer on the public cases and says, case by case, what came back and what was expected."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from course import terminal
from course.exercises.chapters import CHAPTERS
from course.exercises.exercise import Case, Exercise
from course.exercises.expected import Expected, expected
from course.exercises.feedback import MOST_PRINTED, NOT_WRITTEN, Outcome, report, typed, words
from course.exercises.observing import Left, agrees, arrays, observe
from course.exercises.timeout import TimeUp, time_limit

PASSED: dict[str, Any] = {}  # the answer to each exercise that `check` has last found right


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
        return f"<{self.name}: {passed} of {len(self.outcomes)} cases, {self.points:.3g} of {self.most:g} points>"


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
    result = Result(name, outcomes, exercise.points)
    PASSED[name] = answer if result else None
    return result


def judge(exercise: Exercise, answer: Any, kept: Expected, seconds: float | None = None) -> tuple[Outcome, ...]:
    """Try the answer on the public cases. Never raises for what the answer does."""
    limit = exercise.seconds if seconds is None else seconds
    outcomes: list[Outcome] = []
    for case in exercise.public:
        given_up = any(outcome.given_up for outcome in outcomes)
        outcomes.append(Outcome(case, False, error=LEFT) if given_up else _outcome(exercise, case, answer, kept, limit))
    if kept.as_stub(exercise, answer):
        return tuple(replace(outcome, hint="" if outcome.passed else NOT_WRITTEN) for outcome in outcomes)
    return _with_hints(exercise, outcomes, kept)


def _with_hints(exercise: Exercise, outcomes: list[Outcome], kept: Expected) -> tuple[Outcome, ...]:
    """Where a case shows what a usual mistake shows, the words for it; of several that one which fits most cases."""
    alike = [kept.mistakes(exercise, outcome.case, arrays(outcome.seen)) for outcome in outcomes]
    fits = Counter(name for names in alike for name in names)
    return tuple(
        replace(outcome, hint=kept.words(exercise, max(names, key=lambda name: fits[name])))
        if names and outcome.seen and not outcome.passed
        else outcome
        for outcome, names in zip(outcomes, alike, strict=True)
    )


LEFT = "was not tried any more"


class _Page(io.StringIO):
    """What an answer prints, as far as one reads it: an endless loop may print without end."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MOST_PRINTED - self.tell())])
        return len(text)


class _Noted:
    """An answer whose first call is noted as a reader would type it, before the answer can change what it is given."""

    def __init__(self, name: str, answer: Any):
        self.name, self.answer, self.call = name, answer, ""

    def __call__(self, *given: Any) -> Any:
        self.call = self.call or typed(self.name, given)
        return self.answer(*given)


def _outcome(exercise: Exercise, case: Case, answer: Any, kept: Expected, seconds: float) -> Outcome:
    noted, page = _Noted(exercise.name, answer), _Page()
    given_up, left = False, list[Left]()
    try:
        with contextlib.redirect_stdout(page):
            seen = time_limit(seconds, lambda: observe(case, noted, left))
        should = kept.arrays(exercise, case)
        passed = agrees(arrays(seen), should, case.tolerance)
    except TimeUp:
        error, given_up = f"was not done after {seconds:g} s: is there a loop that never ends?", True
        hint = case.hint if TimeUp in case.on else ""
    except KeyboardInterrupt:
        error, hint, given_up = "was interrupted", "", True
    except BaseException as raised:  # whatever an answer may raise, sys.exit too, its reader gets a line about it
        error, hint = f"raised {words(raised)}", _cause(raised) or (case.hint if isinstance(raised, case.on) else "")
    else:
        if passed and left:  # its numbers are right, but the cells that follow would get others
            return Outcome(case, False, noted.call, error=left[0].words, hint=left[0].hint, printed=page.getvalue())
        other_shape = [value.shape for value in arrays(seen)] != [value.shape for value in should]
        hint = case.hint if other_shape and not case.on else ""
        return Outcome(case, passed, noted.call, tuple(seen), tuple(should), hint=hint, printed=page.getvalue())
    return Outcome(case, False, noted.call, error=error, hint=hint, printed=page.getvalue(), given_up=given_up)


def _cause(error: BaseException) -> str:
    """What helps with an error whatever the exercise."""
    if isinstance(error, NotImplementedError):
        return "write your answer in the place of this line."
    if isinstance(error, RuntimeError) and "device" in words(error):
        return "the inputs lie on the CPU; make new tensors on the device of the ones that you are given."
    if isinstance(error, RuntimeError) and any(
        part in words(error) for part in ("does not require grad", "in the graph")
    ):
        return "no gradient comes back through here: detach, no_grad, item and NumPy cut it off."
    if isinstance(error, RuntimeError) and any(
        part in words(error) for part in ("that requires grad", "leaf Variable")
    ):
        return "PyTorch keeps track of gradients here, and none are needed: work inside torch.no_grad()."
    return ""
