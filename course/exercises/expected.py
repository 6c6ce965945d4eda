"""What ships with the exercises: expected values of the public cases, and what each usual mistake shows in them."""

from __future__ import annotations

import dis
import json
from functools import cache
from importlib.resources import files
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from course.exercises.exercise import Case, Exercise
from course.exercises.observing import Arrays, agrees

DIGITS = 10  # significant ones; the tolerances are wider


class Expected:
    """The values of one chapter, as `course release` computed them from right answers and usual mistakes."""

    def __init__(self, values: dict[str, Any]):
        self.values = values

    def arrays(self, exercise: Exercise, case: Case) -> Arrays:
        """What a right answer shows, in the order in which the case looks."""
        return [decoded(value) for value in self._case(exercise, case)["expected"]]

    def mistakes(self, exercise: Exercise, case: Case, seen: Arrays) -> list[str]:
        """The names of the usual mistakes that show just this; with nothing seen, of those that raise."""
        shown = self._case(exercise, case)["mistakes"]
        known: dict[str, str] = self.values[exercise.name]["hints"]
        return [name for name in known if (self._shows(shown[name], case, seen) if name in shown else not seen)]

    def words(self, exercise: Exercise, mistake: str) -> str:
        """The words for who makes this mistake."""
        return str(self.values[exercise.name]["hints"][mistake])

    def as_stub(self, exercise: Exercise, answer: Any) -> bool:
        """Whether the answer is the exercise's stub, nothing in its code written yet."""
        cell = compile(self.values[exercise.name]["stub"], exercise.name, "exec", dont_inherit=True)
        stub = next(part for part in _inside(cell) if part.co_name == exercise.name)
        is_class = issubclass(type(answer), type)  # asks nothing of the answer, which may be anything
        functions = vars(answer).values() if is_class else [answer]
        written = [f.__code__ for f in functions if type(f) is FunctionType]
        return [_steps(code) for code in written] == [_steps(code) for code in (_inside(stub) if is_class else [stub])]

    def _case(self, exercise: Exercise, case: Case) -> dict[str, Any]:
        found: dict[str, Any] = self.values[exercise.name]["cases"][case.label]
        return found

    def _shows(self, values: list[dict[str, Any]], case: Case, seen: Arrays) -> bool:
        return agrees(seen, [decoded(value) for value in values], case.tolerance)


def _inside(code: CodeType) -> list[CodeType]:
    return [part for part in code.co_consts if isinstance(part, CodeType)]


METHODS = {"LOAD_METHOD": "LOAD_ATTR"}  # which of them Python takes depends on where torch is imported
AROUND = {"PUSH_NULL", "PRECALL", "CACHE"}


def _steps(code: CodeType) -> list[tuple[str, Any]]:
    """What code does, wherever it stands."""
    jumps = {*dis.hasjrel, *dis.hasjabs}
    steps = [step for step in dis.get_instructions(code) if step.opname not in AROUND]
    values = [_steps(step.argval) if isinstance(step.argval, CodeType) else repr(step.argval) for step in steps]
    return [
        (METHODS.get(step.opname, step.opname), "" if step.opcode in jumps else value)
        for step, value in zip(steps, values, strict=True)
    ]


@cache
def expected(chapter: str) -> Expected:
    """The values that ship for a chapter, such as "03"."""
    text = (files("course.exercises") / "expected" / f"{chapter}.json").read_text(encoding="utf-8")
    return Expected(json.loads(text))


def encoded(value: np.ndarray) -> dict[str, Any]:
    """An array as JSON: its shape and its numbers; JSON has no infinity or NaN, so these are words."""
    flat = [float(f"{v:.{DIGITS}g}") for v in value.ravel().tolist()]
    return {"shape": list(value.shape), "values": [v if np.isfinite(v) else str(v) for v in flat]}


def decoded(value: dict[str, Any]) -> np.ndarray:
    """The array that `encoded` wrote."""
    return np.array([float(v) for v in value["values"]], dtype=np.float64).reshape(value["shape"])
