"""The exercises of chapter 7, shattered gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Generator, Tensor, nn

from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Conduct, Given, Inputs, Seen
from course.exercises.inputs import Branched, drawn, seeded
from course.exercises.operations import keeping, numbers, parameters


@seeded
def along_a_line(g: Generator, points: int, units: int = 6) -> Inputs:
    """A network of one variable and points in disorder."""
    network = drawn(nn.Sequential(nn.Linear(1, units), nn.Tanh(), nn.Linear(units, 1)), g)
    return {"network": network, "x": 4 * torch.rand(points, generator=g) - 2}


def slopes(answer: Answer, given: Given) -> Seen:
    """The slopes; points and network are left as they were."""
    yield "returned", answer(given.network, given.x)
    yield given.unchanged("x")
    yield given.unchanged("network")


INPUT_GRADIENT = Exercise(
    "input_gradient", "07", points=2, minutes=8, difficulty=2,
    cases=(
        Case("7 points", along_a_line(7), slopes),
        Case("3 points", along_a_line(3), slopes, seed=1),
        Case("1 point", along_a_line(1), slopes, seed=2),
        Case("5 points", along_a_line(5), slopes, public=False),
    ),
)  # fmt: skip


@seeded
def walk(g: Generator, points: int, lags: int, offset: float = 0.0) -> Inputs:
    """A running sum and the number of lags."""
    return {"series": torch.randn(points, generator=g).cumsum(0) + offset, "lags": lags}


AUTOCORRELATION = Exercise(
    "autocorrelation", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("12 points, 4 lags", walk(12, 4, 2.0), keeping("series")),
        Case("30 points, 6 lags", walk(30, 6), keeping("series"), seed=1),
        Case("9 points, lag 0 alone", walk(9, 0), keeping("series"), seed=2),
        Case("50 points, 10 lags", walk(50, 10, -3.0), keeping("series"), public=False),
    ),
)  # fmt: skip


@seeded
def channels(g: Generator, *shape: int) -> Inputs:
    """Random numbers of both signs."""
    return {"x": torch.randn(shape, generator=g)}


def in_either_order(answer: Answer, given: Given) -> Seen:
    """The channels, those in pairs put behind each other: both orders are allowed."""
    yield "returned", _behind_each_other(numbers(answer(given.x)))
    yield given.unchanged("x")


def _behind_each_other(values: np.ndarray) -> np.ndarray:
    """What stands in pairs, of which one number is 0, in halves: the first of each pair, then the second."""
    if values.ndim < 2 or values.shape[1] % 2 or not values.any():
        return values
    first, second = values[:, ::2], values[:, 1::2]
    return values if (first * second).any() else np.concatenate([first, second], axis=1)


def squares(answer: Answer, given: Given) -> Seen:
    """The gradient of half the squared output with respect to x."""
    x = given.x.requires_grad_()
    yield "the gradient at its input is", torch.autograd.grad(answer(x).square().sum() / 2, x)[0]


CRELU = Exercise(
    "crelu", "07", points=1, minutes=5, difficulty=1,
    cases=(
        Case("vectors of 3", channels(4, 3), in_either_order),
        Case("images of 2 channels", channels(2, 2, 2, 3), in_either_order, seed=1),
        Case("one vector of 6", channels(1, 6), in_either_order, seed=3),
        Case("the gradient", channels(3, 4), squares, seed=4),
        Case("vectors of 8", channels(3, 8), in_either_order, public=False),
    ),
)  # fmt: skip


@seeded
def weight(g: Generator, outputs: int, inputs: int) -> Inputs:
    """Two weights of a layer behind a CReLU."""
    first, again = torch.zeros(2, outputs, 2 * inputs)
    return {"weight": first, "again": again}


@seeded
def some_weight(g: Generator) -> Inputs:
    """The same, of 4 to 8 units and 2 to 6 inputs."""
    return weight(*(torch.randint(5, (2,), generator=g) + torch.tensor([4, 2])).tolist())(0)


def parameter(outputs: int, inputs: int) -> Callable[[int], Inputs]:
    """A weight of a network."""
    return lambda seed: {"weight": nn.Parameter(torch.zeros(outputs, 2 * inputs))}


def halves(answer: Answer, given: Given) -> Seen:
    """What there is to see in a weight [W, W'], whatever random W is."""
    yield given.returned("weight", answer(given.weight))
    filled = given.weight.detach()
    left, right = filled.chunk(2, dim=1)
    yield Conduct(_near(left, -right), "its halves are not opposite", "its halves are opposite")
    yield Conduct(_near(left, right), "its halves are not equal", "its halves are equal")
    neighbours = _near(filled[:, ::2], -filled[:, 1::2])
    yield Conduct(neighbours, "neighbours are not opposite", "neighbours are opposite")


def singular_values(answer: Answer, given: Given) -> Seen:
    """Those of W: all are 1 if it is orthogonal."""
    answer(given.weight)
    half = given.weight.detach().chunk(2, dim=1)[0]
    values = torch.linalg.svdvals(half.float())
    yield "smallest and largest singular value of W are", [float(values.min()), float(values.max())]
    yield "how many of W's numbers are 0 is", int((half.abs() < 1e-6).sum())


def halves_and_singular_values(answer: Answer, given: Given) -> Seen:
    """Both, of one weight."""
    yield from halves(answer, given)
    yield from singular_values(lambda weight: weight, given)


def of_parameter(answer: Answer, given: Given) -> Seen:
    """Both, of a parameter, and whether it still learns."""
    yield from halves_and_singular_values(answer, given)
    yield Conduct(given.weight.requires_grad, "has switched off requires_grad", "has left requires_grad on")


def two_calls(answer: Answer, given: Given) -> Seen:
    """Whether W is random."""
    answer(given.weight)
    answer(given.again)
    yield Conduct(_near(given.weight.detach(), given.again.detach()), "two calls are not alike", "two calls are alike")


def _near(a: Tensor, b: Tensor) -> bool:
    """Whether they hold the same numbers, and not zeros alone."""
    return bool(torch.allclose(a, b, atol=1e-4)) and bool(a.abs().max() > 0)


LOOKS_LINEAR = Exercise(
    "looks_linear_", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("4 units, 4 inputs", weight(4, 4), halves),
        Case("3 units, 5 inputs", weight(3, 5), halves, seed=1),
        Case("singular values", weight(3, 5), singular_values, seed=3),
        Case("a parameter", parameter(5, 3), of_parameter, seed=5),
        Case("two calls", weight(4, 4), two_calls, seed=4),
        Case("other sizes", some_weight(), halves_and_singular_values, public=False),
    ),
)  # fmt: skip


