"""The judge: compares what came out of the box with what a right answer shows outside, and says why in words."""

from __future__ import annotations

import builtins
import hashlib
import hmac
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load

from course import wording
from course.exercises import Case, Exercise
from course.exercises.expected import Expected
from course.exercises.feedback import NOT_WRITTEN, typed
from course.exercises.given import Conduct
from course.exercises.observing import Arrays, Observation, agrees, arrays, observe, undisturbed
from course.exercises.timeout import TimeUp
from course.grading import reading
from course.grading.box import Bounds, Box, Ending
from course.grading.chapter import of_another
from course.grading.turns import Turns

READING = Bounds(20)
LIBRARY = "the library's own object stands under this name"
NO_RESULT = "no result"
PASSED, UNCOUNTED, FAILED = "✓", "○", "✗"
OUTSIDE = ("PermissionError", "FileNotFoundError", "OSError")  # what comes of asking for what is not in the box
ODD = {  # what a teacher should look at, and by which errors it is seen
    "asked for a file, the network or another program; it may be a slip": OUTSIDE,
    "ended or crashed Python, or wrote where results go; it may be a slip": (NO_RESULT,),
}
SLOW = 2  # cases that may run out of time before the rest is not tried
ERRORS = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)}
CAUSES = {
    "AssertionError": "an assertion of the notebook does not hold",
    "NotImplementedError": "it calls what is not written; the library's own answers are left out here, too",
    "ModuleNotFoundError": "it imports a module that is not there",
    "ImportError": "it imports something that is not there",
    "MemoryError": "it needs more memory than an answer may have",
    "RecursionError": "it calls itself without end",
    "EOFError": "nobody is there to answer input()",
    **dict.fromkeys(OUTSIDE, "an answer has no files, no network and no other programs"),
    "SystemExit": "it ended Python",
    "NameError": "a name is used that nothing before it defines",
}


class Outcome(NamedTuple):
    """What became of one case. `seen` is empty where nothing came out; `words` say what went wrong."""

    case: Case
    passed: bool
    conduct: bool  # nothing but what only the answer's own process can see
    words: str = ""
    seen: Arrays = []  # noqa: RUF012
    error: str = ""  # the name of what was raised, TimeUp included, or NO_RESULT
    reshaped: bool = False  # something has another shape than expected
    library: bool = False

    @property
    def slow(self) -> bool:
        """Whether it ran out of time."""
        return self.error == TimeUp.__name__


class Graded(NamedTuple):
    """The points of one exercise, the reasons in words, what a teacher should look at, and what two copies share.
    unread: nothing was judged, since the notebook cannot be read or is another one.
    """

    points: float
    reason: str
    flags: list[str]
    fingerprint: str = ""
    code: str = ""  # the cells that define it
    unread: bool = False


