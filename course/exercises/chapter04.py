"""The exercises of chapter 4, highway networks."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Conduct, Given, Inputs, Seen
from course.exercises.inputs import drawn, seeded, these
from course.exercises.operations import gradient, keeping, loaded, output, parameters, parts, refused, twice


@seeded
def layer(g: Generator, width: int, gate_bias: float, rows: int = 3, scale: float = 1.0) -> Inputs:
    """Width and gate bias, weights to load, and inputs of which some are negative."""
    weights = {
        f"{part}.{kind}": torch.randn(shape, generator=g)
        for part in ("transform", "gate")
        for kind, shape in (("weight", (width, width)), ("bias", (width,)))
    }
    return {"sizes": (width, gate_bias), "weights": weights, "x": scale * torch.randn(rows, width, generator=g)}


def size_and_output(answer: Answer, given: Given) -> Seen:
    """Counts what a layer learns; its output with given weights."""
    yield "the number of its parameters is", parameters(answer(*given.sizes))
    yield "its output is", loaded(answer, given)(given.x)
    yield given.unchanged("x")


def as_it_starts(answer: Answer, given: Given) -> Seen:
    """The biases and the output of a layer as it is made."""
    layer, bias = answer(*given.sizes), given.sizes[1]
    filled, other = (bool((part.bias == bias).all()) for part in (layer.gate, layer.transform))
    yield Conduct(filled, f"has gate.bias other than {bias:g}", f"has gate.bias {bias:g}")
    yield Conduct(other, f"has transform.bias other than {bias:g}", f"has filled transform.bias with {bias:g} as well")
    for name in ("transform.weight", "transform.bias", "gate.weight"):
        drawn = _as_drawn(layer.get_parameter(name))
        yield Conduct(drawn, f"has {name} other than PyTorch draws it", f"has {name} as PyTorch draws it")
    yield "its output is", layer(given.x)


def _as_drawn(parameter: Tensor) -> bool:
    """Whether a parameter of a linear layer of as many inputs may come from PyTorch, even between ±1 / √inputs."""
    size = parameter.shape[-1] ** -0.5
    return bool(parameter.abs().max() <= size) and bool(parameter.std() > size / 4)


HIGHWAY = Exercise(
    "HighwayLayer", "04", points=3, minutes=12, difficulty=2,
    cases=(
        Case("given weights", layer(5, -2.0), size_and_output),
        Case("gate bias −30", layer(12, -30.0), as_it_starts, tolerance=1e-6, seed=1),
        Case("gradient", layer(4, -1.0), gradient, seed=2),
        Case("large inputs", layer(4, -1.0, scale=1000.0), output, seed=5),
        Case("one row", layer(4, -1.0, rows=1), output, seed=4),
        Case("another width", layer(3, -1.0), output, public=False),
        Case("another gate bias, as it starts", layer(14, -25.0), as_it_starts, tolerance=1e-6, public=False),
    ),
)  # fmt: skip


@seeded
def gate(g: Generator, width: int, inputs: int) -> Inputs:
    """Weights of a gate in carry notation."""
    return {"weight": torch.randn(width, inputs, generator=g), "bias": torch.randn(width, generator=g)}


def converted(answer: Answer, given: Given) -> Seen:
    """Two new tensors; the given ones stay as they were."""
    weight, bias = parts(answer(given.weight, given.bias), 2)
    yield "the first value returned, the weight, is", weight
    yield "the second value returned, the bias, is", bias
    yield given.unchanged("weight")
    yield given.unchanged("bias")


CARRY = Exercise(
    "from_carry_notation", "04", points=1, minutes=6, difficulty=1,
    cases=(
        Case("3 units, 2 inputs", gate(3, 2), converted),
        Case("4 units, 4 inputs", gate(4, 4), converted, seed=1),
        Case("one unit", gate(1, 3), converted, seed=2),
        Case("2 units, 5 inputs", gate(2, 5), converted, public=False),
    ),
)  # fmt: skip

NO_BIAS = "only a share between 0 and 1, both excluded, has a bias: raise ValueError for others."
NO_LAYERS = "there is no bias for fewer than one layer: raise ValueError."
ON_NO_BIAS = (ArithmeticError, TypeError)
REFUSED = 0.25  # the weight of an error: to refuse is not yet to know the formula


@seeded
def some_depth(g: Generator) -> Inputs:
    """100 to 2,000 layers, and a share between 10 and 90 % to be kept."""
    kept = 0.1 + 0.8 * float(torch.rand((), generator=g))
    return {"layers": int(torch.randint(100, 2001, (), generator=g)), "kept": round(kept, 2)}


DEPTH = Exercise(
    "gate_bias_for_depth", "04", points=2, minutes=10, difficulty=2,
    cases=(
        Case("one layer, 30 %", these(layers=1, kept=0.3)),
        Case("50 layers, 60 %", these(layers=50, kept=0.6), seed=1),
        Case("10 layers, 90 %", these(layers=10, kept=0.9), seed=2),
        *(Case(f"{kept:.0%} kept", these(layers=10, kept=kept), refused, weight=REFUSED, hint=NO_BIAS, on=ON_NO_BIAS)
          for kept in (0.0, 1.0, 1.5, -0.1)),
        *(Case(f"{few} layers", these(layers=few, kept=0.5), refused, weight=REFUSED, hint=NO_LAYERS, on=ON_NO_BIAS)
          for few in (0, -2)),
        Case("hundreds of layers", some_depth(), public=False),
    ),
)  # fmt: skip


@seeded
def trained(g: Generator, layer: int = 1, dropout: bool = False) -> Inputs:
    """A network of five modules, which of them to take out, inputs and labels."""
    hidden = [nn.Linear(6, 6) for _ in range(3)]
    parts = [hidden[0], hidden[1], nn.Dropout(0.5) if dropout else nn.ReLU(), hidden[2], nn.Linear(6, 4)]
    network = drawn(nn.Sequential(*parts), g).eval()
    x, y = torch.randn(97, 6, generator=g), torch.randint(0, 4, (97,), generator=g)
    y[:70] = network(x).argmax(1)[:70]
    return {"network": network, "layer": layer, "x": x, "y": y}


def once(answer: Answer, given: Given) -> Seen:
    """The error, and the network afterwards."""
    yield "returned", answer(*given)
    yield given.unchanged("network")
    yield given.unchanged("x")


LESION = Exercise(
    "lesion", "04", points=2, minutes=12, difficulty=2,
    cases=(
        Case("error without layer 1", trained(), once, tolerance=1e-6),
        Case("layer 0, twice", trained(layer=0), twice, tolerance=1e-6, seed=1),
        Case("with dropout", trained(layer=3, dropout=True), once, tolerance=1e-6, seed=2),
        Case("layer 2, a ReLU", trained(layer=2), once, tolerance=1e-6, public=False),
    ),
)  # fmt: skip


class Gated(nn.Module):
    """y = T * tanh(inner(x)) + (1 - T) * x with T = sigmoid(gate(x)): a network to look into."""

    def __init__(self, width: int):
        super().__init__()
        self.inner, self.gate = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        t = torch.sigmoid(self.gate(x))
        return t * torch.tanh(self.inner(x)) + (1 - t) * x


@seeded
def highway(g: Generator, layers: int, width: int, images: int, training: bool = True) -> Inputs:
    """A highway network in this mode with a plain first and last layer, and inputs."""
    gated = [Gated(width) for _ in range(layers)]
    network = drawn(nn.Sequential(nn.Linear(3, width), nn.ReLU(), *gated, nn.Linear(width, 2)), g)
    return {"network": network.train(training), "x": torch.randn(images, 3, generator=g)}


ENTERS = (
    "a highway layer is a module with an attribute gate, which looks at what enters it: let x pass through the "
    "network, module by module."
)
ACTIVITY = Exercise(
    "gate_activity", "04", points=2, minutes=10, difficulty=2,
    cases=(
        Case("2 layers of 4 units", highway(2, 4, 5), keeping("network", "x"), hint=ENTERS, on=(RuntimeError,)),
        Case("one input", highway(2, 3, 1), keeping("network", "x"), seed=3),
        Case("3 layers of 5 units", highway(3, 5, 8), keeping("network", "x"), seed=1),
        Case("one layer, in evaluation", highway(1, 4, 6, training=False), keeping("network", "x"), seed=4),
        Case("2 layers of 3 units", highway(2, 3, 4), keeping("network", "x"), public=False),
    ),
)  # fmt: skip

EXERCISES = (HIGHWAY, CARRY, DEPTH, ACTIVITY, LESION)
