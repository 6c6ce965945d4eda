"""The recorded runs that a lab opens with: they stand on its chart before anything has been trained."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from course import themes
from course.labs import recordings
from course.labs.controls import RULE, Controls, Settings
from course.labs.lab_run import LabRun
from course.labs.question import Prediction
from course.records import Run

MOST_RUNS = 8


class Opening(ABC):
    """The part of a lab that shows recordings.

    recorded: the settings of the runs that it opens with, each as it differs from the start; it does so where the
    controls stand as in one of them. They stay beside what is trained, each until a run of its settings takes its
    place. A lab without them opens with the recording of what Train would train, as long as nothing has been trained.
    """

    name: ClassVar[str]
    recorded: ClassVar[tuple[Settings, ...]] = ()
    has_recordings = True  # whether those that ship hold for what is built: not for a reader's own data
    controls: Controls
    runs: list[LabRun]
    question: Prediction | None
    above: Prediction | None  # the question of the course that a card above the lab asks
    touched: LabRun | None
    _opening: list[LabRun] | None = None  # None until somebody looks

    @abstractmethod
    def label(self, settings: Settings) -> str:
        """How a run with these settings is called."""

    @abstractmethod
    def depth(self, settings: Settings) -> int | None:
        """The depth that would be built."""

    @abstractmethod
    def _changed(self) -> None:
        """Tell those who watch."""

    @property
    def asking(self) -> bool:
        """Whether a question is open, which a recording would answer."""
        return any(asked is not None and not asked.done for asked in (self.question, self.above))

    @property
    def opening(self) -> list[LabRun]:
        """The recorded runs that are on the chart with `runs`, the one of the controls' settings last; none while a
        question is open.
        """
        if self._opening is None:
            self._opening = [] if self.runs else self._found()
        return [] if self.asking else self._opening

    @property
    def on_chart(self) -> list[LabRun]:
        """The recorded runs that the lab opened with, and those that were trained since."""
        return [*self.opening, *self.runs]

    def show_recorded(self) -> LabRun:
        """Put the recorded run of the current settings on the chart, marked as such: for a machine that is too slow.

        Raises ValueError if there is no such recording, or when eight runs are kept already.
        """
        settings = dict(self.controls.settings)
        if self._recording(settings) is None:
            raise ValueError("nothing is recorded for these settings: choose a depth that is marked on the slider")
        self._room_for([settings])
        lab_run = self._recorded_run(settings)
        self.touched = None
        self.runs = [*self.runs, replace(lab_run, label=f"{lab_run.label}, recorded")]
        self._changed()
        return self.runs[-1]

    def _room_for(self, turns: list[Settings]) -> None:
        """Let the recordings go that runs with these settings replace, or for which there is no room beside them.
        Raises ValueError if there is none for the runs.
        """
        room = MOST_RUNS - len(self.runs) - len(turns)
        if room < 0:
            raise ValueError(f"{MOST_RUNS} runs are on the chart: remove one to train another")
        stay = [lab_run for lab_run in self._opening or () if self.recorded and lab_run.settings not in turns]
        self._opening = stay[:room]

    def _found(self) -> list[LabRun]:
        """What there is to open with now."""
        start, now = self.controls.start, dict(self.controls.settings)
        declared = [start | changed for changed in self.recorded] or [now]
        if now not in declared:
            return []
        shown: list[LabRun] = []
        for settings in [*(settings for settings in declared if settings != now), now]:
            if self._as_trained(settings):
                shown.append(self._recorded_run(settings, shown))
        return shown

    def _as_trained(self, settings: Settings) -> bool:
        """Whether just what Train would train with these settings is recorded."""
        run, rate = self._recording(settings), self.controls.value("rate", settings)
        return run is not None and rate in (RULE, run.recipe.learning_rate) and settings["seed"] == run.recipe.seed

    def _recorded_run(self, settings: Settings, beside: Iterable[LabRun] = ()) -> LabRun:
        """A recording as a run that is not yet on the chart, of which there must be one. beside: others like that."""
        recorded = self._recording(settings)
        assert recorded is not None
        kind, per_epoch = recorded.header["network"]["kind"], recorded.records[-1].step // recorded.recipe.epochs
        more: dict[str, Any] = {"recorded": True, "per_epoch": per_epoch, "beside": beside}
        return self._made(self.label(settings), kind, settings, recorded, **more)

    def _made(
        self, label: str, kind: str, settings: Settings, run: Run, beside: Iterable[LabRun] = (), **more: Any
    ) -> LabRun:
        """A run with the smallest number that is free, in its kind's colour; of one kind alone in its number's."""
        taken = {lab_run.number for lab_run in [*self.runs, *(self._opening or ()), *beside]}
        number = min(set(range(1, MOST_RUNS + 2)) - taken)
        several = self.controls.role("kind") or self.controls.role("network")
        family = themes.family(kind) if several else list(themes.tokens()["kinds"])[number - 1]
        chosen = self.controls.value("kind", settings) or kind  # at depth 2 a recording is of another kind
        return LabRun(number, family, label, settings, run, kind=chosen, depth=self.depth(settings), **more)

    def _recording(self, settings: Settings) -> Run | None:
        return recordings.run_for(self.name, settings) if self.has_recordings else None

    def _recorded_rate(self, settings: Settings) -> tuple[float, str] | None:
        """As `recordings.rate_for`."""
        return recordings.rate_for(self.name, settings) if self.has_recordings else None