@dataclass
class Judge:
    """Grades a chapter's exercises. `references` are right answers by name, `kept` what ships for `check`, for hints.

    sources: of the references, for answers that call an earlier one. secret: draws the inputs of hidden cases. bounds:
    of one case. Several threads may use one judge, each with its own box.
    """

    exercises: tuple[Exercise, ...]
    references: dict[str, Any]
    sources: dict[str, str]
    kept: Expected | None
    secret: bytes
    bounds: Callable[[Exercise], Bounds]

    def __post_init__(self) -> None:
        self._shown: dict[tuple[str, str, int], tuple[list[Observation], str]] = {}
        values = self.kept.values if self.kept else {}
        self._stubs = {
            e.name: reading.mark(values[e.name]["stub"], e.name.split(".")[0]) for e in self.exercises if values
        }
        self._turns = Turns()
        self._one = threading.Lock()  # what a right answer shows depends on torch's one generator

    def notebook(self, box: Box, raw: bytes) -> dict[str, Graded]:
        """The grade of each exercise of one notebook."""
        try:
            read = self.read(box, raw)
        except reading.Unreadable as error:
            return {exercise.name: Graded(0.0, str(error), [], unread=True) for exercise in self.exercises}
        return {exercise.name: self.exercise(box, exercise, read) for exercise in self.exercises}

    def read(self, box: Box, raw: bytes) -> dict[str, Any]:
        """What a notebook has for each exercise. Raises Unreadable for none, and for another chapter's."""
        names = [exercise.name for exercise in self.exercises]
        (ending,) = self._run(box, READING, {"kind": "read", "names": names}, raw)
        try:
            read: dict[str, Any] = json.loads(ending.written)
        except ValueError:
            read = {"unreadable": "the notebook cannot be read: it is too large, or nested too deeply"}
        if "unreadable" in read:
            raise reading.Unreadable(read["unreadable"])
        other = of_another(self.exercises, read["defined"])
        if other:
            raise reading.Unreadable(f"this is the notebook of chapter {other}: hand in the one that was asked for")
        return read

    def exercise(self, box: Box, exercise: Exercise, read: dict[str, Any]) -> Graded:
        """Grade one exercise from what was read."""
        about = read["exercises"][exercise.name]
        if about["missing"]:
            return Graded(0.0, f"{wording.capital(about['missing'])}.", [])
        if self._untouched(exercise, about):
            return Graded(0.0, f"{wording.capital(NOT_WRITTEN)}.", [])
        outcomes = self._outcomes(box, exercise, about["program"], read["cells"])
        points = earned(exercise, outcomes)
        notes = list(about["notes"])
        earlier = self._earlier(exercise, about["program"])
        if earlier and points < exercise.points:
            program, cells = self._with_reference(earlier, about["program"], read["cells"])
            again = self._outcomes(box, exercise, program, cells)
            if earned(exercise, again) > points:
                outcomes, points = again, earned(exercise, again)
                notes.append(f"judged with a right {', '.join(earlier)} in the place of yours")
        if any("NameError" in outcome.words for outcome in outcomes):
            where = {"unknown": "which no cell defines", "later": "defined only further down: put that before it"}
            notes += [f"it uses {', '.join(about[key])}, {words}" for key, words in where.items() if about[key]]
        flags = [words for words, errors in ODD.items() if any(outcome.error in errors for outcome in outcomes)]
        if any(outcome.library for outcome in outcomes):
            flags, points = [LIBRARY], 0.0
        own = f"{wording.capital(LIBRARY)}: write an answer of your own."
        reason = own if LIBRARY in flags else self._reason(exercise, outcomes, points, notes)
        code = "\n".join(read["cells"][str(cell)] for cell in about["defining"])
        return Graded(points, reason, flags, about["fingerprint"], code)

    def _untouched(self, exercise: Exercise, about: dict[str, Any]) -> bool:
        """Whether it is the handout's stub, which may be right in some cases."""
        name = exercise.name.split(".")[0]
        same = bool(about["fingerprint"] == self._stubs.get(exercise.name))
        return same and sum(name in row[2] for row in about["program"]) == 1

    def _earlier(self, exercise: Exercise, program: list[Any]) -> list[str]:
        bound = {name for _, _, names in program for name in names}
        return [name for name in self.sources if name in bound and name != exercise.name.split(".")[0]]

    def _with_reference(self, earlier: list[str], program: list[Any], cells: dict[str, str]) -> tuple[list[Any], Any]:
        kept = [row for row in program if not set(row[2]) & set(earlier)]
        added = {f"-{n}": self.sources[name] for n, name in enumerate(earlier, 1)}
        return [[key, None, []] for key in added] + kept, cells | added

    def _outcomes(self, box: Box, exercise: Exercise, program: list[Any], cells: dict[str, str]) -> list[Outcome]:
        """All public cases in one process, as with `check`: an answer may know them anyway. Each hidden one in its own,
        so that what is learnt from it gets nowhere, neither to another case nor into what is said of public ones.
        """
        needed = {str(row[0]) for row in program}
        job = {"kind": "cases", "exercise": exercise.name, "program": [row[:2] for row in program],
               "cells": {key: source for key, source in cells.items() if key in needed}}  # fmt: skip
        known: dict[str, Outcome] = {}
        for together in (exercise.public, *((case,) for case in exercise.cases if not case.public)):
            for outcome in self._together(box, exercise, together, job, known.values()):
                known[outcome.case.label] = outcome
        skipped = "not tried: cases before it took too long"
        return [known.get(case.label) or Outcome(case, False, False, skipped) for case in exercise.cases]

    def _together(self, box: Box, exercise: Exercise, cases: tuple[Case, ...], job: dict[str, Any],
                  before: Collection[Outcome]) -> Iterator[Outcome]:  # fmt: skip
        """The outcomes of cases in one process; where it does not survive one, this and those that follow get a new
        process. So what a case does to itself costs no other.
        """
        seeds = {case.label: case.seed if case.public else self._seed(exercise, case, job) for case in cases}
        bounds, slow = self.bounds(exercise), sum(outcome.slow for outcome in before)
        while cases and slow < SLOW:
            labels = [(case.label, seeds[case.label]) for case in cases]
            endings = self._run(box, bounds, {**job, "cases": labels}, parts=len(cases))
            if len(endings) > 1 and not endings[-1].written:
                endings.pop()  # it may be the fault of cases before it
            for case, ending in zip(cases, endings, strict=False):
                outcome = self._outcome(exercise, replace(case, seed=seeds[case.label]), ending, job["cells"])
                slow += outcome.slow
                yield outcome
            cases = cases[len(endings) :]

    def _outcome(self, exercise: Exercise, case: Case, ending: Ending, cells: dict[str, str]) -> Outcome:
        should, call = self._right(exercise, case)
        conduct = all(isinstance(said, Conduct) for said, _ in should)
        call = f"{call} " if case.public else ""
        try:
            seen, said = unpacked(ending)
        except ValueError as error:
            kind = TimeUp.__name__ if _out_of_time(ending) else "" if ending.how == "too much" else NO_RESULT
            return Outcome(case, False, conduct, f"{call}{error}", error=kind)
        library = "library" in said
        if "undefined" in said or "error" in said:
            words = call + _cause(said, cells)
            return Outcome(case, False, conduct, words, error=said.get("error", ""), library=library)
        passed = agrees(seen, arrays(should), case.tolerance)
        words = "" if passed else call + self._difference(case, should, seen)
        reshaped = [values.shape for values in seen] != [values.shape for values in arrays(should)]
        return Outcome(case, passed, conduct, words, seen, reshaped=reshaped, library=library)

    def _run(self, box: Box, bounds: Bounds, job: dict[str, Any], payload: bytes = b"", parts: int = 1) -> list[Ending]:
        """Do a job; once more and alone if the clock ended one that was computing: perhaps others were in its way."""
        with self._turns.shared():
            endings = box.run(bounds, job, payload, parts)
        first = endings[0]
        if first.how == "broken" or (first.how == "too late" and first.cpu > bounds.seconds / 10):
            with self._turns.alone():
                endings = box.run(bounds, job, payload, parts)
        return endings

    def _seed(self, exercise: Exercise, case: Case, job: dict[str, Any]) -> int:
        content = json.dumps([exercise.name, case.label, job["program"], job["cells"]], sort_keys=True).encode()
        return int.from_bytes(hmac.new(self.secret, content, hashlib.sha256).digest()[:4]) >> 1

    def _right(self, exercise: Exercise, case: Case) -> tuple[list[Observation], str]:
        """What a right answer shows, and how it was called first."""
        key = (exercise.name, case.label, case.seed)
        if key in self._shown:
            return self._shown[key]
        calls: list[str] = []
        right = self.references[exercise.name]

        def noted(*given: Any) -> Any:
            calls.append(typed(exercise.name, given) if not calls else "")
            return right(*given)

        with self._one, undisturbed():
            torch.set_num_threads(1)  # as in the box
            shown = observe(case, noted), (calls or [""])[0]
        if case.public:
            self._shown[key] = shown
        return shown

    @staticmethod
    def _difference(case: Case, should: list[Observation], seen: Arrays) -> str:
        """What was not as expected. Of a hidden case nothing that the answer chose: it may carry what it read."""
        for (said, right), found in zip(should, seen, strict=False):
            if agrees([found], [right], case.tolerance):
                continue
            if isinstance(said, Conduct):
                way = float(found) if case.public and found.ndim == 0 else np.nan
                return said.words(way) if right > 0 else said.yes
            if found.shape != right.shape:
                other = _shape(found) if case.public else "another shape"
                return f"{said} {other}, expected {_shape(right)}"
            return f"{said} not what was expected"
        return f"{len(should)} things were expected"

    def _hints(self, exercise: Exercise, outcomes: list[Outcome]) -> dict[str, str]:
        """By label, for public cases: the words for the usual mistake that fits most of them, else the case's own."""
        failed = [outcome for outcome in outcomes if outcome.case.public and not outcome.passed]
        kept, alike = self.kept, {}
        if kept:
            alike = {o.case.label: kept.mistakes(exercise, o.case, o.seen) for o in failed if o.seen}
        fits = Counter(name for names in alike.values() for name in names)
        hints = {}
        for outcome in failed:
            case, names = outcome.case, alike.get(outcome.case.label)
            if kept and names:
                hints[case.label] = kept.words(exercise, max(names, key=lambda name: fits[name]))
            elif outcome.error in {error.__name__ for error in case.on} or (outcome.reshaped and not case.on):
                hints[case.label] = case.hint
        return hints

    def _reason(self, exercise: Exercise, outcomes: list[Outcome], points: float, notes: list[str]) -> str:
        uncounted = {outcome.case.label for outcome in outcomes if outcome.passed and not counts(outcome, outcomes)}
        passed = sum(outcome.passed for outcome in outcomes) - len(uncounted)
        lines = [f"{passed} of {len(outcomes)} cases passed."]
        if uncounted:
            more = f"{len(uncounted)} more behave as asked, as in raising the right error, which counts only"
            lines = [f"{passed} of {len(outcomes)} cases count; {more} where a value is right, too."]
        if 0 < points < exercise.points and exercise.public:
            public = sum(map(exercise.worth, exercise.public))
            hidden = exercise.points - public
            lines[0] += f" Public cases are worth {public:.4g} points together, hidden ones {hidden:.4g}."
        hints = self._hints(exercise, outcomes)
        for outcome in outcomes:
            case = outcome.case
            kind = "" if case.public else "hidden case "
            if not outcome.passed:
                hint = f" – hint: {hints[case.label]}" if hints.get(case.label) else ""
                lines.append(f"{FAILED} {kind}{case.label}: {outcome.words}{hint}")
            elif case.label in uncounted:
                lines.append(f"{UNCOUNTED} {kind}{case.label}: behaves as asked, which does not count by itself")
        return "\n".join([*lines, *(f"Note: {note}." for note in notes)])


