"""The exercises of chapter 3, plain vs deep."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from course import networks
from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def picture(channels: int, height: int, width: int, out: int, kernel: int, stride: int, padding: int) -> Any:
    """Inputs for a convolution: x (C, H, W), weight (O, C, k, k), bias (O)."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        x = torch.randn(channels, height, width, generator=g)
        weight = torch.randn(out, channels, kernel, kernel, generator=g)
        bias = torch.randn(out, generator=g)
        return {"x": x, "weight": weight, "bias": bias, "stride": stride, "padding": padding}

    return inputs


CONVOLVE = ("call", "x", "weight", "bias", "stride", "padding")
CONV = Exercise(
    "conv2d_by_loops", "03", points=3, minutes=15, difficulty=2,
    cases=(
        Case("one channel", picture(1, 5, 5, 1, 3, 1, 0), (CONVOLVE,)),
        Case("stride 2", picture(1, 7, 7, 1, 3, 2, 0), (CONVOLVE,), seed=1),
        Case("padding 1, 3 to 2 channels", picture(3, 5, 6, 2, 3, 1, 1), (CONVOLVE, ("unchanged", "x")), seed=2),
        Case("stride 2, padding 2", picture(2, 9, 6, 3, 5, 2, 2), (CONVOLVE,), seed=3, public=False),
    ),
    hints={
        "kernel_turned": "the window is multiplied by the kernel as it stands; this one is turned by 180 degrees.",
        "no_padding": "lay `padding` zeros around the picture first, on all four sides.",
        "no_stride": "the window moves by `stride` from one place to the next, and there are fewer places.",
        "no_bias": "each output channel has a bias that is added once.",
        "first_channel_only": "an output is a sum over all input channels.",
        "transposed": "rows and columns are exchanged: the first spatial index counts rows.",
        "one_place_short": "how many places are there? (n + 2p - k) // s, and one more.",
    },
)  # fmt: skip

COUNT = Exercise(
    "count_parameters", "03", points=2, minutes=12, difficulty=2,
    cases=(
        Case("all of AlexNet", lambda seed: {"removed": []}, (("call", "removed"),), tolerance=1e-9),
        Case("without fc7", lambda seed: {"removed": ["fc7"]}, (("call", "removed"),), tolerance=1e-9),
        Case("without four layers", lambda seed: {"removed": ["conv3", "conv4", "fc6", "fc7"]},
             (("call", "removed"),), tolerance=1e-9),
        Case("without fc6 and fc7", lambda seed: {"removed": ["fc6", "fc7"]}, (("call", "removed"),),
             tolerance=1e-9, public=False),
    ),
    hints={
        "no_biases": "every output, a channel or a unit, has a bias besides its weights.",
        "groups_ignored": "with 2 groups each output channel sees only half of the input channels.",
        "not_rewired": "the layer after a removed one takes what the layer before it gives.",
        "pixels_forgotten": "the first fully connected layer sees 6 x 6 places of each channel.",
        "kernel_not_squared": "a kernel of size k has k * k weights for each pair of channels.",
    },
)  # fmt: skip


