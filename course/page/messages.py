"""What is sent to a lab's page: its state, and what is new of curves and strips as one float32 buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course import wording
from course.labs import Lab, LabRun, naming
from course.page import declared
from course.page.protocol import SPLITS, LabState, Outcome, RunState, Series, Touch
from course.page.status import Latest, status
from course.records import Record, Run, finite
from course.smoothing import RunningMean, evenly

STATES = {"finished": "finished", "interrupted": "interrupted", "running": "training", "searching": "training"}


@dataclass
class Sent:
    """What has gone out of one curve, and its running means, which go on from there."""

    rows: int = 0
    columns: int = 0
    loss: RunningMean = field(default_factory=RunningMean)
    accuracy: RunningMean = field(default_factory=lambda: RunningMean(geometric=False))
    smooth: float = float("nan")  # the last smoothed loss

    def row(self, record: Record) -> tuple[float, ...]:
        """A record as the page gets it, see `protocol.ROW`."""
        means = record.loss, record.accuracy
        if record.split == "train":
            means = self.loss.add(record.loss), self.accuracy.add(record.accuracy)
            self.smooth = means[0]
        return (record.step, record.loss, record.accuracy, record.seconds, SPLITS[record.split], *means)


class Feed:
    """What one page is told of a lab: of curves and strips only what it has not been sent yet."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self._sent: dict[str, Sent] = {}
        self._over: dict[int, RunState] = {}  # what was said of runs of which nothing can change any more
        self.count = 0  # of messages so far

    def forget(self) -> None:
        """From now on everything is new again: the page has missed something."""
        self._sent = {}

    def state(self, moved: bool) -> tuple[LabState, bytes]:
        """The state of the lab and the numbers beside it. moved: since the last start a control was moved."""
        active = self.lab.active  # before the runs: where nothing trains they are whole
        runs = [lab_run.snapshot() for lab_run in list(self.lab.runs)]
        trained, runs = bool(runs), [*self.lab.opening, *runs]
        names = naming.names(runs, self.lab.controls)
        parts: list[Any] = [np.empty(0, np.float32)]
        told = [self._run(lab_run, name, parts) for lab_run, name in zip(runs, names, strict=True)]
        touched = None if active else self.lab.touched
        at = next((i for i, lab_run in enumerate(runs) if touched and lab_run.id == touched.id), -1)
        latest = self._latest(runs[at], names[at])._replace(touched=at >= 0) if trained else None
        state: LabState = {
            "count": self.count,
            "way": "",
            "busy": active,
            "error": self.lab.error,
            "status": status(self.lab, latest, moved and not active),
            "automatic": self.lab.automatic(self.lab.settings),
            "runs": told,
        }
        if self.lab.question is not None:
            question = self.lab.question
            measured = "" if active else _measured(runs)
            state["answer"] = Outcome(done=question.done, text=question.answer, measured=measured)
        self.count += 1
        return state, np.concatenate(parts).astype("<f4").tobytes()

    def _run(self, lab_run: LabRun, name: str, parts: list[Any]) -> RunState:
        """One run as it is told; its new numbers go to `parts`."""
        if lab_run.id not in self._over:
            told = _facts(lab_run, naming.parts(lab_run, self.lab.controls))
            if lab_run.over:
                self._over[lab_run.id] = told
        else:
            told = self._over[lab_run.id]
        records = evenly(lab_run.run.records) if lab_run.recorded else lab_run.run.records
        series = [self._series(str(lab_run.id), lab_run.run, records, parts, lab_run.columns)]
        for i, trial in enumerate(lab_run.trials):
            series.append(self._series(f"{lab_run.id}.{i}", trial, trial.records, parts))
        leader = self._leader(lab_run)
        if leader is not None:
            series[1 + leader]["leads"] = True
        return {**told, "name": name, "touch": _touch(lab_run), "series": series}

    def _series(
        self,
        key: str,
        run: Run,
        records: Sequence[Record],
        parts: list[Any],
        columns: Sequence[tuple[int, list[float]]] = (),
    ) -> Series:
        """What is new of one curve, and of its strip, goes to `parts`; says where both start and stop."""
        sent = self._sent.setdefault(key, Sent())
        new, strips = records[sent.rows :], columns[sent.columns :]
        parts += [np.array([sent.row(record) for record in new], np.float32).ravel()]
        told = Series(id=key, rate=wording.rate(run.recipe.learning_rate), leads=False, start=sent.rows,
                      stop=sent.rows + len(new))  # fmt: skip
        if strips:
            parts += [np.array([(step, *values) for step, values in strips], np.float32).ravel()]
            told["strips"] = [sent.columns, sent.columns + len(strips)]
            told["layers"] = len(strips[0][1])
        sent.rows, sent.columns = sent.rows + len(new), sent.columns + len(strips)
        return told

    def _leader(self, lab_run: LabRun) -> int | None:
        """Which of the rule's trials has the lowest loss so far."""
        losses = {i: self._sent[f"{lab_run.id}.{i}"].smooth for i, trial in enumerate(lab_run.trials) if trial.records}
        return min(losses, key=lambda i: losses[i]) if losses else None

    def _latest(self, lab_run: LabRun, name: str) -> Latest:
        """The newest run, and the smoothed loss of what it shows: of the trial that leads while the rule searches."""
        if not naming.named(self.lab.controls):
            name = f"run {lab_run.number}, {lab_run.label}"
        key, run, leader = str(lab_run.id), lab_run.run, self._leader(lab_run)
        if leader is not None:
            key, run = f"{key}.{leader}", lab_run.trials[leader]
        return Latest(lab_run, name, self._sent[key].smooth, run.recipe.learning_rate)


