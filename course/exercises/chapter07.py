"""The exercises of chapter 7, shattered gradients."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _drawn(network: nn.Module, g: torch.Generator) -> nn.Module:
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(generator=g)
    return network


class Watched(nn.Sequential):
    """A network that tells how many of its parameters hold a gradient."""

    @property
    def gradients(self) -> int:
        """Parameters whose .grad is there."""
        return sum(parameter.grad is not None for parameter in self.parameters())


def along_a_line(points: int, units: int = 6) -> Any:
    """A network of one variable and points in disorder."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        network = _drawn(Watched(nn.Linear(1, units), nn.Tanh(), nn.Linear(units, 1)), g)
        return {"network": network, "x": 4 * torch.rand(points, generator=g) - 2}

    return inputs


SLOPE = (("call", "network", "x"), ("unchanged", "x"), ("input", "network", "gradients"))
INPUT_GRADIENT = Exercise(
    "input_gradient", "07", points=2, minutes=8, difficulty=2,
    cases=(
        Case("7 points", along_a_line(7), SLOPE),
        Case("3 points", along_a_line(3), SLOPE, seed=1),
        Case("1 point", along_a_line(1), SLOPE, seed=2, public=False),
    ),
    hints={
        "mean": "this is the derivative of the mean, smaller by the number of points; take that of the sum.",
        "added_up": "one number for each point is asked for, not their sum.",
        "of_the_square": "the derivative of y is wanted, not that of its square.",
        "left_in_parameters": "the parameters have got gradients: torch.autograd.grad returns the one that you want.",
        "by_differences": "these are differences between neighbours; autograd gives the derivative itself.",
        "column": "the shape should be that of x, (N,).",
    },
)  # fmt: skip


def walk(points: int, lags: int, offset: float = 0.0) -> Any:
    """A running sum and the number of lags."""
    return lambda seed: {"series": torch.randn(points, generator=_random(seed)).cumsum(0) + offset, "lags": lags}


AUTO = (("call", "series", "lags"), ("unchanged", "series"))
AUTOCORRELATION = Exercise(
    "autocorrelation", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("12 points, 4 lags", walk(12, 4, 2.0), AUTO),
        Case("30 points, 6 lags", walk(30, 6), AUTO, seed=1),
        Case("9 points, lag 0 alone", walk(9, 0), AUTO, seed=2),
        Case("50 points, 10 lags", walk(50, 10, -3.0), AUTO, seed=3, public=False),
    ),
    hints={
        "not_centred": "the mean is taken away first.",
        "per_pair": "both sums are sums: at a longer lag there are fewer products, and that is meant.",
        "own_means": "one mean and one sum of squares, those of the whole series, serve every lag.",
        "lag_0_missing": "one number is missing: the first is that of lag 0.",
        "from_lag_1": "it begins with lag 0, where the value is 1.",
        "last_lag_missing": "lags = 4 means five numbers: lags 0, 1, 2, 3 and 4.",
        "around_the_end": "the series has an end: nothing comes round from the other side.",
        "not_divided": "divide by the sum of squares, so that lag 0 gives 1.",
    },
)  # fmt: skip


def channels(*shape: int) -> Any:
    """Random numbers of both signs."""
    return lambda seed: {"x": torch.randn(shape, generator=_random(seed))}


WRITES = "something here writes into the x that was given."
BOTH = (("sorted", "x"), ("unchanged", "x"))
CRELU = Exercise(
    "crelu", "07", points=1, minutes=5, difficulty=1,
    cases=(
        Case("vectors of 3", channels(4, 3), BOTH),
        Case("images of 2 channels", channels(2, 2, 2, 3), BOTH, seed=1),
        Case("vectors of 8", channels(3, 8), BOTH, seed=2, public=False),
    ),
    hints={
        "sign_kept": "both halves are ReLUs, and a ReLU is never negative.",
        "no_relu": "x and −x go through a ReLU each.",
        "examples_doubled": "the channels double, dimension 1; the number of examples stays.",
        "last_dimension": "the channels are dimension 1; that is the last one for vectors, not for images.",
        "in_place": WRITES,
        "in_place_behind": WRITES,
        "absolute": "the second half is relu(−x), not |x|.",
        "relu_alone": "half is missing: what is below zero.",
        "twice_positive": "the second half is the ReLU of −x.",
    },
)  # fmt: skip


class Look:
    """What there is to see in a weight [W, W'], whatever random W is, and in that of another call."""

    def __init__(self, weight: Tensor, again: Tensor):
        self.weight, self.again = weight, again

    def _near(self, a: Tensor, b: Tensor) -> bool:
        return bool(torch.allclose(a, b, atol=1e-4)) and bool(self.weight.abs().max() > 0)

    @property
    def its_halves_are_opposite(self) -> bool:
        """W' = -W."""
        left, right = self.weight.detach().chunk(2, dim=1)
        return self._near(left, -right)

    @property
    def its_halves_are_equal(self) -> bool:
        """W' = W."""
        left, right = self.weight.detach().chunk(2, dim=1)
        return self._near(left, right)

    @property
    def neighbours_are_opposite(self) -> bool:
        """Neighbouring columns are opposite."""
        w = self.weight.detach()
        return self._near(w[:, ::2], -w[:, 1::2])

    @property
    def two_calls_are_alike(self) -> bool:
        """The weight is that of the other call."""
        return self._near(self.weight.detach(), self.again.detach())

    @property
    def smallest_and_largest_singular_value(self) -> list[float]:
        """Those of W; both are 1 if it is orthogonal."""
        s = torch.linalg.svdvals(self.weight.detach().chunk(2, dim=1)[0].float())
        return [float(s.min()), float(s.max())]


