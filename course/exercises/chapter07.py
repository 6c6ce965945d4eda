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
        "from_lag_1": "it begins with lag 0, where the value is 1.",
        "last_lag_missing": "lags = 4 means five numbers: lags 0, 1, 2, 3 and 4.",
        "around_the_end": "the series has an end: nothing comes round from the other side.",
        "not_divided": "divide by the sum of squares, so that lag 0 gives 1.",
    },
)  # fmt: skip


def channels(*shape: int) -> Any:
    """Random numbers of both signs."""
    return lambda seed: {"x": torch.randn(shape, generator=_random(seed))}


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
        "absolute": "the second half is relu(−x), not |x|.",
        "relu_alone": "half is missing: what is below zero.",
        "twice_positive": "the second half is the ReLU of −x.",
    },
)  # fmt: skip


class Look:
    """What there is to see in a weight [W, W'], whatever random W is."""

    def __init__(self, weight: Tensor):
        self.weight = weight

    def _near(self, a: Tensor, b: Tensor) -> bool:
        return bool(torch.allclose(a, b, atol=1e-4)) and bool(self.weight.abs().max() > 0)

    @property
    def opposite(self) -> bool:
        """W' = -W."""
        left, right = self.weight.detach().chunk(2, dim=1)
        return self._near(left, -right)

    @property
    def equal(self) -> bool:
        """W' = W."""
        left, right = self.weight.detach().chunk(2, dim=1)
        return self._near(left, right)

    @property
    def in_pairs(self) -> bool:
        """Neighbouring columns are opposite."""
        w = self.weight.detach()
        return self._near(w[:, ::2], -w[:, 1::2])

    @property
    def singular_values(self) -> list[float]:
        """Whether those of W are all alike, and all 1."""
        s = torch.linalg.svdvals(self.weight.detach().chunk(2, dim=1)[0].float())
        return [float(self._near(s, s.mean().expand_as(s))), float(self._near(s, torch.ones_like(s)))]


def weight(outputs: int, inputs: int) -> Any:
    """The weight of a layer behind a CReLU, and what looks at it."""

    def inputs_(seed: int) -> Inputs:
        w = torch.zeros(outputs, 2 * inputs)
        return {"weight": w, "look": Look(w)}

    return inputs_


SEE = tuple(("input", "look", field) for field in ("opposite", "equal", "in_pairs", "singular_values"))
FILL = (("fill", "weight"), *SEE, ("same", "weight"))
LOOKS_LINEAR = Exercise(
    "looks_linear_", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("4 units, 4 inputs", weight(4, 4), FILL),
        Case("3 units, 5 inputs", weight(3, 5), FILL, seed=1),
        Case("6 units, 2 inputs", weight(6, 2), FILL, seed=2, public=False),
    ),
    hints={
        "equal_halves": "with [W, W] the layer computes W|x|; it should compute Wx.",
        "not_orthogonal": "W has to be orthogonal: all its singular values are 1.",
        "in_pairs": "the CReLU here puts all relu(x) first and all relu(−x) behind them: so W first, then −W.",
        "too_small": "W keeps its length: no factor is needed, for relu(x) − relu(−x) is x, not half of it.",
        "not_in_place": "the given tensor has to be filled, and returned.",
        "one_half": "the right half is still empty.",
    },
)  # fmt: skip


def network_of(kind: str, rows: int = 8) -> Any:
    """A network, with or without a bend, and inputs."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        if kind == "linear":
            network = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 2, bias=False)).double()
            with torch.no_grad():
                for parameter in network.parameters():
                    parameter.copy_(torch.randint(-3, 4, parameter.shape, generator=g))
            return {"network": network, "x": torch.randint(-5, 6, (rows, 3), generator=g).double()}
        network = nn.Sequential(nn.Linear(3, 6, bias=kind == "biased"), nn.ReLU(), nn.Linear(6, 2, bias=False))
        return {"network": _drawn(network, g), "x": torch.randn(rows, 3, generator=g)}

    return inputs


ADD = (("call", "network", "x"), ("unchanged", "network"))
LINEAR = Exercise(
    "linear_at_init", "07", points=2, minutes=10, difficulty=2,
    cases=(
        Case("a network with a ReLU", network_of("biased"), ADD, seed=5),
        Case("the same without biases", network_of("bent", 6), ADD, seed=1),
        Case("a linear network", network_of("linear"), ADD, seed=2),
        Case("12 rows", network_of("bent", 12), ADD, seed=3, public=False),
    ),
    hints={
        "scaled_only": "f(2x) = 2 f(x) holds for every ReLU network without biases; test the sum of two inputs.",
        "subtracted": "it is f(a) plus f(b) that is compared with f(a + b).",
        "not_relative": "the difference is divided by the largest output, so that the scale says nothing.",
        "mean": "the largest difference is wanted, not the mean.",
        "yes_or_no": "return the number; whether it is small is for the caller to say.",
        "same_half": "a is the first half of the rows, b the second: do not add a to itself.",
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