def _facts(lab_run: LabRun, parts: naming.Parts) -> RunState:
    """What is said about a run in words and numbers, its name and its curve apart; JSON has no infinity: None."""
    run = lab_run.run
    last = run.records[-1] if run.records else None
    loss = test = diverged = None
    if lab_run.over:
        diverged = run.diverged_at
        loss = finite(last.loss if last and diverged is not None else run.loss)
        test = finite(run.test_accuracy)
    return {
        "id": lab_run.id,
        "number": lab_run.number,
        "family": lab_run.family,
        "kind": lab_run.kind,
        "depth": lab_run.depth,
        "rate": None if lab_run.status == "searching" else run.recipe.learning_rate,
        "seed": run.recipe.seed,
        "host": "recording" if lab_run.recorded else "kernel",
        "label": lab_run.label,
        "name": lab_run.label,
        "parts": [list(part) for part in parts.items()],
        "status": lab_run.status,  # type: ignore[typeddict-item]
        "state": _state(lab_run),
        "over": lab_run.over,
        "recorded": lab_run.recorded,
        "classes": lab_run.classes,
        "epochs": run.recipe.epochs,
        "batch": run.recipe.batch_size,
        "steps": lab_run.steps,
        "seconds": last.seconds if last else 0.0,
        "loss": loss,
        "test": test,
        "diverged": diverged,
        "panel": declared.panel(lab_run.panel),
        "touch": _touch(lab_run),
        "series": [],
    }


def _touch(lab_run: LabRun) -> Touch:
    """What can be done to its layers, and what was."""
    refused, arrangement = lab_run.untouchable, lab_run.arrangement
    told: Touch = {"refused": refused and f"{wording.capital(refused)}.", "blocks": [], "out": [], "moved": [],
                   "changes": []}  # fmt: skip
    if refused or arrangement is None:
        return told
    told["blocks"] = [[layers[0], layers[-1]] for layers in arrangement.blocks]
    told["out"], told["moved"] = sorted(arrangement.out), list(map(list, arrangement.moved))
    told["changes"] = [
        {"label": change.label, "loss": finite(change.loss), "test": change.accuracy, "now": change is lab_run.change}
        for change in lab_run.changes
    ]
    return told


def _state(lab_run: LabRun) -> str:
    """What became of a run, in words."""
    if lab_run.recorded:
        return f"recorded {lab_run.run.header['date']}"
    step = lab_run.run.records[-1].step if lab_run.run.records else 0
    if lab_run.status == "failed":
        return f"failed: {lab_run.error}"
    return STATES.get(lab_run.status) or f"{lab_run.status} at step {step}"


def _measured(runs: list[LabRun]) -> str:
    finished = [lab_run for lab_run in runs if lab_run.status == "finished"]
    return "; ".join(f"{lab_run.label}: {wording.number(lab_run.run.loss)}" for lab_run in finished)