def earned(exercise: Exercise, outcomes: list[Outcome]) -> float:
    """The points: those of the cases that count."""
    return round(sum(exercise.worth(outcome.case) for outcome in outcomes if counts(outcome, outcomes)), 4)


def counts(outcome: Outcome, outcomes: list[Outcome]) -> bool:
    """A case that passed, but conduct, which an answer could forge, only beside values, of hidden cases hidden ones."""
    return outcome.passed and (
        not outcome.conduct
        or any(o.passed and not o.conduct and o.case.public is outcome.case.public for o in outcomes)
    )


def unpacked(ending: Ending) -> tuple[Arrays, dict[str, str]]:
    """The arrays and words that a job wrote. Raises ValueError, in words for the student, where there are none."""
    if _out_of_time(ending):
        raise ValueError("was not done in time: is there a loop that never ends, or something that waits?")
    if ending.how == "too much":
        raise ValueError("returned far too much")
    if not ending.written:
        how = f"made Python crash (signal {-ending.code})" if ending.code < 0 else "ended Python"
        raise ValueError(f"{how} before it returned anything")
    try:
        words = json.loads(ending.written[8 : 8 + int.from_bytes(ending.written[:8], "little")])
        said = {str(key): str(value) for key, value in words.get("__metadata__", {}).items()}
        found = load(ending.written)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("wrote something else where its result should be") from None
    seen = [found[str(i)] for i in range(len(found)) if str(i) in found]
    if any(values.dtype != np.float64 for values in seen):
        raise ValueError("wrote something else where its result should be")
    return seen, said


