"""What grading a chapter needs: its exercises, and the right answers that stay outside of the box."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from course import exercises, release
from course.exercises.exercise import Exercise
from course.exercises.expected import Expected, expected
from course.grading import library, reading

TOPLEVEL = re.compile(r"^(?:import|from)\s+(\w+)", re.M)
BOTH = """
def _of(source):
    scope = {{"__name__": "exercises"}}
    exec(compile(source, "exercises", "exec"), scope)
    return tuple(scope["EXERCISES"])

EXERCISES = _of({0!r}) + _of({1!r})
"""


class Chapter(NamedTuple):
    """What grading a chapter needs, read from the project's `solutions/`."""

    number: str
    exercises: tuple[Exercise, ...]
    declarations: str  # the source that defines EXERCISES
    references: dict[str, Any]
    sources: dict[str, str]  # of the references
    imports: tuple[str, ...]
    handout: str  # the name of the notebook that students were given
    kept: Expected  # what ships for hints

    def chosen(self, names: tuple[str, ...], points: Mapping[str, float]) -> Chapter:
        """With these exercises only, all unless given, and these points. Raises ValueError for a name of none."""
        known = {exercise.name: exercise for exercise in self.exercises}
        for name in (*names, *points):
            if name not in known:
                raise ValueError(f"there is no exercise {name!r}; there are {', '.join(known)}")
        kept = [replace(one, points=float(points.get(one.name, one.points))) for one in self.exercises
                if not names or one.name in names]  # fmt: skip
        return self._replace(exercises=tuple(kept))


def chapter(root: Path, number: str) -> Chapter:
    """Raises ValueError for a chapter that has no exercises or no solutions in `root`."""
    found = exercises.of_chapter(number) if number.isdigit() else ()
    if not found:
        raise ValueError(f"chapter {number!r} has no exercises; give one of {', '.join(exercises.CHAPTERS)}")
    number = found[0].chapter
    worked = release.chapters(root, number)[0]
    cells = reading.notebook_cells(worked.read_bytes())
    code = [reading.python(cell.source) for cell in cells if cell.kind == "code"]
    statements = [one for n, source in enumerate(code) for one in reading.statements(n, source)]
    roots = {exercise.name: exercise.name.split(".")[0] for exercise in found}  # of a method: its class
    sources = {root: _program(statements, root) for root in roots.values()}
    missing = [name for name, source in sources.items() if not source]
    if missing:
        raise ValueError(f"chapter {number} has no worked answer for {', '.join(missing)}")
    found_right = SimpleNamespace(**{root: release.load(source, root) for root, source in sources.items()})
    right = {name: attrgetter(name)(found_right) for name in roots}
    declarations = (library.SOURCE / "exercises" / f"chapter{number}.py").read_text(encoding="utf-8")
    imports = sorted({name for source in code for name in TOPLEVEL.findall(source) if name != "course"})
    return Chapter(number, found, declarations, right, sources, tuple(imports), worked.stem, expected(number))


def of_another(asked: Collection[Exercise], defined: Collection[str]) -> str:
    """The chapter whose notebook defines these names, where it is another than the one that was asked for: of that one
    no exercise is there, and of the other more than half.
    """

    def share(some: Collection[Exercise]) -> float:
        roots = {exercise.name.split(".")[0] for exercise in some}
        return len(roots & set(defined)) / len(roots)

    own = {exercise.chapter for exercise in asked}
    if share([*asked, *(one for number in own for one in exercises.CHAPTERS.get(number, ()))]):
        return ""
    return next((number for number, others in exercises.CHAPTERS.items() if share(others) > 0.5), "")


def _program(statements: list[reading.Statement], name: str) -> str:
    return "\n".join(ast.unparse(one.node) for one in reading.needed(statements, name))


def with_private(about: Chapter, file: Path) -> Chapter:
    """The chapter with a teacher's own exercises: `exam.py` declares EXERCISES as the course's own modules do, and
    `exam_answers.py` beside it holds the right answers. Raises ValueError, with what is missing, where they do not.
    """
    answers = file.with_name(f"{file.stem}_answers.py")
    declarations, source = _python(file), _python(answers)
    added = tuple(_run(file, declarations).get("EXERCISES", ()))
    if not added or not all(isinstance(exercise, Exercise) for exercise in added):
        raise ValueError(f"{file.name} has to define EXERCISES, as in EXERCISES = (MINE,)")
    names = {exercise.name.split(".")[0] for exercise in (*about.exercises, *added)}
    right = _run(answers, source)
    for exercise in added:
        if exercise.name in about.references:
            raise ValueError(
                f"{file.name}: chapter {about.number} has an exercise {exercise.name!r}, too: rename yours"
            )
        if exercise.name.split(".")[0] not in right:
            raise ValueError(f"{answers.name} has to define {exercise.name}, the right answer")
        if not any(not case.public for case in exercise.cases):
            raise ValueError(f"{file.name}: {exercise.name} needs a hidden case, Case(…, public=False)")
        if any(case.weight <= 0 for case in exercise.cases):
            raise ValueError(f"{file.name}: a case of {exercise.name} has no weight above 0; leave the case out")
    statements = reading.statements(0, source)
    own = SimpleNamespace(**right)
    kept = about.kept.values | {exercise.name: _without_hints(exercise) for exercise in added}
    return about._replace(
        exercises=(*about.exercises, *added),
        declarations=BOTH.format(about.declarations, declarations),
        references=about.references | {exercise.name: attrgetter(exercise.name)(own) for exercise in added},
        sources=about.sources | {name: _program(statements, name) for name in names if name in right},
        kept=Expected(kept),
    )


def _without_hints(exercise: Exercise) -> dict[str, Any]:
    """What would ship with an exercise whose usual mistakes and stub nobody has written down."""
    cases: dict[str, Any] = {case.label: {"expected": [], "mistakes": {}} for case in exercise.cases}
    return {"hints": {}, "cases": cases, "stub": f"{exercise.name.split('.')[0]} = None"}


def _python(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        raise ValueError(f"there is no file {str(file)!r}") from None


def _run(file: Path, source: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": file.stem}
    try:
        exec(compile(source, file.name, "exec"), scope)
    except Exception as error:
        raise ValueError(f"{file.name} does not run ({type(error).__name__}: {error})") from None
    return scope
