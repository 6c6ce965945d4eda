"""The course's rule for learning rates, one for tables, labs, chapters and tests; and the deck's older one, taught in
chapter 1.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Literal

from torch import nn

from course.data import Dataset
from course.recipes import Recipe
from course.records import Record, Run
from course.training.fitting import describe
from course.training.loop import Stop, train
from course.training.stack import Stack, stackable
from course.training.state import State

LADDER = tuple(2.0**-k for k in range(13))  # 1, 1/2, 1/4 … 1/4096
RUNGS = ((1 / 3, 6), (2 / 3, 4))  # after this share of the epochs so many rates go on
RUNGS_ADDED = 2  # at an end of the ladder where the winner stands

End = Literal["top", "bottom"]


@dataclass
class Choice:
    """What the rule chose: the recipe with its learning rate, the winner's run (trained, with its model), and every
    trial.
    """

    recipe: Recipe
    run: Run
    trials: list[Run] = field(repr=False)

    @property
    def ladder_end(self) -> End | None:
        """Where the winner stands on the ladder: "top" at its largest rate, "bottom" at its smallest, None within."""
        end: End | None = self.run.header["ladder_end"]
        return end


class Singly:
    """Runs that train one after another: what `Stack` is for those that can be stacked."""

    def __init__(self, runs: list[Run], data: Dataset, stop: Stop | None):
        self.records = {id(run): train(run.state.model, data, run.recipe, state=run.state, stop=stop) for run in runs}
        self.runs = runs

    def advance(self, epochs: int) -> Iterator[tuple[Run, Record]]:
        """Train to the end of that epoch, evaluations of the last one included."""
        for run in self.runs:
            last = epochs == run.recipe.epochs
            while last or run.state.step < epochs * run.state.steps_per_epoch:
                record = next(self.records[id(run)], None)
                if record is None:
                    break
                run.records.append(record)
                yield run, record

    def keep(self, staying: list[Run]) -> None:
        """Go on with these runs alone."""
        for run in self.runs:
            if run not in staying:
                self.records[id(run)].close()
                run.status = run.ending
        self.runs = [run for run in self.runs if run in staying]


def search_learning_rate(
    network: nn.Module, data: Dataset, recipe: Recipe, *, ladder: tuple[float, ...] = LADDER, stop: Stop | None = None
) -> Generator[tuple[Run, Record], None, Choice]:
    """The rule as a stream: yields (the trial's run, its new record) and returns the `Choice`.

    All rates of the ladder train for a third of the epochs, the best six for another third, the best four of these to
    the end, and the lowest training loss wins; ties go to the larger rate. Where the winner stands at an end of the
    ladder, two more rates beyond it train to the end, once, and compete. (Successive halving, Jamieson & Talwalkar
    2016; earlier rounds, or fewer rates in them, drop the slow ones that deep plain networks need: the claim
    `course-rate-audit`.) The network is copied; trials of small dense networks train together, as a `Stack`. Each is a
    run like any other: `resume` goes on where the rule ended it.
    """
    first = candidates(network, data, recipe, ladder, stop)
    trials, groups = list(first.runs), [first]
    try:
        finalists = trials
        for epoch, count in _rungs(recipe.epochs):
            yield from first.advance(epoch)
            finalists = sorted(finalists, key=_rank)[:count]
            first.keep(finalists)
        yield from first.advance(recipe.epochs)
        end = _end(min(finalists, key=_rank), ladder)
        if end and len(ladder) > 1 and not (stop and stop.is_set()):
            added = _beyond(ladder, end)
            second = candidates(network, data, recipe, added, stop)
            ladder, trials, finalists = ladder + added, trials + second.runs, finalists + second.runs
            groups.append(second)
            yield from second.advance(recipe.epochs)
    finally:
        for group in groups:
            group.keep([])
    winner = min(finalists, key=_rank)
    winner.header["ladder_end"] = _end(winner, ladder)
    return Choice(winner.recipe, winner, trials)


def candidates(
    network: nn.Module, data: Dataset, recipe: Recipe, rates: tuple[float, ...], stop: Stop | None = None
) -> Stack | Singly:
    """Runs of copies of the network, one for each rate, that train up to an epoch as they are asked to; as a `Stack`
    where that is possible and pays.
    """
    runs = []
    for rate in rates:
        model, own = copy.deepcopy(network), recipe.replace(learning_rate=rate)
        state = State(model, data, own)
        runs.append(Run(own, status="stopped", header=describe(model, data, own), model=model, state=state))
    return (Stack if stackable(network, data, recipe) else Singly)(runs, data, stop)


def _rank(trial: Run) -> tuple[float, float]:
    """Sorts by training loss; of equals the larger rate comes first, but the smallest if all diverged."""
    loss, rate = trial.loss, trial.recipe.learning_rate
    return (loss, -rate) if math.isfinite(loss) else (math.inf, rate)


def _end(trial: Run, ladder: tuple[float, ...]) -> End | None:
    rate = trial.recipe.learning_rate
    return "top" if rate == max(ladder) else "bottom" if rate == min(ladder) else None


def _beyond(ladder: tuple[float, ...], end: End) -> tuple[float, ...]:
    """Two more rungs, as far apart as the last two are."""
    last, before = sorted(ladder, reverse=end == "top")[:2]
    return tuple(last * (last / before) ** k for k in range(1, RUNGS_ADDED + 1))


def _rungs(epochs: int) -> list[tuple[int, int]]:
    """The epochs after which rates are left out, and how many go on."""
    return [(max(1, round(share * epochs)), count) for share, count in RUNGS]


def epochs_of_search(epochs: int, ladder: tuple[float, ...] = LADDER) -> int:
    """Epochs that the rule trains in all, if no trial diverges and the winner stands within the ladder: 115 for 15."""
    ends = [end for end, _ in _rungs(epochs)] + [epochs]
    counts = [len(ladder)] + [min(len(ladder), count) for _, count in _rungs(epochs)]
    return sum(count * (end - begin) for count, begin, end in zip(counts, [0, *ends], ends, strict=False))


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
