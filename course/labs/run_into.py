"""Training into a lab's run: step by step on whatever thread calls, with all that went wrong said in the run."""

from __future__ import annotations

from torch import nn

from course import devices
from course.data import Dataset
from course.labs.lab_run import SEARCHING, LabRun
from course.labs.panels import Panel, every
from course.recipes import Recipe
from course.records import Record, Run
from course.training import State, Stop, choose_learning_rate, describe, train

Columns = list[tuple[int, list[float]]]


def run_into(lab_run: LabRun, model: nn.Module, data: Dataset, recipe: Recipe, by_rule: bool, stop: Stop) -> None:
    """Train `model` into `lab_run`; never raises for what goes wrong in training: the run says so itself."""
    try:
        with devices.threads(recipe.threads):  # the panels too: two threads thrash beside any busy process
            (_search if by_rule else _train)(lab_run, model, data, recipe, stop)
        lab_run.run.status = lab_run.run.ending
    except KeyboardInterrupt:
        lab_run.run.status = "stopped"
        raise
    except Exception as error:  # the reader's data, memory or code: the run keeps what it had and says why it ended
        lab_run.error = f"{type(error).__name__}: {error}"
        lab_run.run.status = "failed"


def _train(lab_run: LabRun, model: nn.Module, data: Dataset, recipe: Recipe, stop: Stop) -> None:
    """One run at the recipe's own rate."""
    run = lab_run.run
    run.recipe, run.model = recipe, model
    run.header |= describe(model, data, recipe) | {"network": run.header["network"]}
    run.state = State(model, data, recipe)
    run.status = "running"
    for record in train(model, data, recipe, state=run.state, stop=stop):
        run.records.append(record)
        _sample(lab_run.columns, run.state.steps, model, record, lab_run.panel)


def _sample(columns: Columns, steps: int, model: nn.Module, record: Record, panel: Panel | None) -> None:
    """Read the panel at every k-th step: which steps are shown never depends on the clock."""
    if panel is not None and record.split == "train" and (record.step - 1) % every(steps) == 0:
        columns.append((record.step, panel.read(model).tolist()))


def _search(lab_run: LabRun, model: nn.Module, data: Dataset, recipe: Recipe, stop: Stop) -> None:
    """The rule, its trials visible in `lab_run.trials` as they grow; the winner's curve becomes the run's."""
    lab_run.run.status = SEARCHING
    columns: dict[int, Columns] = {}  # by the trial's identity

    def on_record(trial: Run, record: Record) -> None:
        if id(trial) not in columns:
            columns[id(trial)] = []
            lab_run.trials.append(trial)
        if trial.model is not None:
            _sample(columns[id(trial)], trial.state.steps, trial.model, record, lab_run.panel)

    winner = choose_learning_rate(model, data, recipe, stop=stop, on_record=on_record).run
    winner.header["network"] = lab_run.run.header["network"]
    lab_run.columns.extend(columns.get(id(winner), []))
    lab_run.run = winner  # last: who sees it sees its columns too
