"""The exercises of chapter 2, dropout and batch normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.overrides import TorchFunctionMode

from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Conduct, Given, Inputs, Seen
from course.exercises.inputs import drawn, seeded
from course.exercises.operations import keeping, numbers, on_average, parameters, parts, passes_gradient, refused


@seeded
def values(g: Generator, *shape: int, rate: float, training: bool = True, ones: bool = False) -> Inputs:
    """Activations, a rate and the mode."""
    x = torch.ones(shape) if ones else torch.randn(shape, generator=g)
    return {"x": x, "rate": rate, "training": training}


@seeded
def some_rate(g: Generator) -> Inputs:
    """Many activations of 1 in training, and a rate between 0.3 and 0.7."""
    rate = round(0.3 + 0.4 * float(torch.rand((), generator=g)), 2)
    return values(50, 8000, rate=rate, ones=True)(g.initial_seed())


def sizes(answer: Answer, given: Given) -> Seen:
    """How large what is kept is, how often, and whether each column has draws of its own."""
    values = numbers(answer(*given))
    yield "mean, deviation, and √n times the deviation of column means are", _deviations(values)


def sizes_and_x(answer: Answer, given: Given) -> Seen:
    """The same, and x afterwards."""
    yield from sizes(answer, given)
    yield given.unchanged("x")


def _deviations(values: np.ndarray) -> np.ndarray:
    if not (values.size and values.ndim):
        return values  # there are no columns: what came back says enough
    columns = values.mean(axis=0).std() * values.shape[0] ** 0.5
    return np.array([values.mean(), values.std(), columns])


DIVIDED = "with rate 1 nothing is kept, and 1 − rate is 0: nothing is left to divide."
ANY_RATE = "a rate that is no probability is refused with ValueError, not used."
DROPOUT = Exercise(
    "dropout", "02", points=2, minutes=8, difficulty=1,
    cases=(
        Case("at test time", values(3, 4, rate=0.5, training=False), keeping("x")),
        Case("size, rate 0.25", values(50, 8000, rate=0.25, ones=True), sizes_and_x, tolerance=0.03, seed=2),
        Case("mean of 4,000 masks, rate 0.25", values(2, 5, rate=0.25, ones=True), on_average,
             tolerance=0.06, seed=1),
        Case("rate 0", values(2, 3, rate=0.0), seed=3),
        Case("everything dropped", values(2, 3, rate=1.0), hint=DIVIDED, on=(ZeroDivisionError,)),
        Case("rate 1 at test time", values(2, 3, rate=1.0, training=False), seed=4, hint=DIVIDED,
             on=(ZeroDivisionError,)),
        *(Case(f"rate {rate}", values(2, 3, rate=rate), refused, hint=ANY_RATE, on=(RuntimeError, ZeroDivisionError))
          for rate in (1.5, -0.1)),
        Case("rate 1.5 at test time", values(2, 3, rate=1.5, training=False), refused),
        Case("the gradient", values(4, 5, rate=0.5), passes_gradient, seed=5),
        Case("size, another rate", some_rate(), sizes, tolerance=0.03, public=False),
    ),
)  # fmt: skip


@seeded
def hidden(g: Generator, units: int, classes: int) -> Inputs:
    """A hidden vector and the output layer above it."""
    return {"h": torch.randn(units, generator=g).relu() + 0.2, "weight": torch.randn(classes, units, generator=g),
            "bias": torch.randn(classes, generator=g)}  # fmt: skip


class _Work(TorchFunctionMode):
    """Counts the numbers that torch computes, and sees whether some left torch."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers, self.left = 0, False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        self.numbers += out.numel() if isinstance(out, Tensor) else 0
        self.left |= isinstance(out, float | list | np.ndarray)
        return out


def all_masks(answer: Answer, given: Given) -> Seen:
    """The mean, and whether it was made of all networks; the one with halved weights has the same."""
    yield "returned", answer(*given)
    yield given.unchanged("h")
    with _Work() as work:  # a second call, since the first one is also written down
        answer(*given)
    enough = work.left or work.numbers >= 2 ** len(given.h) * len(given.bias)
    yield Conduct(enough, "has not computed the answers of all 2^n networks", "has computed all networks")


MEAN = Exercise(
    "geometric_mean_of_masks", "02", points=3, minutes=15, difficulty=3,
    cases=(
        Case("2 units", hidden(2, 3), all_masks, tolerance=1e-4),
        Case("10 units", hidden(10, 4), all_masks, tolerance=1e-4, seed=1),
        Case("8 units", hidden(8, 3), all_masks, tolerance=1e-4, public=False),
    ),
)  # fmt: skip


@seeded
def batch(g: Generator, examples: int, features: int) -> Inputs:
    """A batch far from standardised, gamma, beta, a gradient from above, and eps."""
    scale = torch.linspace(0.5, 3, features)
    x = torch.randn(examples, features, generator=g) * scale + scale
    gamma, beta = torch.rand(features, generator=g) + 0.5, torch.randn(features, generator=g)
    grad_y = torch.randn(examples, features, generator=g)
    return {"x": x, "gamma": gamma, "beta": beta, "grad_y": grad_y, "eps": 0.1}


def forward(answer: Answer, given: Given) -> Seen:
    """The normalised batch; the given one stays as it was."""
    yield "returned", answer(given.x, given.gamma, given.beta, given.eps)
    yield given.unchanged("x")


