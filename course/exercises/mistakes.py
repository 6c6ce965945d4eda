"""Usual mistakes as edits of a right answer, which stand beside the tests, one file an exercise."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import NamedTuple

from course.exercises.exercise import Exercise


class Mistake(NamedTuple):
    """An edit of an exercise's first right answer, and the words for a reader who makes it.

    old stands once in that answer; an answer that is wrong all over replaces it whole.
    """

    name: str
    words: str
    old: str
    new: str


class Answers(NamedTuple):
    """What `tests/answers/NN/name.py` defines: right answers, as text, and mistakes in the first of them."""

    right: list[str]
    mistakes: list[Mistake]

    def wrong(self, mistake: Mistake) -> str:
        """The first right answer with this mistake in it."""
        return self.right[0].replace(mistake.old, mistake.new)


def answers(root: Path, exercise: Exercise) -> Answers:
    """The right answers and the mistakes of an exercise.

    Raises ValueError, with file, exercise and mistake, where there is no such file, for a mistake whose `old` does not
    stand once in the first right answer, and for two of the same name.
    """
    file = root / "tests" / "answers" / exercise.chapter / f"{exercise.name}.py"
    if not file.is_file():
        raise ValueError(f"{exercise.name!r} has no right answers and no mistakes: write them into {file}")
    defined = runpy.run_path(str(file))
    found = Answers(defined["RIGHT"], defined["MISTAKES"])
    for mistake in found.mistakes:
        times = found.right[0].count(mistake.old)
        if times != 1:
            raise ValueError(
                f"{file}: the mistake {mistake.name!r} of {exercise.name!r} changes {mistake.old!r}, which stands "
                f"{times} times in the first right answer; quote what stands there once"
            )
    names = [mistake.name for mistake in found.mistakes]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{file}: two mistakes of {exercise.name!r} are called {', '.join(sorted(twice))}")
    return found
