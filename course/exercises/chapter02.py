"""The exercises of chapter 2, dropout and batch normalisation."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def values(*shape: int, rate: float, training: bool = True, ones: bool = False) -> Any:
    """Activations, a rate and the mode."""

    def inputs(seed: int) -> Inputs:
        x = torch.ones(shape) if ones else torch.randn(shape, generator=_random(seed))
        return {"x": x, "rate": rate, "training": training}

    return inputs


DROP = ("x", "rate", "training")
SIZES = (("spread", *DROP), ("unchanged", "x"))
REFUSED = (("raises", "ValueError", *DROP),)
DROPOUT = Exercise(
    "dropout", "02", points=2, minutes=8, difficulty=1,
    cases=(
        Case("at test time", values(3, 4, rate=0.5, training=False), (("call", *DROP), ("unchanged", "x")),
             hint="when the network is used nothing is dropped and nothing is scaled."),
        Case("size, rate 0.25", values(50, 8000, rate=0.25, ones=True), SIZES, tolerance=0.03, seed=2,
             hint="which values occur? Each is 0 or 1 / (1 − rate), and each unit of each example has its own draw."),
        Case("mean of 4,000 masks, rate 0.25", values(2, 5, rate=0.25, ones=True), (("average", 4000, *DROP),),
             tolerance=0.06, seed=1),
        Case("rate 0", values(2, 3, rate=0.0), (("call", *DROP),), seed=3),
        Case("everything dropped", values(2, 3, rate=1.0), (("call", *DROP),),
             hint="with rate 1 nothing is kept, and 1 − rate is 0."),
        *(Case(f"rate {rate}", values(2, 3, rate=rate), REFUSED, hint="refuse what is no probability with ValueError.")
          for rate in (1.5, -0.1)),
        Case("size, rate 0.6", values(50, 8000, rate=0.6, ones=True), SIZES, tolerance=0.03, public=False),
    ),
    hints={
        "not_scaled": "the mean shrinks: what is kept has to grow by 1 / (1 − rate).",
        "scaled_by_rate": "the scale is 1 / (1 − rate), the inverse of the share that is kept.",
        "keeps_with_rate": "`rate` is the probability of being dropped, not of being kept.",
        "drops_at_test": "with training=False the values pass unchanged.",
        "scales_at_test": "in the inverted form the scaling happens in training, so the test does nothing.",
        "one_mask_for_all": "each example needs a mask of its own: draw as many numbers as x has.",
        "in_place": "the x that was given has changed: *= and the like write into it.",
        "not_a_number": "0 / 0 is not a number: with rate 1 nothing is left to scale.",
        "any_rate": "a rate that is no probability is refused with ValueError, not used.",
    },
)  # fmt: skip


def hidden(units: int, classes: int) -> Any:
    """A hidden vector and the output layer above it."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        return {"h": torch.randn(units, generator=g).relu() + 0.2, "weight": torch.randn(classes, units, generator=g),
                "bias": torch.randn(classes, generator=g)}  # fmt: skip

    return inputs


MASKS = (("call", "h", "weight", "bias"), ("unchanged", "h"))
MEAN = Exercise(
    "geometric_mean_of_masks", "02", points=3, minutes=15, difficulty=3,
    cases=(
        Case("2 units", hidden(2, 3), MASKS, tolerance=1e-4),
        Case("10 units", hidden(10, 4), MASKS, tolerance=1e-4, seed=1),
        Case("8 units", hidden(8, 3), MASKS, tolerance=1e-4, seed=2, public=False),
    ),
    hints={
        "arithmetic": "this is the arithmetic mean of the probabilities; take the mean of their logarithms.",
        "not_normalised": "geometric means of probabilities do not add up to 1: divide by their sum.",
        "no_root": "the product of all networks is sharper than their mean: take the 2^n-th root.",
        "empty_mask_forgotten": "the mask that drops every unit is one of the 2^n as well.",
        "bias_dropped": "the mask acts on the hidden units; the bias stays.",
        "multiplied": "the product of so many probabilities is rounded to 0; the mean of their logarithms is not.",
        "all_units": "this is the answer of one network, the one with all its units.",
        "mask_on_weights_only_once": "every subset of units has to occur: 2^n masks, not n.",
    },
)  # fmt: skip