def backward(answer: Answer, given: Given) -> Seen:
    """Three gradients, and what they were made of afterwards."""
    x, gamma, beta = parts(answer(given.grad_y, given.x, given.gamma, given.eps), 3)
    yield "the first value returned, the gradient of x, is", x
    yield "the second value returned, the gradient of gamma, is", gamma
    yield "the third value returned, the gradient of beta, is", beta
    yield given.unchanged("x")
    yield given.unchanged("grad_y")


FORWARD = Exercise(
    "batchnorm_forward", "02", points=2, minutes=8, difficulty=1,
    cases=(
        Case("4 examples, 3 features", batch(4, 3), forward),
        Case("10 examples, 2 features", batch(10, 2), forward, seed=1),
        Case("5 examples, 6 features", batch(5, 6), forward, public=False),
    ),
)  # fmt: skip
BACKWARD = Exercise(
    "batchnorm_backward", "02", points=4, minutes=20, difficulty=3,
    cases=(
        Case("4 examples, 3 features", batch(4, 3), backward),
        Case("9 examples, 2 features", batch(9, 2), backward, seed=1),
        Case("6 examples, 5 features", batch(6, 5), backward, public=False),
    ),
)  # fmt: skip


@seeded
def folding(g: Generator, bias: bool, affine: bool = True, training: bool = False) -> Inputs:
    """A linear layer, a batch norm that has seen data, in this mode, and inputs."""
    linear, norm = nn.Linear(4, 3, bias=bias), nn.BatchNorm1d(3, eps=0.1, affine=affine)
    drawn(nn.Sequential(linear, norm), g)
    norm.running_mean = torch.randn(3, generator=g)
    norm.running_var = torch.rand(3, generator=g) + 0.3
    return {"linear": linear, "norm": norm.train(training), "x": torch.randn(6, 4, generator=g)}


def folded(answer: Answer, given: Given) -> Seen:
    """One layer in the place of two, and the given one afterwards."""
    layer = answer(given.linear, given.norm)
    yield "its output is", layer(given.x)
    yield given.unchanged("linear")
    yield given.unchanged("norm")
    yield "the number of its parameters is", parameters(layer)


NO_GAMMA = "norm.weight and norm.bias are None here: after the normalisation there is nothing to scale or to add."
ON_NONE = (TypeError, AttributeError)
FOLD = Exercise(
    "fold_batchnorm", "02", points=2, minutes=12, difficulty=2,
    cases=(
        Case("a layer with a bias", folding(True), folded, tolerance=1e-5),
        Case("a layer without bias", folding(False), folded, tolerance=1e-5, seed=1,
             hint="linear.bias is None here; the folded layer needs one all the same.", on=ON_NONE),
        Case("no gamma, no beta", folding(True, affine=False), folded, tolerance=1e-5, seed=2, hint=NO_GAMMA,
             on=ON_NONE),
        Case("a batch norm in training mode", folding(True, training=True), folded, tolerance=1e-5, seed=4),
        Case("no bias, no gamma, no beta", folding(False, affine=False), folded, tolerance=1e-5, seed=3, hint=NO_GAMMA,
             on=ON_NONE),
        Case("a layer with a bias, again", folding(True), folded, tolerance=1e-5, public=False),
    ),
)  # fmt: skip


@seeded
def deep(
    g: Generator, examples: int, *above: type[nn.Module], training: bool = True, norm_first: bool = False
) -> Inputs:
    """A network in this mode with two batch norms whose running statistics are those of a fresh one, and training data.

    above: kinds of modules that stand above the first of them. norm_first: whether a third stands before all others.
    """
    first = [nn.BatchNorm1d(3)] if norm_first else []
    below = (*first, nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), *(kind() for kind in above))
    network = drawn(nn.Sequential(*below, nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2)), g)
    probe = torch.randn(4, 3, generator=g)
    x = 2 * torch.randn(examples, 3, generator=g) + 1
    return {"network": network.train(training), "x": x, "probe": probe}


def ready_for_use(answer: Answer, given: Given) -> Seen:
    """The outputs of the network that is returned, which is in evaluation mode, and the given one afterwards."""
    network = answer(given.network, given.x)
    yield "its output is", network(given.probe)
    yield given.unchanged("network")
    yield given.unchanged("x")
    yield "its attribute training is", network.training


NO_GRADIENT = "statistics need no gradients: work under torch.no_grad()."
POPULATION = Exercise(
    "population_statistics", "02", points=4, minutes=20, difficulty=3,
    cases=(
        Case("12 examples", deep(12), ready_for_use, tolerance=1e-4, hint=NO_GRADIENT, on=(RuntimeError,)),
        Case("30 examples", deep(30), ready_for_use, tolerance=1e-4, seed=1),
        Case("with dropout", deep(20, nn.Dropout), ready_for_use, tolerance=1e-4, seed=3),
        Case("a network in evaluation", deep(10, training=False), ready_for_use, tolerance=1e-4, seed=4),
        Case("a batch norm comes first", deep(9, norm_first=True), ready_for_use, tolerance=1e-4, seed=5),
        Case("7 examples", deep(7), ready_for_use, tolerance=1e-4, public=False),
    ),
)  # fmt: skip

EXERCISES = (DROPOUT, MEAN, FORWARD, BACKWARD, POPULATION, FOLD)
