"""The course's rule for learning rates, one for tables, labs, chapters and tests; and the deck's older one, taught in
chapter 1.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from torch import nn

from course.data import Dataset
from course.recipes import Recipe
from course.records import Record, Run
from course.training.fitting import describe
from course.training.loop import Stop, train
from course.training.state import State

LADDER = tuple(2.0**-k for k in range(11))  # 1, 1/2, 1/4 … 1/1024
RUNGS = ((2 / 15, 4), (1 / 3, 2), (1.0, 1))  # (share of the epochs, how many go on)


@dataclass
class Choice:
    """What the rule chose: the recipe with its learning rate, the winner's run (trained, with its model), and every
    trial.
    """

    recipe: Recipe
    run: Run
    trials: list[Run] = field(repr=False)


class _Trial:
    """One candidate: a copy of the network that trains up to a given step and waits there."""

    def __init__(self, network: nn.Module, data: Dataset, recipe: Recipe, stop: Stop | None):
        model = copy.deepcopy(network)
        header, state = describe(model, data, recipe), State(model, data, recipe)
        self.run = Run(recipe, status="stopped", header=header, model=model, state=state)
        self.records = train(model, data, recipe, state=state, stop=stop)

    def advance(self, epochs: int) -> Iterator[Record]:
        """Train to the end of that epoch, evaluations of the last one included."""
        last = epochs == self.run.recipe.epochs
        state = self.run.state
        while last or state.step < epochs * state.steps_per_epoch:
            record = next(self.records, None)
            if record is None:
                break
            self.run.records.append(record)
            yield record
        if self.run.diverged_at is not None:
            self.run.status = "diverged"
        elif last and state.step == state.steps:
            self.run.status = "finished"

    @property
    def score(self) -> float:
        """The training loss so far; worse than any other if it is not a number."""
        loss = self.run.loss
        return loss if math.isfinite(loss) else math.inf


def search_learning_rate(
    network: nn.Module, data: Dataset, recipe: Recipe, *, ladder: tuple[float, ...] = LADDER, stop: Stop | None = None
) -> Generator[tuple[Run, Record], None, Choice]:
    """The rule as a stream: yields (the trial's run, its new record) and returns the `Choice`.

    Successive halving (Jamieson & Talwalkar 2016): every rate of the ladder trains for 2/15 of the epochs, the best
    four go on to a third, the best two to the end, and the lowest training loss wins; ties go to the larger rate. The
    network is copied.
    """
    trials = [_Trial(network, data, recipe.replace(learning_rate=rate), stop) for rate in ladder]
    left = trials
    try:
        for share, keep in RUNGS:
            epochs = _rung(share, recipe.epochs)
            for trial in left:
                for record in trial.advance(epochs):
                    yield trial.run, record
            left = sorted(left, key=lambda t: t.score)[:keep]
    finally:
        for trial in trials:
            trial.records.close()
    for trial in trials:
        if trial is not left[0]:
            trial.run.model = trial.run.state = None  # eleven copies would outlive the search
    return Choice(left[0].run.recipe, left[0].run, [t.run for t in trials])


def _rung(share: float, epochs: int) -> int:
    return max(1, round(share * epochs))


def epochs_of_search(epochs: int, ladder: tuple[float, ...] = LADDER) -> int:
    """Epochs that the rule trains in all, if no candidate diverges: 54 for 15."""
    total, before, left = 0, 0, len(ladder)
    for share, keep in RUNGS:
        total += left * (_rung(share, epochs) - before)
        before, left = _rung(share, epochs), min(left, keep)
    return total


def choose_learning_rate(
    network: nn.Module,
    data: Dataset,
    recipe: Recipe,
    *,
    ladder: tuple[float, ...] = LADDER,
    stop: Stop | None = None,
    on_record: Callable[[Run, Record], None] = lambda trial, record: None,
) -> Choice:
    """The learning rate for `network` by the course's rule (`search_learning_rate`); the network itself is not trained.

    `choice.recipe` has the rate, `choice.run` is the winner, trained to the end, and `choice.trials` are all
    candidates. `on_record` is shown each trial's records as they come.
    """
    search = search_learning_rate(network, data, recipe, ladder=ladder, stop=stop)
    while True:
        try:
            on_record(*next(search))
        except StopIteration as end:
            choice: Choice = end.value
            return choice


def largest_stable_learning_rate(
    network: nn.Module, data: Dataset, recipe: Recipe, *, start: float = 1.0, halvings: int = 20
) -> float:
    """The deck's rule: start large and halve until training does not diverge (S003). Returns the first rate that
    survives.

    Not enough on its own: a dead network sits at ln(classes) and never diverges, and others survive a rate at which
    they learn nothing. Raises ValueError if even the last halving diverges.
    """
    for k in range(halvings + 1):
        rate = start * 0.5**k
        with closing(train(copy.deepcopy(network), data, recipe.replace(learning_rate=rate))) as records:
            if not any(record.diverged for record in records):
                return rate
    raise ValueError(
        f"training diverges at every rate from {start:g} down to {rate:g}: look at the data and the weights"
    )
