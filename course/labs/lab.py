"""`Lab`: networks that train for as long as one watches, and whose runs are kept. Each is a class that declares."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from torch import nn

from course import wording
from course.data import Dataset
from course.labs.arrangement import Arrangement
from course.labs.base import BaseLab
from course.labs.controls import Settings
from course.labs.lab_run import LabRun
from course.labs.opening import Opening
from course.labs.panels import Panel
from course.labs.question import Prediction, asked
from course.labs.results import Results
from course.labs.run_into import run_into
from course.labs.touching import Touching
from course.recipes import Recipe
from course.records import Run
from course.training import Stop, interruptible


@dataclass(frozen=True)
class Built:
    """What `build(settings)` makes: an untrained model, data and recipe.

    kind: of the network, whose colour the run takes. With `by_rule` the recipe's learning rate is chosen by the
    course's rule when training starts.
    """

    model: nn.Module
    data: Dataset
    recipe: Recipe
    kind: str = "other"
    by_rule: bool = False


class Lab(Results, BaseLab, Opening, Touching):
    """One lab of the course. `set` moves controls, `start` trains on a thread, `train` in the caller's; runs are kept.

    A lab is a class that declares: `name` and `controls` (see `BaseLab`), and `build`, which makes model, data and
    recipe from the settings. It may say how a run is called (`label`), which Python makes the same (`source`), and what
    the strip below the curves shows (`panel`), which recorded runs it opens with (`recorded`), and on which axis of the
    loss (`scale`). question: is asked before the curves are shown; or the name of one of the course's, which a card
    above asks, and until whose answer it opens without recordings. settings: where the controls start.

    >>> from course.labs import DepthLab
    >>> run = DepthLab().train(kind="plain", depth=3, epochs=1, learning_rate=0.05)
    >>> run.status, len(run.steps)
    ('finished', 22)
    """

    scale: ClassVar[Literal["log", "linear"]] = "log"

    def __init__(self, question: Prediction | str | None = None, **settings: Any):
        super().__init__()
        self.controls.set(**settings)
        self.question = None if isinstance(question, str) else question
        self.above = asked(question) if isinstance(question, str) else None
        if self.above is not None:
            self.above.watch(self._changed)
        self.runs: list[LabRun] = []
        self.notice = ""  # one line about the last start, where it differs from what was asked
        self.building = False  # whether a start has not come to its run yet
        self.in_cell = False  # whether `train` runs in its caller's thread

    # what a lab declares

    @abstractmethod
    def build(self, settings: Settings) -> Built:
        """An untrained model, data and recipe."""

    def label(self, settings: Settings) -> str:
        """How a run with these settings is called."""
        return self.name

    def source(self, settings: Settings) -> str:
        """Python that makes `dataset` and `network` as `build` does; empty where nothing can."""
        return ""

    def panel(self, settings: Settings) -> Panel | None:
        """The strip below the curves; None for no strip."""
        return None

    def depth(self, settings: Settings) -> int | None:
        """The depth that would be built; None where networks were given."""
        return None

    def automatic(self, settings: Settings) -> dict[str, float | None]:
        """By control, what the course would choose where the reader leaves it to the course; None where it would have
        to search first.
        """
        return {}

    def in_turn(self, settings: Settings) -> list[Settings]:
        """The runs that one start makes: one, unless a lab says otherwise."""
        return [settings]

    # training

    @property
    def active(self) -> bool:
        """Whether a run is under way, on the lab's thread or in a caller's."""
        return self.busy or self.in_cell

    def start(self, **settings: Any) -> LabRun:
        """Train with the settings on a thread of the lab's own and return at once; a run under way is stopped first.

        Raises ValueError for bad settings, or when eight runs are kept already: `remove` one.
        """
        first, *rest = self._turns(settings)
        lab_run, work = self._prepare(first)

        def all_in_turn(stop: Stop) -> None:
            work(stop)
            self._work_through(rest, stop)

        self._engine.start(all_in_turn)
        self._changed()
        return lab_run

    def launch(self, **settings: Any) -> None:
        """As `start`, but even the data is loaded on the lab's thread; what fails there is said in `error`.

        Raises ValueError for bad settings, or when eight runs are kept already: `remove` one.
        """
        turns = self._turns(settings)
        self.building = True
        self._engine.start(lambda stop: self._work_through(turns, stop))
        self._changed()

    def train(self, **settings: Any) -> Run:
        """Train with the settings in the caller's thread, where Interrupt means Stop, and return the run.

        Raises RuntimeError if training failed; the run up to there is kept all the same.
        """
        turns, stop = self._turns(settings), Stop()
        self.in_cell = True
        try:
            with interruptible(stop):
                for turn in turns:
                    lab_run, work = self._prepare(turn)
                    self._changed()
                    work(stop)
                    if lab_run.error:
                        raise RuntimeError(lab_run.error)
                    if stop.is_set():
                        break
        finally:
            self.in_cell = False
            self._changed()
            self._settle()
        return lab_run.run

    def _turns(self, settings: Settings) -> list[Settings]:
        """Settings of the runs to come, after what is under way has stopped. Raises ValueError as `start` does."""
        self.stop()
        self._engine.wait()
        self.controls.set(**settings)
        turns = self.in_turn(dict(self.settings))
        self._room_for(turns)
        self.error, self.touched = "", None
        return turns

    def _work_through(self, turns: list[Settings], stop: Stop) -> None:
        """Train one after another until the stop is set."""
        try:
            for settings in turns:
                if not stop.is_set():
                    _, work = self._prepare(settings)
                    self.building = False
                    work(stop)
        except Exception as error:  # a data set that cannot be loaded, a network that cannot be built
            self.error = wording.reason(error)
        finally:
            self.building = False

    def _prepare(self, settings: Settings) -> tuple[LabRun, Callable[[Stop], None]]:
        """A new run and the work that fills it."""
        built = self._with_recorded_rate(self.build(settings), settings)
        recorded = self._recording(settings)
        label = self.label(settings)
        header = {"network": {"name": type(built.model).__name__, "kind": built.kind, "label": label}}
        lab_run = self._keep(self._made(
            label, built.kind, settings, Run(built.recipe, header=header),
            code=self.source(settings),
            data=built.data,
            arrangement=Arrangement.of(built.model),
            per_epoch=len(built.data.train) // built.recipe.batch_size,
            classes=len(built.data.classes),
            panel=self.panel(settings),
            expected=recorded.header["steps_per_second"] if recorded else None,
        ))  # fmt: skip
        return lab_run, lambda stop: run_into(lab_run, built.model, built.data, built.recipe, built.by_rule, stop)

    def _keep(self, lab_run: LabRun) -> LabRun:
        self.runs = [*self.runs, lab_run]
        return lab_run

    def _with_recorded_rate(self, built: Built, settings: Settings) -> Built:
        """Where the rule has been run before, its rate is taken from the recording, and said where it is another
        depth's.
        """
        self.notice = ""
        found = self._recorded_rate(settings) if built.by_rule else None
        if found is None:
            return built
        rate, self.notice = found
        return replace(built, recipe=built.recipe.replace(learning_rate=rate), by_rule=False)

    # the runs that are kept

    def remove(self, number: int) -> None:
        """Take the run with this number off the chart. Raises ValueError if there is none, or if it is under way."""
        found = next((r for r in self.on_chart if r.number == number), None)
        if found is None:
            raise ValueError(
                f"there is no run {number}; there are {', '.join(str(r.number) for r in self.on_chart) or 'none'}"
            )
        if self.busy and found is self.on_chart[-1]:
            raise ValueError(f"run {number} is under way: stop it first")
        self._opening = [r for r in self.opening if r is not found]
        self.runs, self.touched = [r for r in self.runs if r is not found], None
        self._changed()

    def reset(self) -> None:
        """Stop, and forget all runs."""
        self.stop()
        self._engine.wait()
        self.runs, self._opening, self.error, self.touched = [], [], "", None
        self._changed()
