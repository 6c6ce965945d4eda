"""The exercises of chapter 4, highway networks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def layer(width: int, gate_bias: float, x: Tensor | None = None) -> Any:
    """Width and gate bias, weights to load, and inputs of which some are negative."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        weights = {
            f"{part}.{kind}": torch.randn(shape, generator=g)
            for part in ("transform", "gate")
            for kind, shape in (("weight", (width, width)), ("bias", (width,)))
        }
        given = torch.randn(3, width, generator=g) if x is None else x
        return {"width": width, "gate_bias": gate_bias, "weights": weights, "x": given}

    return inputs


BUILD = ("call", "width", "gate_bias")
HIGHWAY = Exercise(
    "HighwayLayer", "04", points=3, minutes=12, difficulty=2,
    cases=(
        Case("given weights", layer(5, -2.0), (BUILD, ("count", "parameters"), ("load", "weights"), ("apply", "x"))),
        Case("gate bias −30", layer(4, -30.0), (BUILD, ("apply", "x")), tolerance=1e-6, seed=1,
             hint="with a gate bias of −30 the gate is shut, and the output is the input: is gate.bias filled?"),
        Case("gradient", layer(4, -1.0), (BUILD, ("load", "weights"), ("gradient", "x")), seed=2),
        Case("another width", layer(3, -1.0), (BUILD, ("load", "weights"), ("apply", "x")), seed=3, public=False),
    ),
    hints={
        "carry_for_transform": "T transforms: it multiplies relu(transform(x)), and 1 − T what is carried.",
        "no_relu": "what is transformed goes through a ReLU before it is mixed with x.",
        "tanh_for_relu": "the transform ends in a ReLU, not in a tanh.",
        "no_sigmoid": "a gate lies between 0 and 1: the sigmoid of its linear layer.",
        "gate_of_hidden": "the gate looks at the layer's input x, not at what the transform made of it.",
        "plain_residual": "the input is weighted as well: by 1 − T, so that both shares add up to 1.",
        "bias_not_set": "nn.Linear starts with a small random bias: fill gate.bias with gate_bias.",
        "relu_outside": "ReLU belongs to the transform alone; what is carried keeps its sign.",
    },
)  # fmt: skip


def gate(width: int, inputs_: int) -> Any:
    """Weights of a gate in carry notation."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        return {"weight": torch.randn(width, inputs_, generator=g), "bias": torch.randn(width, generator=g)}

    return inputs


CONVERT = (("call", "weight", "bias"), ("part", 0), ("part", 1), ("unchanged", "weight"), ("unchanged", "bias"))
CARRY = Exercise(
    "from_carry_notation", "04", points=1, minutes=6, difficulty=1,
    cases=(
        Case("3 units, 2 inputs", gate(3, 2), CONVERT),
        Case("4 units, 4 inputs", gate(4, 4), CONVERT, seed=1),
        Case("one unit", gate(1, 3), CONVERT, seed=2, public=False),
    ),
    hints={
        "bias_only": "σ(−a) = 1 − σ(a) turns the sign of the whole pre-activation, W x as well as b.",
        "weight_only": "the bias is part of the pre-activation: its sign turns as well.",
        "one_minus": "1 − σ(a) is not σ(1 − a). Which a' has σ(a') = 1 − σ(a)?",
        "bias_one_minus": "the weight is right; of the bias only the sign turns, as for the weight.",
        "in_place": "make new tensors: the ones that you were given belong to somebody else.",
    },
)  # fmt: skip


def numbers(depth: Any, kept: float) -> Any:
    """Depth and the share that shall be kept."""
    return lambda seed: {"depth": depth, "kept": kept}


BIAS = (("call", "depth", "kept"),)
REFUSED = (("raises", "ValueError", "depth", "kept"),)
NO_BIAS = "no bias keeps a share of 0 or 1: raise ValueError for it."
DEPTH = Exercise(
    "gate_bias_for_depth", "04", points=2, minutes=10, difficulty=2,
    cases=(
        Case("one layer, 30 %", numbers(1, 0.3), BIAS),
        Case("50 layers, 60 %", numbers(50, 0.6), BIAS, seed=1),
        Case("10 layers, 90 %", numbers(10, 0.9), BIAS, seed=2),
        Case("nothing kept", numbers(10, 0.0), REFUSED, seed=3, hint=NO_BIAS),
        Case("everything kept", numbers(3, 1.0), REFUSED, seed=4, hint=NO_BIAS),
        Case("no layers", numbers(0, 0.5), REFUSED, seed=5,
             hint="there is no bias for fewer than one layer: raise ValueError."),
        Case("fewer than none", numbers(-2, 0.5), REFUSED, public=False),
        Case("1,000 layers", numbers(1000, 0.3), BIAS, public=False),
    ),
    hints={
        "wrong_sign": "the sign is turned: σ(b) is what a layer transforms, one minus what it keeps.",
        "root_forgotten": "each layer keeps a share, and the shares of all layers multiply: take the depth-th root.",
        "divided": "shares multiply, they do not add: the root of the share, not the share divided by the depth.",
        "transform_share": "what is kept in a layer is 1 − σ(b), the carried share.",
        "log_base": "the inverse of the sigmoid needs the natural logarithm.",
        "no_refusal": "depth below 1, or a share that is not between 0 and 1, has no answer: raise ValueError.",
    },
)  # fmt: skip


def trained(layer: int = 1, dropout: bool = False) -> Any:
    """A network of five modules, inputs and labels, and which module to take out."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        hidden = [nn.Linear(6, 6) for _ in range(3)]
        parts = [hidden[0], hidden[1], nn.Dropout(0.5) if dropout else nn.ReLU(), hidden[2], nn.Linear(6, 4)]
        with torch.no_grad():
            for parameter in nn.ModuleList(parts).parameters():
                parameter.normal_(generator=g)
        x, y = torch.randn(97, 6, generator=g), torch.randint(0, 4, (97,), generator=g)
        network = nn.Sequential(*parts).eval()
        y[:70] = network(x).argmax(1)[:70]
        return {"network": network, "layer": layer, "x": x, "y": y}

    return inputs


