"""What an exercise is: a name, its cost and its cases, which reader, author and grader share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from course.exercises.given import Inputs, Look
from course.exercises.operations import returned

HIDDEN = 0.4  # the share of the points that a table of the public answers does not earn


@dataclass(frozen=True)
class Case:
    """One question to an answer: build `inputs(seed)` whole, let `look` use the answer on them, compare what is seen.

    look: a generator over (answer, given) that yields what is seen, equally often whatever the answer does:
    `yield "its output is", layer(given.x)`, or `Conduct`. It names neither an expected value nor a right answer. The
    default calls the answer with all inputs. tolerance: relative, of the largest value. hint: what to say where no
    known mistake fits and the answer raises one of the errors `on`, TimeUp included; without `on`, where something
    that it shows has another shape than expected. public: shown by `check`, its expected values ship; the others are
    the grader's, with another seed for each answer. weight: among those of its kind, public or hidden.
    """

    label: str
    inputs: Callable[[int], Inputs]
    look: Look = returned
    tolerance: float = 1e-4
    weight: float = 1.0
    hint: str = ""
    on: tuple[type[BaseException], ...] = ()
    public: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Exercise:
    """What a reader writes. `name` is what they define, the first argument of `check` and the grade's column.

    minutes: to expect; difficulty: 1 to 3. seconds: what one case may take.
    """

    name: str
    chapter: str
    points: float
    minutes: int
    difficulty: int
    cases: tuple[Case, ...]
    seconds: float = 30.0

    @property
    def public(self) -> tuple[Case, ...]:
        """The cases that `check` runs."""
        return tuple(case for case in self.cases if case.public)

    def worth(self, case: Case) -> float:
        """The points of a case. All hidden ones together are worth the share `HIDDEN`, all public ones the rest, and
        each of them its part by weight; where all are of one kind, they share all points.
        """
        alike = [other.weight for other in self.cases if other.public is case.public]
        share = 1.0 if len(alike) == len(self.cases) else 1 - HIDDEN if case.public else HIDDEN
        return self.points * share * case.weight / sum(alike)
