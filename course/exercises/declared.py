"""What an exercise is: a name, its cost and its cases. A case is data, so that reader, author and grader share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Step = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """One question to an answer: build `inputs(seed)`, do `steps` with them, compare what is seen.

    steps: tuples of an operation and names of inputs, see `course.exercises.steps`. tolerance: relative, of the largest
    value. hint: what to say when no known mistake fits. public: shown by `check`, its expected values ship; the others
    are the grader's.
    """

    label: str
    inputs: Callable[[int], dict[str, Any]]
    steps: tuple[Step, ...]
    tolerance: float = 1e-4
    weight: float = 1.0
    hint: str = ""
    public: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Exercise:
    """What a reader writes. `name` is what they define, the first argument of `check` and the grade's column.

    minutes: to expect; difficulty: 1 to 3. hints: words for each known mistake, by its id; `release` computes what each
    mistake returns from the wrong answers beside the tests. seconds: what one case may take.
    """

    name: str
    chapter: str
    points: float
    minutes: int
    difficulty: int
    cases: tuple[Case, ...]
    hints: dict[str, str]
    seconds: float = 30.0

    @property
    def public(self) -> tuple[Case, ...]:
        """The cases that `check` runs."""
        return tuple(case for case in self.cases if case.public)
