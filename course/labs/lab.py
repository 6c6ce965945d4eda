"""`Lab`: a declaration (controls, how to build, what to show) with a headless face that a widget, a test or a cell
drives.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from course import data, networks, themes
from course.data import Dataset
from course.labs import recordings
from course.labs.controls import Control
from course.labs.engine import Engine, LabRun, drive
from course.labs.panels import Panel
from course.recipes import Recipe
from course.records import Run
from course.training import Stop, interruptible, train

if TYPE_CHECKING:
    import pandas
    from plotly.graph_objects import Figure

    from course.labs.question import Prediction
    from course.page import Page

MOST_RUNS = 8
_warm = threading.Event()
Settings = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """What `build(settings)` makes: an untrained model, data and recipe; how a run is labelled; code that makes the
    same.

    With `by_rule` the recipe's learning rate is chosen by the course's rule when training starts.
    """

    model: nn.Module
    data: Dataset
    recipe: Recipe
    label: str
    code: str = ""
    kind: str = "other"
    by_rule: bool = False


class Lab:
    """One lab of the course. `set` moves controls, `start` trains on a thread, `train` in the caller's; runs are kept.

    name: also the folder of its recordings. controls: what can be set. build: makes model, data and recipe from the
    settings. panel: chooses the strip below the curves from the settings, None for no strip. question: is asked before
    the curves are shown. about: one line beside the title, which is the name unless given. `lecture = True`, set before
    the lab is shown, draws it for the last row.

    >>> from course.labs import DepthLab
    >>> run = DepthLab().train(kind="plain", depth=3, epochs=1, learning_rate=0.05)
    >>> run.status, len(run.steps)
    ('finished', 22)
    """

    def __init__(
        self,
        name: str,
        controls: tuple[Control, ...],
        build: Callable[[Settings], Built],
        panel: Callable[[Settings], Panel | None] = lambda settings: None,
        question: Prediction | None = None,
        about: str = "",
        title: str = "",
    ):
        self.name, self.controls, self.build, self.panel = name, controls, build, panel
        self.settings: Settings = {c.name: c.default for c in controls}
        self.runs: list[LabRun] = []
        self.says = ""  # one line about the last start, where it differs from what was asked
        self.trouble = ""  # why nothing started, if nothing did
        self.question, self.about, self.lecture = question, about, False
        self.title = title or f"{name[0].upper()}{name[1:]} lab"
        self._engine = Engine()
        self.in_cell = False  # whether `train` runs in its caller's thread
        self._page: Page | None = None

    @property
    def active(self) -> bool:
        """Whether a run is under way, on the lab's thread or in a caller's."""
        return self._engine.busy or self.in_cell

    def set(self, **settings: Any) -> None:
        """Move controls. Raises ValueError for a control that the lab does not have or a value outside its range."""
        by_name = {c.name: c for c in self.controls}
        unknown = [name for name in settings if name not in by_name]
        if unknown:
            raise ValueError(f"the {self.name} lab has no control {unknown[0]!r}; it has {', '.join(by_name)}")
        checked = {name: by_name[name].check(value) for name, value in settings.items()}
        self.settings |= checked
        self._tell()

    def start(self, **settings: Any) -> LabRun:
        """Train with the settings on a thread of the lab's own and return at once; a run under way is stopped first.

        Raises ValueError for bad settings, or when eight runs are kept already: `remove` one.
        """
        first, *rest = self._turns(settings)
        live, work = self._prepare(first)

        def all_in_turn(stop: Stop) -> None:
            work(stop)
            self._work_through(rest, stop)

        self._engine.start(all_in_turn)
        self._tell()
        return live

    def launch(self, **settings: Any) -> None:
        """As `start`, but even the data is loaded on the lab's thread; what fails there is said in `trouble`.

        Raises ValueError for bad settings, or when eight runs are kept already: `remove` one.
        """
        turns = self._turns(settings)
        self._engine.start(lambda stop: self._work_through(turns, stop))
        self._tell()

    def train(self, **settings: Any) -> Run:
        """Train with the settings in the caller's thread, where Interrupt means Stop, and return the run.

        Raises RuntimeError if training failed; the run up to there is kept all the same.
        """
        turns, stop = self._turns(settings), Stop()
        self.in_cell = True
        try:
            with interruptible(stop):
                for turn in turns:
                    live, work = self._prepare(turn)
                    self._tell()
                    work(stop)
                    if live.error:
                        raise RuntimeError(live.error)
                    if stop.is_set():
                        break
        finally:
            self.in_cell = False
            self._tell()
        return live.run

    def stop(self) -> None:
        """End the run under way before its next step; what it has is kept."""
        self._engine.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the run under way has ended; False if it has not within `timeout` seconds."""
        return self._engine.wait(timeout)

    def remove(self, number: int) -> None:
        """Take the run with this number off the chart. Raises ValueError if there is none, or if it is under way."""
        found = next((r for r in self.runs if r.number == number), None)
        if found is None:
            raise ValueError(
                f"there is no run {number}; there are {', '.join(str(r.number) for r in self.runs) or 'none'}"
            )
        if self._engine.busy and found is self.runs[-1]:
            raise ValueError(f"run {number} is under way: stop it first")
        self.runs = [r for r in self.runs if r is not found]
        self._tell()

    def reset(self) -> None:
        """Stop, and forget all runs."""
        self.stop()
        self.wait()
        self.runs, self.trouble = [], ""
        self._tell()

    def in_turn(self, settings: Settings) -> list[Settings]:
        """The runs that one start makes: one, unless a lab says otherwise."""
        return [settings]

    def _turns(self, settings: Settings) -> list[Settings]:
        """Settings of the runs to come, after what is under way has stopped. Raises ValueError as `start` does."""
        self.stop()
        self.wait()
        self.set(**settings)
        turns = self.in_turn(dict(self.settings))
        if len(self.runs) + len(turns) > MOST_RUNS:
            raise ValueError(f"{MOST_RUNS} runs are on the chart: remove one to train another")
        self.trouble = ""
        return turns

    def _work_through(self, turns: list[Settings], stop: Stop) -> None:
        """Train one after another until the stop is set."""
        for settings in turns:
            if stop.is_set():
                return
            try:
                _, work = self._prepare(settings)
            except Exception as error:  # a data set that cannot be loaded, a network that cannot be built
                self.trouble = str(error) or type(error).__name__
                return
            work(stop)

    def _prepare(self, settings: Settings) -> tuple[LabRun, Callable[[Stop], None]]:
        """A new run and the work that fills it."""
        built = self._with_recorded_rate(self.build(settings), settings)
        recorded = recordings.run_for(self.name, settings)
        header = {"network": {"name": type(built.model).__name__, "kind": built.kind, "label": built.label}}
        live = LabRun(
            number := self._free(),
            self._family(built.kind, number),
            settings | {"label": built.label, "code": built.code},
            Run(built.recipe, header=header),
            per_epoch=len(built.data.train) // built.recipe.batch_size,
            classes=len(built.data.classes),
            panel=self.panel(settings),
            expected=recorded.header["steps_per_second"] if recorded else None,
        )
        self.runs = [*self.runs, live]
        return live, lambda stop: drive(live, built.model, built.data, built.recipe, built.by_rule, stop)

    def _free(self) -> int:
        """The smallest number that no run has."""
        return min(set(range(1, MOST_RUNS + 2)) - {r.number for r in self.runs})

    def _family(self, kind: str, number: int) -> str:
        """Whose colour a run takes: its kind's, and in a lab that has but one kind that of its number."""
        several = any(control.name in ("kind", "network") for control in self.controls)
        return themes.family(kind) if several else list(themes.tokens()["kinds"])[number - 1]

    def _with_recorded_rate(self, built: Built, settings: Settings) -> Built:
        """Where the rule has been run before, its rate is taken from the recording, and said where it is another
        depth's.
        """
        self.says = ""
        if not built.by_rule:
            return built
        found = recordings.rate_for(self.name, settings)
        if found is None:
            return built
        rate, self.says = found
        return replace(built, recipe=built.recipe.replace(learning_rate=rate), by_rule=False)

    def show_recorded(self) -> LabRun:
        """Put the recorded run of the current settings on the chart, marked as such: for a machine that is too slow.

        Raises ValueError if there is no such recording, or when eight runs are kept already.
        """
        recorded = recordings.run_for(self.name, self.settings)
        if len(self.runs) >= MOST_RUNS:
            raise ValueError(f"{MOST_RUNS} runs are on the chart: remove one to train another")
        if recorded is None:
            raise ValueError("nothing is recorded for these settings: choose a depth that is marked on the slider")
        label = f"{self.build(dict(self.settings)).label}, recorded"
        number, kind = self._free(), recorded.header["network"]["kind"]
        settings = self.settings | {"label": label, "code": ""}
        live = LabRun(number, self._family(kind, number), settings, recorded, recorded=True)
        live.per_epoch = recorded.records[-1].step // recorded.recipe.epochs
        self.runs = [*self.runs, live]
        self._tell()
        return live

    # what a reader sees

    def page(self) -> Page:
        """The lab on the page: its widgets and what is sent to them. One for each lab, whatever cells show it."""
        from course.page import Page

        self._page = self._page or Page(self)
        return self._page

    def warm_up(self) -> None:
        """Let PyTorch do what it does but once, before the first Train: a step of a tiny network, on a thread."""
        if not _warm.is_set():
            _warm.set()
            threading.Thread(target=_one_step, name="course-lab-warm-up", daemon=True).start()

    def _tell(self) -> None:
        """Something has changed that the page does not know."""
        if self._page is not None:
            self._page.follow()

    def _ipython_display_(self) -> None:
        self.page().display()

    # what has been trained, as ordinary things

    def figure(self, theme: str = "light") -> Figure:
        """The curves of all runs as a Plotly figure. Raises ValueError if nothing has been trained."""
        from course import plots

        labels = [r.settings["label"] for r in self.runs]
        drawn = {
            f"{label} ({r.number})" if labels.count(label) > 1 else label: r.run
            for r, label in zip(self.runs, labels, strict=True)
            if r.run.records
        }
        return plots.curves(drawn, theme=theme)

    def frame(self) -> pandas.DataFrame:
        """The records of all runs as one table, with a column for the run's number and label."""
        import pandas

        frames = [r.run.frame().assign(run=r.number, label=r.settings["label"]) for r in self.runs]
        return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame()

    def save(self, path: str | os.PathLike, number: int | None = None) -> Path:
        """Write the run file of a run, the last unless a number is given."""
        return self._run(number).run.save(path)

    def recipe(self, number: int | None = None) -> Recipe:
        """The recipe of a run, the last unless a number is given."""
        return self._run(number).run.recipe

    def code(self, number: int | None = None) -> str:
        """Python that repeats a run, the last unless a number is given, step for step."""
        live = self._run(number)
        changed = [f"{k}={v!r}" for k, v in vars(live.run.recipe).items() if v != getattr(Recipe(), k)]
        names = "from course import Recipe, blocks, data, fit, networks\nfrom course.recipes import *\n"
        return f"{names}\n{live.settings['code']}\nrun = fit(network, dataset, Recipe({', '.join(changed)}))"

    def _run(self, number: int | None) -> LabRun:
        found = [r for r in self.runs if number in (None, r.number)]
        if not found:
            raise ValueError(
                "nothing has been trained yet: call train() or start()"
                if number is None
                else f"there is no run {number}"
            )
        return found[-1]

    def __repr__(self) -> str:
        runs = ", ".join(f"{r.number} {r.settings['label']}: {r.status}" for r in self.runs)
        return f"<{self.name} lab; {runs or 'nothing trained yet'}>"


def _one_step() -> None:
    network = networks.mlp("plain", depth=3, width=8)
    with closing(train(network, data.load("digits", device="cpu"), Recipe(epochs=1))) as records:
        next(records)