def _out_of_time(ending: Ending) -> bool:
    return ending.how in ("too late", "too long")


def _cause(said: dict[str, str], cells: dict[str, str]) -> str:
    """An error in words: its type where it is one of Python's own, and the line where there is such a line. All else
    could carry what the answer has read.
    """
    name = said.get("error", "")
    known = name if name in ERRORS else "an error of its own kind" if name else ""
    cell, line = said.get("cell", ""), said.get("line", "")
    source = cells.get(cell) if cell.isdecimal() else None  # not of a right answer in another's place
    there = source is not None and line.isdecimal() and len(line) < 6 and 0 < int(line) <= source.count("\n") + 1
    where = f" in line {int(line)} of {reading.called(source)}" if source is not None and there else ""
    help_ = CAUSES.get(name, "")
    if name in ("AssertionError", "RuntimeError") and any("cuda" in source for source in cells.values()):
        help_ = "there is no GPU here: use the device of the tensors that are given"
    start = "could not be defined: " if "undefined" in said and known else ""
    raised = f"raised {known}" if known else "its name is not defined where the notebook has run"
    return start + raised + where + (f" – {help_}" if help_ else "")


def _shape(values: np.ndarray) -> str:
    if not values.size:
        return "nothing with numbers in it"
    return f"shape {tuple(values.shape)}" if values.ndim else "a number"