def batch(examples: int, features: int) -> Any:
    """A batch far from standardised, gamma, beta, a gradient from above, and eps."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        scale = torch.linspace(0.5, 3, features, dtype=torch.float64)
        x = torch.randn(examples, features, generator=g, dtype=torch.float64) * scale + scale
        gamma = torch.rand(features, generator=g, dtype=torch.float64) + 0.5
        beta = torch.randn(features, generator=g, dtype=torch.float64)
        grad_y = torch.randn(examples, features, generator=g, dtype=torch.float64)
        return {"x": x, "gamma": gamma, "beta": beta, "grad_y": grad_y, "eps": 0.1}

    return inputs


NORM = (("call", "x", "gamma", "beta", "eps"), ("unchanged", "x"))
FORWARD = Exercise(
    "batchnorm_forward", "02", points=2, minutes=8, difficulty=1,
    cases=(
        Case("4 examples, 3 features", batch(4, 3), NORM),
        Case("10 examples, 2 features", batch(10, 2), NORM, seed=1),
        Case("5 examples, 6 features", batch(5, 6), NORM, seed=2, public=False),
    ),
    hints={
        "unbiased": "divide by the number of examples, not by one less: the variance of the batch itself.",
        "over_features": "each feature has its own mean and variance, over the examples of the batch.",
        "eps_forgotten": "eps is added to the variance; it is large here, so that it shows.",
        "in_place": "the x that was given has changed: -= and the like write into it.",
        "eps_outside": "eps stands under the root, beside the variance.",
        "variance_not_root": "divide by the standard deviation, the root of the variance.",
        "beta_scaled": "first gamma times the normalised value, then beta is added.",
        "gamma_forgotten": "gamma scales what has been normalised.",
    },
)  # fmt: skip
BACK = (("call", "grad_y", "x", "gamma", "eps"), ("part", 0), ("part", 1), ("part", 2))
BACKWARD = Exercise(
    "batchnorm_backward", "02", points=4, minutes=20, difficulty=3,
    cases=(
        Case("4 examples, 3 features", batch(4, 3), BACK),
        Case("9 examples, 2 features", batch(9, 2), BACK, seed=1),
        Case("6 examples, 5 features", batch(6, 5), BACK, seed=2, public=False),
    ),
    hints={
        "statistics_constant": "mean and variance depend on x as well: two more terms.",
        "mean_constant": "moving one x moves the batch's mean: the mean of the incoming gradient is subtracted.",
        "variance_constant": "moving one x changes the batch's variance: a term in proportion to the normalised x.",
        "gamma_forgotten": "what reaches the normalised value is gamma times the gradient from above.",
        "gamma_of_x": "gamma multiplies the normalised x, so its gradient sums grad_y times that.",
        "swapped": "the gradient of gamma comes second, that of beta third.",
        "means_for_sums": "one gamma and one beta serve all examples: their gradients are sums over the batch.",
    },
)  # fmt: skip


def folding(bias: bool, affine: bool = True) -> Any:
    """A linear layer, a batch norm that has seen data, and inputs."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        linear, norm = nn.Linear(4, 3, bias=bias), nn.BatchNorm1d(3, eps=0.1, affine=affine)
        with torch.no_grad():
            for parameter in (*linear.parameters(), *norm.parameters()):
                parameter.normal_(generator=g)
        norm.running_mean = torch.randn(3, generator=g)
        norm.running_var = torch.rand(3, generator=g) + 0.3
        return {"linear": linear, "norm": norm.eval(), "x": torch.randn(6, 4, generator=g)}

    return inputs


NO_GAMMA = "norm.weight and norm.bias are None here: after the normalisation there is nothing to scale or to add."
FOLD_STEPS = (("call", "linear", "norm"), ("apply", "x"), ("unchanged", "linear"), ("count", "parameters"))
FOLD = Exercise(
    "fold_batchnorm", "02", points=2, minutes=12, difficulty=2,
    cases=(
        Case("a layer with a bias", folding(True), FOLD_STEPS, tolerance=1e-5),
        Case("a layer without bias", folding(False), FOLD_STEPS, tolerance=1e-5, seed=1,
             hint="linear.bias is None here; the folded layer needs one all the same."),
        Case("no gamma, no beta", folding(True, affine=False), FOLD_STEPS, tolerance=1e-5, seed=2, hint=NO_GAMMA),
        Case("neither", folding(False, affine=False), FOLD_STEPS, tolerance=1e-5, seed=3, public=False),
    ),
    hints={
        "eps_forgotten": "in evaluation as in training, eps stands under the root.",
        "mean_forgotten": "the running mean is subtracted before the scaling.",
        "bias_not_scaled": "the linear layer's bias goes through the normalisation as well.",
        "gamma_expected": NO_GAMMA,
        "columns": "an output is a row of the weight matrix: scale rows.",
        "variance_not_root": "divide by the root of the running variance.",
        "in_place": "make a new layer: the given one still stands in its network.",
    },
)  # fmt: skip


def deep(examples: int, *above: type[nn.Module]) -> Any:
    """A network with two batch norms whose running statistics are those of a fresh one, and training data.

    above: kinds of modules that stand above the first of them, made anew for each answer.
    """

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        below = (nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), *(kind() for kind in above))
        network = nn.Sequential(*below, nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2))
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.normal_(generator=g)
        probe: Tensor = torch.randn(4, 3, generator=g)
        return {"network": network, "x": 2 * torch.randn(examples, 3, generator=g) + 1, "probe": probe}

    return inputs


PASS = (("call", "network", "x"), ("apply", "probe"), ("unchanged", "network"), ("field", "training"))
POPULATION = Exercise(
    "population_statistics", "02", points=4, minutes=20, difficulty=3,
    cases=(
        Case("12 examples", deep(12), PASS, tolerance=1e-4,
             hint="if PyTorch finds something not differentiable: no gradients are needed here, see torch.no_grad()."),
        Case("30 examples", deep(30), PASS, tolerance=1e-4, seed=1),
        Case("with dropout", deep(20, nn.Dropout), PASS, tolerance=1e-4, seed=3,
             hint="in evaluation mode dropout drops nothing, during the pass and after it."),
        Case("7 examples", deep(7), PASS, tolerance=1e-4, seed=2, public=False),
    ),
    hints={
        "all_at_once": "the second batch norm was fed by a first one with its old statistics: go layer by layer.",
        "biased": "the population's variance is the unbiased one, with N − 1.",
        "of_what_leaves": "the statistics are those of what enters the batch norm, not of what leaves it.",
        "given_changed": "the given network has changed: work on a copy.",
        "left_in_training": "the result is still in training mode, where it uses the statistics of each batch.",
        "one_training_pass": "in training mode a batch norm takes the batch's biased variance, not its new statistics.",
        "norms_only": "the batch norms are in evaluation mode, the network as a whole is not.",
        "dropout_at_work": "units were dropped during the pass: evaluation mode comes before it.",
        "mean_only": "the running variance is needed as well as the running mean.",
    },
)  # fmt: skip

EXERCISES = (DROPOUT, MEAN, FORWARD, BACKWARD, FOLD, POPULATION)