def deepening(depth: int) -> Any:
    """A 4-layer network, images and labels, and the depth to reach."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        network = networks.mlp("plain", 4, width=12, inputs=9, classes=3, seed=seed)
        with torch.no_grad():
            for layer in network:
                if isinstance(layer, nn.Linear):
                    layer.bias.normal_(0, 0.1, generator=g)
        x, y = torch.randn(16, 1, 3, 3, generator=g), torch.randint(0, 3, (16,), generator=g)
        return {"network": network, "depth": depth, "x": x, "y": y}

    return inputs


DEEPEN_CALL = ("call", "network", "depth")
DEEPEN = Exercise(
    "deepen_with_identity", "03", points=3, minutes=10, difficulty=2,
    cases=(
        Case("depth=9", deepening(9), (DEEPEN_CALL, ("count", "Linear"), ("count", "ReLU"), ("count", "parameters"))),
        Case("same outputs", deepening(9), (DEEPEN_CALL, ("apply", "x"), ("unchanged", "network")), tolerance=1e-6,
             seed=1),
        Case("a new network", deepening(9),
             (DEEPEN_CALL, ("shares", "network"), ("step", "x", "y", "network"), ("count", "Linear")), seed=2,
             hint="train the result for a step. What happens to the original?"),
        Case("too small a depth", deepening(3), (("raises", "ValueError", "network", "depth"),), public=False),
        Case("nothing to add", deepening(4), (DEEPEN_CALL, ("apply", "x"), ("shares", "network")), public=False),
    ),
    hints={
        "after_the_last": "after the last layer stand the classes, and some of them are negative. Where is the hidden "
                          "vector certainly not negative?",
        "default_weights": "a fresh nn.Linear has random weights; fill W with the identity and b with zeros.",
        "random_bias": "the weights are right, but nn.Linear starts with a random bias: set it to zero.",
        "shares_layers": "the result holds the very layers that you were given: training it changes the original. "
                         "copy.deepcopy makes new ones.",
        "one_layer_repeated": "the same layer object stands in several places, so there are fewer parameters than it "
                              "seems; make a new one each time.",
        "no_relu": "without ReLU between them the new layers are one linear map: equal outputs, but nothing gained.",
    },
)  # fmt: skip


def matrices(*shapes: tuple[int, int]) -> Any:
    """Random weight matrices of these shapes."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        return {"weights": [torch.randn(shape, generator=g) for shape in shapes]}

    return inputs


BOUND = Exercise(
    "sigmoid_gradient_bound", "03", points=1, minutes=8, difficulty=1,
    cases=(
        Case("one layer", matrices((4, 4)), (("call", "weights"),)),
        Case("three layers", matrices((5, 6), (6, 6), (3, 6)), (("call", "weights"),), seed=1),
        Case("fifty layers", matrices(*[(20, 20)] * 50), (("call", "weights"),), seed=2, public=False),
    ),
    hints={
        "slope_forgotten": "each layer multiplies by its weights and by the sigmoid's slope, which is at most 1/4.",
        "frobenius": "by how much can a matrix lengthen a vector at most? By its largest singular value: "
                     "torch.linalg.matrix_norm(W, 2).",
        "largest_entry": "the largest entry does not bound the length of W v; the largest singular value does.",
        "summed": "the chain rule multiplies the layers' factors.",
        "weights_forgotten": "1/4 for each layer is the slope; the weights may lengthen or shorten as well.",
    },
)  # fmt: skip


def tensor(*shape: int) -> Any:
    """A weight of this shape, filled with ones."""
    return lambda seed: {"weight": torch.ones(shape)}


SPREAD = (("fill", "weight"), ("moments", "weight"))
HE = Exercise(
    "he_normal_", "03", points=2, minutes=8, difficulty=1,
    cases=(
        Case("linear 100 to 400", tensor(400, 100), SPREAD, tolerance=0.03),
        Case("conv 3×3, 32 to 64", tensor(64, 32, 3, 3), SPREAD, tolerance=0.03, seed=1),
        Case("in place", tensor(30, 20), (("fill", "weight"), ("same", "weight")), seed=2,
             hint="fill the tensor that you are given, and return that one."),
        Case("linear 400 to 100", tensor(100, 400), SPREAD, tolerance=0.03, seed=3, public=False),
    ),
    hints={
        "fan_out": "n is the number of inputs of one output unit; this is the number of outputs.",
        "glorot": "these are Glorot's weights, which a ReLU halves; He's variance is 2 / n.",
        "variance_for_deviation": "2 / n is the variance; normal_ takes the standard deviation, its root.",
        "no_gain": "the ReLU sets one half of the second moment to zero: that is what the 2 in 2 / n is for.",
        "kernel_forgotten": "an output of a convolution has channels x k x k inputs.",
        "not_in_place": "fill the tensor that you are given: the network holds that one.",
    },
)  # fmt: skip