LESION_CALL = ("call", "network", "layer", "x", "y")
LESION = Exercise(
    "lesion", "04", points=2, minutes=12, difficulty=2,
    cases=(
        Case("error without layer 1", trained(), (LESION_CALL, ("unchanged", "network"),
             ("input", "network", "training")), tolerance=1e-6),
        Case("layer 0, twice", trained(layer=0), (LESION_CALL, LESION_CALL), tolerance=1e-6, seed=1),
        Case("with dropout", trained(layer=3, dropout=True), (LESION_CALL,), tolerance=1e-6, seed=2, public=False),
    ),
    hints={
        "accuracy": "the error is the share of wrong answers; this is the share of right ones.",
        "zeroed": "a lesion lets the layer's input pass; this one lets nothing through.",
        "stays_out": "the network comes back without its layer: work on a copy.",
        "loss": "the share of wrong classes is asked for, not the cross-entropy.",
        "next_layer": "this takes out the layer behind: positions count from 0.",
        "layer_before": "this takes out the layer before: positions count from 0.",
        "rise": "the error itself is asked for, not by how much it rises.",
        "count": "a share of the inputs is asked for, not their number.",
        "no_lesion": "this is the error of the whole network.",
        "all_behind": "only the layer at that position is skipped; the ones behind it go on.",
        "left_in_training": "the network comes back in training mode; it was given in evaluation mode.",
    },
)  # fmt: skip


class Gated(nn.Module):
    """y = T * tanh(transform(x)) + (1 - T) * x with T = sigmoid(gate(x)): a network to look into."""

    def __init__(self, width: int):
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        t = torch.sigmoid(self.gate(x))
        return t * torch.tanh(self.transform(x)) + (1 - t) * x


def highway(layers: int, width: int, images: int) -> Any:
    """A highway network with a plain first and last layer, and inputs."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        gated = [Gated(width) for _ in range(layers)]
        network = nn.Sequential(nn.Linear(3, width), nn.ReLU(), *gated, nn.Linear(width, 2))
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.normal_(generator=g)
        return {"network": network, "x": torch.randn(images, 3, generator=g)}

    return inputs


LOOK = (("call", "network", "x"), ("unchanged", "network"))
ACTIVITY = Exercise(
    "gate_activity", "04", points=2, minutes=10, difficulty=2,
    cases=(
        Case("2 layers of 4 units", highway(2, 4, 5), LOOK,
             hint="a gate looks at what enters its layer: let x pass through the network, module by module."),
        Case("3 layers of 5 units", highway(3, 5, 8), LOOK, seed=1),
        Case("one layer", highway(1, 3, 4), LOOK, seed=2, public=False),
    ),
    hints={
        "carry": "T is the transform gate's activity; this is what is carried, 1 − T.",
        "no_sigmoid": "the activity is the sigmoid of the gate's linear layer.",
        "bias_alone": "the gate depends on the input as well as on its bias.",
        "no_mean": "these are the gates for each input; take the mean over the inputs.",
        "over_units": "the mean is taken over the inputs; each unit keeps its own number.",
        "last_first": "the layer nearest to the input comes first.",
        "mean_before": "first the sigmoid of each input's pre-activation, then the mean.",
        "after_the_layer": "a gate looks at what enters its layer, not at what leaves it.",
    },
)  # fmt: skip

EXERCISES = (HIGHWAY, CARRY, DEPTH, LESION, ACTIVITY)
