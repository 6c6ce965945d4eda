"""Huang, Sun, Liu, Sedra, Weinberger 2016, Deep Networks with Stochastic Depth (arXiv 1603.09382)."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from statistics import mean, median

import torch
from torch import nn

from course import blocks, networks
from course.papers.claim import Claim, Values
from course.papers.digits import accuracy, by_rule, digits, trained
from course.papers.he2015 import on_cifar
from course.papers.veit2016 import error_without
from course.recipes import Recipe
from course.sweeps import Job
from course.training import evaluate, train

PAPER = "Huang et al. 2016"
GPU = "needs CIFAR-10 and a GPU for 15 hours"
KINDS = {"residual": "residual", "stochastic depth": "stochastic_depth"}
WARM_UP = 5  # steps
CALM = Recipe(epochs=15, learning_rate=1 / 64)  # at the rule's rate for stochastic depth, 1/16, single steps leap


def seconds_of_an_epoch(lasts: Sequence[float], depth: int, seed: int, epochs: int) -> Iterator[dict[float, float]]:
    """Seconds of training for an epoch of the digits, by the survival probability of the last block; fully connected,
    50 units. Yields the median of the steps so far, times those of an epoch, after each; the first few do not count.

    The networks take their steps in turn, and only the processor's time on this thread counts: whatever else the
    machine does meets all of them alike.
    """
    recipe = Recipe(epochs=epochs + 1, learning_rate=0.01, seed=seed)
    steps = len(digits().train) // recipe.batch_size
    made = {last: networks.mlp("stochastic_depth", depth, survival_probability=last, seed=seed) for last in lasts}
    runs = {last: train(network, digits(), recipe) for last, network in made.items()}
    spent: dict[float, list[float]] = {last: [] for last in lasts}
    for step in range(WARM_UP + epochs * steps):
        for last, run in runs.items():
            began = time.thread_time()
            next(run)
            spent[last].append(time.thread_time() - began)
        if step >= WARM_UP:
            yield {last: steps * median(seconds[WARM_UP:]) for last, seconds in spent.items()}


def relative_time(seed: int) -> dict[str, float]:
    """Time of an epoch at 100 layers, relative to never dropping: the median step of ten epochs."""
    *_, seconds = seconds_of_an_epoch((1.0, 0.5, 0.2), 100, seed, epochs=10)
    return {f"p_L = {p:g}": seconds[p] / seconds[1.0] for p in (0.5, 0.2)}


def expectation(seed: int) -> dict[str, float]:
    """Mean training output over both draws, by their probabilities, against evaluation, for two ends of a block."""
    g = torch.Generator().manual_seed(seed)
    branch = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6)).double()
    with torch.no_grad():
        for parameter in branch.parameters():
            parameter.normal_(generator=g)
    p, x, found = 0.7, torch.randn(5, 6, generator=g, dtype=torch.float64), {}
    for name, after in (("nothing", nn.Identity()), ("a ReLU", nn.ReLU())):
        block = blocks.StochasticDepth(branch, p, after=after).eval()
        trained = p * after(x + branch(x)) + (1 - p) * after(x)
        found[f"{name} after the sum"] = (trained - block(x)).abs().max().item()
    return found


def short_runs(seed: int) -> dict[str, float]:
    """Test error after 15 epochs of the digits, 50 layers, each network by the rule."""
    starts = {name: networks.mlp(kind, 50, seed=seed) for name, kind in KINDS.items()}
    return {name: 1 - accuracy(trained(start, seed)) for name, start in starts.items()}


def losses_in_use(seed: int) -> dict[str, float]:
    """Training loss after 15 epochs of the digits, 50 layers, by the rule: of the last epoch's steps, and of the whole
    network in use.
    """
    found: dict[str, float] = {}
    for name, kind in KINDS.items():
        run = by_rule(networks.mlp(kind, 50, seed=seed), seed)
        assert run.model is not None
        found |= {f"{name}, in training": run.loss, f"{name}, in use": evaluate(run.model, digits().train)[0]}
    return found


def without_blocks(seed: int) -> dict[str, float]:
    """Rise of the test error when 8 of 24 blocks are deleted from a trained network of 50 layers, mean of 20 draws."""
    found = {}
    for name, kind in KINDS.items():
        model, draw = trained(networks.mlp(kind, 50, seed=seed), seed), random.Random(seed)
        found[name] = error_without(model, 24, 8, draw) - error_without(model, 24, 0, draw)
    return found


def at_one_rate(survival: float) -> Job:
    """50 layers with that survival probability of the last block, at a rate of 1/64, the rule's for residual ones."""
    kind = "residual" if survival == 1 else "stochastic_depth"
    more = {} if survival == 1 else {"survival_probability": survival}
    return Job({"kind": kind, "depth": 50, "width": 50, **more}, CALM, by_rule=False)


