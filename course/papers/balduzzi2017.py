"""Balduzzi et al. 2017, The Shattered Gradients Problem: If resnets are the answer, then what is the question?
(arXiv 1702.08591).
"""

from __future__ import annotations

from statistics import fmean, median

import torch
from torch import Tensor

from course import data, measure, networks
from course.papers.claim import Claim, Values
from course.recipes import Recipe
from course.training import choose_learning_rate, evaluate

PAPER = "Balduzzi et al. 2017"
POINTS, DRAWS = 256, 7  # on [-2, 2]; networks drawn for each seed
DEPTHS = (6, 14, 30, 54, 102, 198)
KINDS = {"ReLU": "plain", "CReLU": "crelu", "CReLU + looks-linear": "looks_linear", "residual": "residual",
         "linear": "linear"}  # fmt: skip
SCANNED = {
    "feedforward, 1 layer": ("feedforward", 1, 1.0),
    "feedforward, 24": ("feedforward", 24, 1.0),
    "feedforward, 50": ("feedforward", 50, 1.0),
    "residual, 50 blocks, β = 1": ("residual", 50, 1.0),
    "residual, 50 blocks, β = 0.1": ("residual", 50, 0.1),
    "no biases, not centred, 50": ("no_biases", 50, 1.0),
}


def grid() -> Tensor:
    """The points at which the gradient is looked at, (256,)."""
    return torch.linspace(-2, 2, POINTS)


def brown(rows: int, seed: int) -> Tensor:
    """Brown noise: running sums of independent normal numbers, (rows, 256)."""
    return torch.randn(rows, POINTS, generator=torch.Generator().manual_seed(seed)).cumsum(1)


def flips(series: Tensor) -> float:
    """How often a series changes its sign, the mean over rows (rows, T)."""
    return (series[:, 1:].sign() != series[:, :-1].sign()).sum(1).float().mean().item()


def neighbours(seed: int) -> dict[str, float]:
    """Autocorrelation of the gradient at lag 5 of 255, the mean over networks; and of brown noise."""
    found = {}
    for name, (kind, layers, beta) in SCANNED.items():
        drawn = [networks.scan_network(kind, layers, beta, seed=100 * seed + i) for i in range(DRAWS)]
        series = torch.stack([measure.line_gradient(network, grid())[:, 0] for network in drawn])
        found[name] = measure.autocorrelation(series, [5]).item()
    return found | {"brown noise": measure.autocorrelation(brown(2000, seed), [5]).item()}


def shatters(values: Values) -> bool:
    """One layer is like brown noise, 24 and 50 like white, residual networks between."""
    mean = {name: fmean(found) for name, found in values.items()}
    return (
        abs(mean["feedforward, 1 layer"] - mean["brown noise"]) < 0.1
        and max(abs(mean["feedforward, 24"]), abs(mean["feedforward, 50"])) < 0.1
        and 0.1 < mean["residual, 50 blocks, β = 1"] < 0.35
        and 0.4 < mean["residual, 50 blocks, β = 0.1"] < 0.85
    )


def accuracy_by_depth(seed: int) -> dict[str, float]:
    """Test accuracy after 15 epochs of the digits, five kinds at six depths, each at its own rate by the rule."""
    digits, recipe = data.load("digits", device="cpu"), Recipe(epochs=15, seed=seed)
    found = {}
    for name, kind in KINDS.items():
        for depth in DEPTHS:
            model = choose_learning_rate(networks.mlp(kind, depth, seed=seed), digits, recipe).run.model
            found[f"{name}, {depth}"] = evaluate(model, digits.test)[1] if model is not None else 0.1
    return found


def only_the_sharp_lose_depth(values: Values) -> bool:
    """At 102 and 198 layers looks-linear and residual networks are as good as ever, ReLU and CReLU far below; the
    linear one is the same at every depth.
    """
    deep = {name: min(median(values[f"{name}, {d}"]) for d in (102, 198)) for name in KINDS}
    flat = [median(values[f"linear, {d}"]) for d in DEPTHS]
    return (
        deep["CReLU + looks-linear"] > 0.9
        and deep["residual"] > 0.85
        and max(median(values[f"{name}, 198"]) for name in ("ReLU", "CReLU")) < 0.7
        and max(flat) - min(flat) < 0.05
    )


CLAIMS = (
    Claim(
        "balduzzi2017-series", PAPER,
        "gradients along a line resemble brown noise in a shallow network, white noise in a deep one, and something "
        "between in a residual one", "drawn in fig. 1 and 2, not tabulated", experiment=neighbours,
        measured="autocorrelation at lag 5 of 255", holds=shatters,
        inequality="1 layer within 0.1 of brown noise; 24 and 50 within 0.1 of 0; residual 0.1 to 0.35 for β = 1, 0.4 "
        "to 0.85 for β = 0.1", chapters=(7,),
    ),
    Claim(
        "balduzzi2017-figure-6-digits", PAPER,
        "without shortcuts and batch norm, looks-linear networks train at any depth; ReLU and CReLU do not",
        "CIFAR-10, drawn in fig. 6, not tabulated", experiment=accuracy_by_depth, measured="test accuracy",
        holds=only_the_sharp_lose_depth,
        inequality="102 and 198 layers: looks-linear above 0.9, residual above 0.85; ReLU and CReLU at 198 below 0.7; "
        "linear the same within 0.05 at every depth", chapters=(7,),
    ),
)  # fmt: skip