def weight(outputs: int, inputs: int) -> Any:
    """Two weights of a layer behind a CReLU, and what looks at them."""

    def inputs_(seed: int) -> Inputs:
        first, again = torch.zeros(2, outputs, 2 * inputs)
        return {"weight": first, "again": again, "W": Look(first, again)}

    return inputs_


HALVES = ("its_halves_are_opposite", "its_halves_are_equal", "neighbours_are_opposite")
FILL = (("fill", "weight"), ("same", "weight"), *(("input", "W", field) for field in HALVES))
SINGULAR = (("fill", "weight"), ("input", "W", "smallest_and_largest_singular_value"))
TWICE = (("fill", "weight"), ("fill", "again"), ("input", "W", "two_calls_are_alike"))
ORTHOGONAL = "W has to be orthogonal: all its singular values are 1."
LOOKS_LINEAR = Exercise(
    "looks_linear_", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("4 units, 4 inputs", weight(4, 4), FILL),
        Case("3 units, 5 inputs", weight(3, 5), FILL, seed=1),
        Case("singular values", weight(3, 5), SINGULAR, seed=3, hint=ORTHOGONAL),
        Case("two calls", weight(4, 4), TWICE, seed=4),
        Case("6 units, 2 inputs", weight(6, 2), (*FILL, SINGULAR[1]), seed=2, public=False),
    ),
    hints={
        "equal_halves": "with [W, W] the layer computes W|x|; it should compute Wx.",
        "not_orthogonal": ORTHOGONAL,
        "not_random": "W is random: each call should fill in another one.",
        "in_pairs": "the CReLU here puts all relu(x) first and all relu(−x) behind them: so W first, then −W.",
        "too_small": "W keeps its length: no factor is needed, for relu(x) − relu(−x) is x, not half of it.",
        "not_in_place": "the given tensor has to be filled, and returned.",
        "one_half": "the right half is not minus the left: is it still empty, or is the whole orthogonal?",
    },
)  # fmt: skip


def _bent(bias: bool) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 6, bias=bias), nn.ReLU(), nn.Linear(6, 2, bias=False))


def network_of(kind: str, rows: int = 8) -> Any:
    """A network, with or without a bend, inputs, and a network with a bend and biases."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        if kind == "linear":
            network: nn.Module = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 2, bias=False)).double()
            with torch.no_grad():
                for parameter in network.parameters():
                    parameter.copy_(torch.randint(-3, 4, parameter.shape, generator=g))
            x = torch.randint(-5, 6, (rows, 3), generator=g).double()
        else:
            network = _drawn(_bent(kind == "biased"), g)
            x = torch.randn(rows, 3, generator=g)
        return {"network": network, "x": x, "biased": _drawn(_bent(True), g).to(x.dtype)}

    return inputs


ADD = (("call", "network", "x"), ("unchanged", "network"))
AND_BIASED = (*ADD, ("call", "biased", "x"))  # without biases several mistakes return the same
LINEAR = Exercise(
    "linear_at_init", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("a network with a ReLU", network_of("biased"), ADD, seed=11),  # largest: below 0, and above in f(a + b)
        Case("without biases, and with them", network_of("bent", 6), AND_BIASED, seed=290),  # and reverse
        Case("linear, and with a ReLU", network_of("linear"), AND_BIASED, seed=2),
        Case("12 rows", network_of("bent", 12), ADD, seed=3, public=False),
    ),
    hints={
        "scaled_only": "f(2x) = 2 f(x) holds for every ReLU network without biases; test the sum of two inputs.",
        "subtracted": "it is f(a) plus f(b) that is compared with f(a + b).",
        "not_relative": "the difference is divided by the largest output, so that the scale says nothing.",
        "mean": "the largest difference is wanted, not the mean.",
        "yes_or_no": "return the number; whether it is small is for the caller to say.",
        "same_half": "a is the first half of the rows, b the second: do not add a to itself.",
        "even_and_odd": "a is the first half of the rows and b the second, not every other row.",
        "elementwise": "one largest value is divided by another; numbers are not divided one by one.",
        "norm": "the largest absolute value is wanted, not the root of a sum of squares.",
        "no_absolute_value": "a number far below zero is large as well: absolute values are compared.",
    },
)  # fmt: skip


class Block(nn.Module):
    """x + branch(x)."""

    def __init__(self, width: int):
        super().__init__()
        self.branch = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.branch(x)


def residual(blocks: int, beta: float) -> Any:
    """A residual network, a factor and inputs."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        body = [Block(3) for _ in range(blocks)]
        network = _drawn(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), *body, nn.Linear(3, 2)), g)
        return {"network": network, "beta": beta, "x": torch.randn(4, 2, generator=g)}

    return inputs


SCALE = (("call", "network", "beta"), ("apply", "x"), ("unchanged", "network"))
RESCALE = Exercise(
    "rescale_residual", "07", points=2, minutes=8, difficulty=2,
    cases=(
        Case("2 blocks, β = 0.5", residual(2, 0.5), SCALE),
        Case("3 blocks, β = 0.1", residual(3, 0.1), SCALE, seed=1),
        Case("4 blocks, β = 0", residual(4, 0.0), SCALE, seed=2, public=False),
    ),
    hints={
        "all_layers": "only the last linear layer of each branch is scaled; two scaled layers give β².",
        "weight_only": "the bias is part of what the branch returns: scale it, too.",
        "outside_too": "layers that are no part of a branch keep their weights.",
        "given_changed": "the given network has changed: work on a copy.",
        "divided": "multiply by β.",
        "first_block_only": "every block is scaled.",
    },
)  # fmt: skip

EXERCISES = (INPUT_GRADIENT, AUTOCORRELATION, CRELU, LOOKS_LINEAR, LINEAR, RESCALE)