def suffers_less(values: Values) -> bool:
    """With stochastic depth the rise is smaller for each seed, and less than half on average."""
    without, with_it = values["residual"], values["stochastic depth"]
    return all(b < a for a, b in zip(without, with_it, strict=True)) and mean(with_it) < mean(without) / 2


CLAIMS = (
    Claim(
        "huang2016-time-digits", PAPER, "training takes less time, as blocks that are dropped are not computed",
        "25 % saved at p_L = ½, 40 % at 0.2 (section 4)", experiment=relative_time,
        measured="seconds of an epoch, relative to p_L = 1",
        holds=lambda v: max(v["p_L = 0.5"]) < 0.95 and mean(v["p_L = 0.2"]) < mean(v["p_L = 0.5"]),
        inequality="at ½ below 0.95, at 0.2 less than at ½", chapters=(6,),
    ),
    Claim(
        "huang2016-expectation", PAPER,
        "without a ReLU after the sum evaluation is the mean over the draws of training, for any branch",
        "the test rule, eq. 5", experiment=expectation, measured="largest difference",
        holds=lambda v: max(v["nothing after the sum"]) < 1e-12 and min(v["a ReLU after the sum"]) > 1e-3,
        inequality="below 10⁻¹², with a ReLU above 0.001", chapters=(6,),
    ),
    Claim(
        "huang2016-short-runs-digits", "this course", "short runs on easy data gain nothing: test errors are alike",
        "Huang et al.'s gains on CIFAR are those of 300 to 500 epochs",
        experiment=short_runs, measured="test error, fraction",
        holds=lambda v: abs(mean(v["stochastic depth"]) - mean(v["residual"])) < 0.02,
        inequality="means within 0.02", chapters=(6,),
    ),
    Claim(
        "huang2016-losses-digits", "this course",
        "with a quarter of its blocks missing in each step a network still learns the training images",
        experiment=losses_in_use, holds=lambda v: max(max(found) for found in v.values()) < 0.1,
        inequality="all below 0.1, in training and in use", chapters=(6,),
    ),
    Claim(
        "huang2016-one-rate-digits", "this course",
        "at one rate for all, fifty layers learn with a quarter of their blocks missing in each step, and with more",
        groups={"residual": at_one_rate(1), "stochastic depth, ½": at_one_rate(0.5),
                "stochastic depth, 0.2": at_one_rate(0.2)},
        measured="training loss of the last epoch's steps",
        holds=lambda v: max(max(found) for found in v.values()) < 0.1
        and mean(v["residual"]) < mean(v["stochastic depth, ½"]),
        inequality="all below 0.1, on average the residual network below the one with ½", chapters=(6,),
    ),
    Claim(
        "huang2016-lesion-digits", PAPER, "a network trained with stochastic depth suffers less without some blocks",
        "expected of an ensemble of depths (section 1); not measured there", experiment=without_blocks,
        measured="rise of the test error, 8 of 24 blocks deleted", holds=suffers_less,
        inequality="smaller for each seed, and less than half on average", chapters=(6,),
    ),
    Claim("huang2016-cifar", PAPER, "CIFAR-10 with augmentation, ResNet-110: test error falls with stochastic depth",
          "6.41 % constant, 5.25 % stochastic (table 1)",
          {name: on_cifar(500, depth=110, survival_probability=last)
           for name, last in (("constant", 1.0), ("stochastic", 0.5))},
          "test_accuracy", measured="test accuracy, fraction",
          holds=lambda v: mean(v["stochastic"]) > mean(v["constant"]),
          inequality="the mean with it above the mean without",
          cannot=GPU, chapters=(6,)),
    Claim("huang2016-imagenet", PAPER, "ImageNet, ResNet-152: no gain within 120 epochs",
          "21.78 % constant, 21.98 % stochastic", cannot="needs ImageNet and days on several GPUs", chapters=(6,)),
)  # fmt: skip