def layers(depth: int) -> Any:
    """A network with biases that are not zero, images and labels."""

    def inputs(seed: int) -> Inputs:
        return deepening(depth)(seed) if depth == 4 else _deeper(seed, depth)

    return inputs


def _deeper(seed: int, depth: int) -> Inputs:
    g = _random(seed)
    x, y = torch.randn(8, 1, 2, 2, generator=g), torch.randint(0, 2, (8,), generator=g)
    return {"network": networks.mlp("plain", depth, width=6, inputs=4, classes=2, seed=seed), "x": x, "y": y}


NORMS_CALL = ("call", "network", "x", "y")
NORMS = Exercise(
    "gradient_norms", "03", points=2, minutes=10, difficulty=2,
    cases=(
        Case("4 layers", layers(4), (NORMS_CALL, ("unchanged", "network")), tolerance=1e-4),
        Case("called twice", layers(6), (NORMS_CALL, NORMS_CALL), tolerance=1e-4, seed=1,
             hint="gradients add up in .grad until they are cleared."),
        Case("12 layers", layers(12), (NORMS_CALL,), tolerance=1e-4, seed=2, public=False),
    ),
    hints={
        "summed_loss": "the loss is the mean over the images, as in training; this one is their sum.",
        "weights_not_gradients": "these are the norms of the weights; their gradients are asked for.",
        "biases_too": "one number for each layer: the weight matrix's gradient, without the bias.",
        "last_first": "the layer nearest to the input comes first.",
        "squared": "the norm is the root of the sum of squares.",
        "not_cleared": "gradients add up in .grad until they are cleared; torch.autograd.grad avoids it.",
    },
)  # fmt: skip


class _Block(nn.Module):
    """Two linear layers with a ReLU between them, their input added or not."""

    def __init__(self, residual: bool, width: int, seed: int):
        super().__init__()
        g = _random(seed)
        self.residual, self.first, self.second = residual, nn.Linear(width, width), nn.Linear(width, width)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.normal_(0, 0.4, generator=g)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.second(torch.relu(self.first(x)))
        return x + y if self.residual else y


def block(residual: bool, rate: float) -> Any:
    """A block, inputs to pass on, the number of steps and the learning rate."""

    def inputs(seed: int) -> Inputs:
        x = torch.randn(32, 6, generator=_random(seed))
        return {"block": _Block(residual, 6, seed), "x": x, "steps": 12, "rate": rate}

    return inputs


FIT = (("call", "block", "x", "steps", "rate"),)
FIT_IDENTITY = Exercise(
    "fit_identity", "03", points=3, minutes=12, difficulty=2,
    seconds=60.0,  # the first optimiser of a process loads PyTorch's compiler, which takes long on a busy machine
    cases=(
        Case("a plain block", block(False, 0.05), FIT, tolerance=1e-3),
        Case("a residual block", block(True, 0.05), FIT, tolerance=1e-3, seed=1),
        Case("a larger rate", block(True, 0.2), FIT, tolerance=1e-3, seed=2, public=False),
    ),
    hints={
        "gradients_add_up": "gradients add up in .grad: clear them before each step.",
        "loss_after_the_step": "the first loss is that of the block as it was given, before any step.",
        "summed": "the error is the mean over all numbers of the output, not their sum.",
        "towards_zero": "the block shall return its input: the target is x, not 0.",
        "no_step": "the losses do not fall: after the gradients, the parameters have to move.",
        "uphill": "against the gradient, not along it.",
        "one_too_few": "one loss for each step.",
    },
)  # fmt: skip

EXERCISES = (CONV, COUNT, DEEPEN, BOUND, HE, NORMS, FIT_IDENTITY)
