"""What a lab has trained, as ordinary things: a figure, a table, a file, a recipe, Python."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from course import wording
from course.labs.lab_run import LabRun
from course.recipes import SCHEDULES, Recipe
from course.records import Record, Run

if TYPE_CHECKING:
    import pandas

    from course.plots import Figure


class Results:
    """The part of a lab that gives its runs away. All raise ValueError where nothing has been trained."""

    name: ClassVar[str]
    runs: list[LabRun]

    def figure(self, theme: str = "light") -> Figure:
        """The curves of all runs as a Plotly figure. Raises ValueError if nothing has been trained."""
        from course import plots

        labels = [lab_run.label for lab_run in self.runs]
        drawn = {
            f"{lab_run.label} ({lab_run.number})" if labels.count(lab_run.label) > 1 else lab_run.label: lab_run.run
            for lab_run in self.runs
            if lab_run.run.records
        }
        return plots.curves(drawn, theme=theme)

    def frame(self) -> pandas.DataFrame:
        """The records of all runs as one table, with columns for the run's number, its label, and what was changed in
        its network before a measurement, such as "without layer 7"; empty where nothing was.
        """
        import pandas

        frames = [
            Run(lab_run.run.recipe, records).frame().assign(run=lab_run.number, label=lab_run.label, change=change)
            for lab_run in self.runs
            for change, records in _measurements(lab_run)
        ]
        return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame()

    def save(self, path: str | os.PathLike[str], number: int | None = None) -> Path:
        """Write the run file of a run, the last unless a number is given."""
        return self._run(number).run.save(path)

    def recipe(self, number: int | None = None) -> Recipe:
        """The recipe of a run, the last unless a number is given."""
        return self._run(number).run.recipe

    def code(self, number: int | None = None) -> str:
        """Python that repeats a run, the last unless a number is given, step for step."""
        lab_run = self._run(number)
        recipe = repr(lab_run.run.recipe)
        schedules = [name for name in SCHEDULES if f"{name}(" in recipe]
        names = "from course import Recipe, blocks, data, fit, networks\n"
        names += f"from course.recipes import {', '.join(schedules)}\n" if schedules else ""
        return f"{names}\n{lab_run.code}\nrun = fit(network, dataset, {recipe})"

    def _run(self, number: int | None) -> LabRun:
        found = [lab_run for lab_run in self.runs if number in (None, lab_run.number)]
        if not found:
            missing = "nothing has been trained yet: call train() or start()"
            raise ValueError(missing if number is None else f"there is no run {number}")
        return found[-1]

    def __repr__(self) -> str:
        return f"<{self.name} lab; {', '.join(map(_result, self.runs)) or 'nothing trained yet'}>"


def _measurements(lab_run: LabRun) -> Iterator[tuple[str, list[Record]]]:
    """The records of the run, then one for each change to its network."""
    yield "", list(lab_run.run.records)
    for change in lab_run.changes:
        last = lab_run.run.records[-1]
        yield change.label, [last._replace(split="test", loss=change.loss, accuracy=change.accuracy)]


def _result(lab_run: LabRun) -> str:
    """A run in a few words: what became of it, and its loss."""
    run = lab_run.run
    loss = f", training loss {wording.number(run.loss)}" if run.steps and run.diverged_at is None else ""
    return f"{lab_run.number} {lab_run.label}: {run.status}{loss}"
