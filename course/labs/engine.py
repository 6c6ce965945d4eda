"""The engine: trains one run at a time on a thread of its own, and keeps all that it has produced. Knows no widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from torch import nn

from course import devices
from course.data import Dataset
from course.labs.panels import Panel, every
from course.recipes import Recipe
from course.records import Record, Run
from course.training import State, Stop, choose_learning_rate, describe, train

PATIENCE = 1.0  # seconds of training before its speed is judged
SEARCHING = "searching"  # the rule is still choosing
_ids = count(1)


@dataclass
class LabRun:
    """One run of a lab, while it trains and after: lists that only grow, so that a reader may look at any time."""

    number: int  # 1 to 8, its slot
    family: str  # whose colour it takes
    settings: dict[str, Any]
    run: Run
    per_epoch: int = 1  # steps
    classes: int = 10
    panel: Panel | None = None
    columns: list[tuple[int, list[float]]] = field(default_factory=list)  # (step, one number per layer)
    trials: list[Run] = field(default_factory=list)  # of the rule, if it had to search
    recorded: bool = False  # a recording, shown because this machine is slow
    error: str = ""  # why it failed
    expected: float | None = None  # steps per second of the same run when it was recorded
    facts: dict[str, Any] | None = None  # what the page is told, once nothing can change any more
    id: int = field(default_factory=lambda: next(_ids))  # never given twice in a process, as numbers are

    @property
    def status(self) -> str:
        """searching, running, finished, diverged, stopped or failed."""
        return self.run.status

    @property
    def begun(self) -> bool:
        """Whether there is anything to see: a record, be it of a trial."""
        return bool(self.run.records or self.trials)

    @property
    def slower(self) -> float | None:
        """How many times slower than its recording the run trains here; None in its first second, or unrecorded."""
        last = self.run.records[-1] if self.run.records else None
        if self.expected is None or last is None or last.seconds < PATIENCE:
            return None
        return self.expected * last.seconds / last.step


class Engine:
    """One daemon thread at most; `stop` ends it before its next step. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._stop = Stop()

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        with self._lock:
            return self._thread is not None and self._thread.is_alive()

    def start(self, work: Callable[[Stop], None]) -> None:
        """Run `work(stop)` on the thread; what ran before is stopped first."""
        with self._lock:
            self.stop()
            self.wait()
            self._stop = Stop()
            self._thread = threading.Thread(target=work, args=(self._stop,), name="course-lab", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the run under way to end; returns at once."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end of the run under way; False if it has not come within `timeout` seconds."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        return not (thread is not None and thread.is_alive())


def drive(live: LabRun, model: nn.Module, data: Dataset, recipe: Recipe, by_rule: bool, stop: Stop) -> None:
    """Train `model` into `live`; never raises for what goes wrong in training: the run says so itself."""
    try:
        with devices.threads(recipe.threads):  # the panels too: two threads thrash beside any busy process
            (_search if by_rule else _train)(live, model, data, recipe, stop)
        live.run.status = _ending(live.run, stop)
    except KeyboardInterrupt:
        live.run.status = "stopped"
        raise
    except Exception as error:  # the reader's data, memory or code: the run keeps what it had and says why it ended
        live.error = f"{type(error).__name__}: {error}"
        live.run.status = "failed"


def _train(live: LabRun, model: nn.Module, data: Dataset, recipe: Recipe, stop: Stop) -> None:
    """One run at the recipe's own rate."""
    live.run.recipe, live.run.model = recipe, model
    live.run.header |= describe(model, data, recipe) | {"network": live.run.header["network"]}
    live.run.state = State(model, data, recipe)
    live.run.status = "running"
    for record in train(model, data, recipe, state=live.run.state, stop=stop):
        live.run.records.append(record)
        _sample(live.columns, live.run.state.steps, model, record, live.panel)


def _sample(columns: list, steps: int, model: nn.Module, record: Record, panel: Panel | None) -> None:
    """Read the panel at every k-th step: which steps are shown never depends on the clock."""
    if panel is not None and record.split == "train" and (record.step - 1) % every(steps) == 0:
        columns.append((record.step, panel.read(model).tolist()))


def _search(live: LabRun, model: nn.Module, data: Dataset, recipe: Recipe, stop: Stop) -> None:
    """The rule, its trials visible in `live.trials` as they grow; the winner's curve becomes the run's."""
    live.run.status = SEARCHING
    columns: dict[int, list] = {}  # by the trial's identity

    def see(trial: Run, record: Record) -> None:
        if id(trial) not in columns:
            columns[id(trial)] = []
            live.trials.append(trial)
        _sample(columns[id(trial)], trial.state.steps, trial.model, record, live.panel)  # type: ignore[arg-type]

    winner = choose_learning_rate(model, data, recipe, stop=stop, on_record=see).run
    winner.header["network"] = live.run.header["network"]
    live.columns.extend(columns.get(id(winner), []))
    live.run = winner


def _ending(run: Run, stop: Stop) -> str:
    if run.diverged_at is not None:
        return "diverged"
    return "finished" if run.state is not None and run.state.step == run.state.steps else "stopped"
