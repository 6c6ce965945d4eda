"""The audit of the rule for learning rates: all rates to the end, beside what the rule would have chosen of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from statistics import mean

from course import networks, themes, training
from course.papers.claim import Claim, Values
from course.papers.digits import digits
from course.recipes import Recipe
from course.records import Run

EPOCHS = 15
RATES = tuple(2.0**-k for k in range(-2, 15))  # the ladder, and what it is extended by at either end
NETS = (
    ("plain", 10), ("plain", 20), ("plain", 50), ("plain", 100), ("plain_bn", 20), ("plain_bn", 50), ("plain_bn", 100),
    ("crelu", 50), ("crelu", 100), ("linear", 50), ("linear", 100), ("stochastic_depth", 50), ("highway", 50),
    ("residual", 50), ("looks_linear", 50),
)  # fmt: skip
UNTRAINED = 0.1  # training loss above which a network has not learned the digits
LOST = 1.1  # times the best loss of all rates: what the rule may cost such a network

Losses = Mapping[float, Sequence[float]]  # by rate: the training loss of each epoch, infinite once it diverged


def all_rates(kind: str, depth: int, seed: int, epochs: int = EPOCHS) -> dict[float, list[float]]:
    """The training loss of each epoch at each of `RATES`, every one to the end; infinite from where it diverged."""
    network, recipe = networks.mlp(kind, depth, seed=seed), Recipe(epochs=epochs, seed=seed)
    together = training.candidates(network, digits(), recipe, RATES)
    runs = list(together.runs)
    for _ in together.advance(epochs):
        pass
    return {run.recipe.learning_rate: _by_epoch(run) for run in runs}


def _by_epoch(run: Run) -> list[float]:
    known = [mean(r.loss for r in steps) for _, steps in groupby(run.steps, key=lambda r: r.epoch)]
    if run.diverged_at is not None:
        known[-1] = math.inf
    return [float(f"{loss:.4g}") for loss in known] + [math.inf] * (run.recipe.epochs - len(known))


def play(losses: Losses, rungs: Sequence[tuple[float, int]] = training.RUNGS) -> float:
    """The rate that the rule chooses: after each share of the epochs the best few of the ladder go on; at an end of the
    ladder two more compete. `search_learning_rate` without the training.
    """

    def last(rate: float) -> float:
        return losses[rate][-1]

    finalists = list(training.LADDER)
    for share, count in rungs:
        now = {rate: losses[rate][round(share * EPOCHS) - 1] for rate in finalists}
        finalists = sorted(now, key=now.__getitem__)[:count]
    winner = min(finalists, key=last)
    beyond = [r for r in losses if r > max(training.LADDER)] if winner == max(training.LADDER) else []
    beyond += [r for r in losses if r < min(training.LADDER)] if winner == min(training.LADDER) else []
    return min([*finalists, *beyond], key=last)


def audit(seed: int) -> dict[str, float | list[float]]:
    """For each net the training loss by the rule, the best of all rates, and what both are read from."""
    found: dict[str, float | list[float]] = {}
    for kind, depth in NETS:
        losses, net = all_rates(kind, depth, seed), f"{themes.label(kind)} {depth}"
        found[f"{net}, by the rule"] = losses[play(losses)][-1]
        found[f"{net}, best of all"] = min(each[-1] for each in losses.values())
        found |= {f"{net} at {rate}": each for rate, each in losses.items()}
    return found


def loses_little(values: Values) -> bool:
    """Whether the rule costs nets whose best is above 0.1 at most 1.1 times the best, and takes no other above 0.1."""
    best = {net.removesuffix(", best of all"): v for net, v in values.items() if net.endswith(", best of all")}
    pairs = [pair for net, of_all in best.items() for pair in zip(values[f"{net}, by the rule"], of_all, strict=True)]
    ratios = [ours / theirs for ours, theirs in pairs if theirs > UNTRAINED]
    fine = all(ours <= UNTRAINED for ours, theirs in pairs if theirs <= UNTRAINED)
    return fine and max(ratios) <= LOST


CLAIMS = (
    Claim(
        "course-rate-audit",
        "this course",
        "where no rate trains a network the rule ends at most a tenth above the best of all; where one does, so does "
        "the rule",
        experiment=audit,
        holds=loses_little,
        inequality="at most 1.1 times the best of 17 where that is above 0.1; else below 0.1",
        chapters=(3,),
    ),
)
