"""One run of a lab, while it trains and after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

from course.data import Dataset
from course.labs.arrangement import Arrangement, Change
from course.labs.controls import Settings
from course.labs.panels import Panel
from course.records import Run

PATIENCE = 1.0  # seconds of training before its speed is judged
SEARCHING = "searching"  # the rule is still choosing
_ids = count(1)


@dataclass
class LabRun:
    """One run: a thread fills its lists, which only grow; who reads more than one of them takes a `snapshot`."""

    number: int  # 1 to 8, its slot
    family: str  # whose colour it takes
    label: str
    settings: Settings
    run: Run
    kind: str = "other"  # of the network
    depth: int | None = None  # of the network; None for one that was given
    code: str = ""  # Python that makes its data set and its network
    per_epoch: int = 1  # steps
    classes: int = 10
    panel: Panel | None = None
    columns: list[tuple[int, list[float]]] = field(default_factory=list)  # (step, one number per layer)
    trials: list[Run] = field(default_factory=list)  # of the rule, if it had to search
    data: Dataset | None = None  # what it trains on; None for a recording
    arrangement: Arrangement | None = None  # of its network's layers; None for a recording
    changes: list[Change] = field(default_factory=list)  # what was measured with layers left out or swapped
    recorded: bool = False  # a recording, shown because this machine is slow
    error: str = ""  # why it failed
    expected: float | None = None  # steps per second of the same run when it was recorded
    id: int = field(default_factory=lambda: next(_ids))  # never given twice in a process, as numbers are

    @property
    def status(self) -> str:
        """searching, running, finished, diverged, stopped or failed."""
        return self.run.status

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status not in ("running", SEARCHING)

    @property
    def begun(self) -> bool:
        """Whether there is anything to see: a record, be it of a trial."""
        return bool(self.run.records or self.trials)

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.run.recipe.epochs * self.per_epoch

    @property
    def slower(self) -> float | None:
        """How many times slower than its recording the run trains here; None in its first second, or unrecorded."""
        last = self.run.records[-1] if self.run.records else None
        if self.expected is None or last is None or last.seconds < PATIENCE:
            return None
        return self.expected * last.seconds / last.step

    @property
    def untouchable(self) -> str:
        """Why no layer can be left out or swapped; empty if one can."""
        if self.recorded or self.arrangement is None:
            return "a recording has no weights: train it to touch its layers"
        if not self.over:
            return f"run {self.number} still trains: its layers can be touched when it has finished"
        if self.status != "finished":
            return f"run {self.number} has not finished ({self.status}): train it to its end to touch its layers"
        if not self.arrangement.blocks:
            return f"run {self.number} has no layer that could be left out: between first and last none keeps its width"
        return ""

    @property
    def change(self) -> Change | None:
        """What the network does as it is arranged now; None for a whole one."""
        label = self.arrangement.label if self.arrangement else ""
        return next((change for change in self.changes if change.label == label), None)

    def snapshot(self) -> LabRun:
        """The run as it stands, in lists that no thread fills: they agree with each other for good.

        The status is read before the lists, so that one which says the end comes with everything.
        """
        run, error = _copy(self.run), self.error
        trials = [_copy(trial) for trial in list(self.trials)] if run.status == SEARCHING else []
        return replace(self, run=run, trials=trials, columns=list(self.columns), error=error)


def _copy(run: Run) -> Run:
    status = run.status
    return Run(run.recipe, list(run.records), status, run.header)