def _bent(bias: bool) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 6, bias=bias), nn.ReLU(), nn.Linear(6, 2, bias=False))


class Function:
    """What is no module, and computes as one does."""

    def __init__(self, network: nn.Module):
        self.network = network

    def __call__(self, x: Tensor) -> Tensor:
        y: Tensor = self.network(x)
        return y

    def __repr__(self) -> str:
        return "f"


@seeded
def network_of(g: Generator, kind: str, rows: int = 8) -> Inputs:
    """A network, with or without a bend, inputs, and a network with a bend and biases."""
    if kind == "linear":
        network: nn.Module = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 2, bias=False)).double()
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.copy_(torch.randint(-3, 4, parameter.shape, generator=g))
        x = torch.randint(-5, 6, (rows, 3), generator=g).double()
    else:
        network = drawn(_bent(kind == "biased"), g)
        x = torch.randn(rows, 3, generator=g)
    return {"network": network, "x": x, "biased": drawn(_bent(True), g).to(x.dtype)}


def additive(answer: Answer, given: Given) -> Seen:
    """The number, and network and inputs afterwards."""
    yield "returned", answer(given.network, given.x)
    yield given.unchanged("network")
    yield given.unchanged("x")


def of_a_function(answer: Answer, given: Given) -> Seen:
    """The number for a function that is no module."""
    yield "returned", answer(Function(given.network), given.x)


def additive_twice(answer: Answer, given: Given) -> Seen:
    """Without biases several mistakes return the same: so a network with biases follows."""
    yield from additive(answer, given)
    yield "for a network with biases it returned", answer(given.biased, given.x)


ANY = "`network` may be any function: it is called, and asked for nothing else."
LINEAR = Exercise(
    "linear_at_init", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("a network with a ReLU", network_of("biased"), additive, seed=11),  # largest: below 0; above 0 in f(a + b)
        Case("without biases, and with them", network_of("bent", 6), additive_twice, seed=290),  # and reverse
        Case("linear, and with a ReLU", network_of("linear"), additive_twice, seed=2),
        Case("a function that is no module", network_of("biased"), of_a_function, seed=12, hint=ANY,
             on=(AttributeError,)),
        Case("12 rows", network_of("bent", 12), additive, public=False),
    ),
)  # fmt: skip


@seeded
def residual(g: Generator, blocks: int, beta: float, training: bool = True, layers: int = 2) -> Inputs:
    """A residual network in this mode, a factor and inputs. layers: how many linear ones a branch has."""

    def branch() -> nn.Module:
        above = (module for _ in range(layers - 1) for module in (nn.Tanh(), nn.Linear(3, 3)))
        return nn.Sequential(nn.Linear(3, 3), *above)

    body = [Branched(branch()) for _ in range(blocks)]
    network = drawn(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), *body, nn.Linear(3, 2)), g)
    return {"network": network.train(training), "beta": beta, "x": torch.randn(4, 2, generator=g)}


def rescaled(answer: Answer, given: Given) -> Seen:
    """Output, gradient and mode of a new network, and the given one afterwards."""
    x = given.x.requires_grad_()
    network = answer(given.network, given.beta)
    y = network(x)
    yield "its output is", y
    yield "the gradient at its input is", torch.autograd.grad(y.square().sum() / 2, x)[0]
    yield given.unchanged("network")
    yield given.shared("network", network)
    yield "the number of its parameters is", parameters(network)
    yield "the attribute training of its last layer is", list(network.modules())[-1].training


RESCALE = Exercise(
    "rescale_residual", "07", points=2, minutes=8, difficulty=2,
    cases=(
        Case("2 blocks, β = 0.5", residual(2, 0.5), rescaled),
        Case("3 blocks, β = 0.1", residual(3, 0.1), rescaled, seed=1),
        Case("2 blocks, β = 0", residual(2, 0.0), rescaled, seed=3),
        Case("2 blocks, in evaluation", residual(2, 0.2, training=False), rescaled, seed=4),
        Case("three layers a branch", residual(2, 0.3, layers=3), rescaled, seed=5),
        Case("4 blocks, β = 0.7", residual(4, 0.7), rescaled, public=False),
    ),
)  # fmt: skip

EXERCISES = (INPUT_GRADIENT, AUTOCORRELATION, RESCALE, CRELU, LOOKS_LINEAR, LINEAR)
