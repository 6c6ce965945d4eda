"""The exercises of chapter 5, residual networks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Given, Inputs, Seen
from course.exercises.inputs import Branched, drawn, seeded, these
from course.exercises.operations import gradient, keeping, loaded, names, output, parameters, shape, size
from course.exercises.timeout import TimeUp


@seeded
def images(g: Generator, *shape: int, channels: int) -> Inputs:
    """Images x of this shape, and the channels to reach."""
    return {"x": torch.randn(shape, generator=g), "channels": channels}


@seeded
def block(g: Generator, channels: int, kernel_size: int, height: int = 3, width: int = 4, images: int = 2) -> Inputs:
    """A block's size, weights to load into it and images."""
    weights: dict[str, Tensor] = {}
    for i in (1, 2):
        shape = (channels, channels, kernel_size, kernel_size)
        weights[f"conv{i}.weight"] = torch.randn(shape, generator=g) * (channels * kernel_size**2) ** -0.5
        weights[f"conv{i}.bias"] = torch.randn(channels, generator=g)
        weights[f"bn{i}.weight"], weights[f"bn{i}.bias"] = torch.randn(2, channels, generator=g)
        weights[f"bn{i}.running_mean"] = torch.randn(channels, generator=g)
        weights[f"bn{i}.running_var"] = 0.5 + torch.rand(channels, generator=g)
        weights[f"bn{i}.num_batches_tracked"] = torch.tensor(1)
    x = torch.randn(images, channels, height, width, generator=g)
    return {"sizes": (channels, kernel_size), "weights": weights, "x": x}


def shape_and_size(answer: Answer, given: Given) -> Seen:
    """The shape of the output, and how much a block learns."""
    block = answer(*given.sizes)
    yield "its output has the shape", block(given.x).shape
    yield "the number of its parameters is", parameters(block)


def evaluation(answer: Answer, given: Given) -> Seen:
    """A block's output in evaluation, and x afterwards."""
    yield "its output is", loaded(answer, given).eval()(given.x)
    yield given.unchanged("x")


def training(answer: Answer, given: Given) -> Seen:
    """A block's output in training."""
    yield "its output is", loaded(answer, given).train()(given.x)


NAMES = "the check loads weights by name: conv1, bn1, conv2 and bn2, each with a weight and a bias."
SMALLER = "the branch must return an image of the size of x, and batch norm must be the one for images."
HALF = "the padding that keeps the image's size depends on the kernel's: half of it, rounded down."
RES_BLOCK = Exercise(
    "ResBlock", "05", points=3, minutes=12, difficulty=2,
    cases=(
        Case("the image keeps its size", block(2, 3), shape, hint=SMALLER, on=(RuntimeError, ValueError)),
        Case("16 channels, kernel 3", block(16, 3, 1, 1), size),
        Case("the names of the weights", block(2, 3), names, hint=NAMES, on=(RuntimeError,)),
        Case("evaluation", block(2, 3), evaluation, seed=4),
        Case("one image", block(2, 3, images=1), evaluation, seed=6),
        Case("training", block(2, 3), training, seed=1),
        Case("kernel 5", block(3, 5, 6, 6), shape_and_size, seed=2, hint=HALF, on=(RuntimeError,)),
        Case("the gradient", block(2, 3), gradient, seed=5),
        Case("3 channels, in training", block(3, 3, 5, 4), training, public=False),
        Case("kernel 1", block(3, 1, 6, 6), evaluation, public=False),
    ),
)  # fmt: skip


class Bend(nn.Module):
    """A small block for tests of networks: x + scale · tanh(x + shift), a scale for each channel, times the kernel's
    size.
    """

    def __init__(self, channels: int, kernel_size: int):
        super().__init__()
        self.kernel_size = kernel_size
        self.scale = nn.Parameter(torch.zeros(channels))
        self.shift = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.kernel_size * self.scale[:, None, None] * torch.tanh(x + self.shift)


@seeded
def network(g: Generator, blocks: int, channels: int, classes: int, height: int, width: int, images: int = 3) -> Inputs:
    """What a network is made of, weights to load and images of this size."""
    weights = {"conv0.weight": torch.randn(channels, 1, 1, 1, generator=g)}
    weights |= {"conv0.bias": torch.randn(channels, generator=g)}
    weights |= {f"body.{i}.scale": torch.randn(channels, generator=g) for i in range(blocks)}
    weights |= {f"body.{i}.shift": torch.randn((), generator=g) for i in range(blocks)}
    weights |= {"fc.weight": torch.randn(classes, channels, generator=g)}
    weights |= {"fc.bias": torch.randn(classes, generator=g)}
    x = torch.randn(images, 1, height, width, generator=g)
    return {"sizes": (Bend, blocks, channels, classes), "weights": weights, "x": x}


BODY = "the check loads weights by name: conv0 and fc, each with weight and bias, and the blocks in body."
TIED = "the pooling must fit images of any size: nn.AdaptiveAvgPool2d(1), or the mean over both."
RES_NET = Exercise(
    "ResNet", "05", points=3, minutes=12, difficulty=2,
    cases=(
        Case("3 blocks, 5 channels", network(3, 5, 10, 8, 8), size),
        Case("images of any size", network(1, 3, 4, 7, 7), shape, hint=TIED, on=(RuntimeError,)),
        Case("the names of the weights", network(2, 3, 4, 7, 7), names, hint=BODY, on=(RuntimeError,)),
        Case("images of 8 × 8", network(3, 4, 10, 8, 8), output, seed=1),
        Case("images of 28 × 28", network(2, 3, 4, 28, 28), output, seed=2),
        Case("one image of 6 × 9", network(2, 3, 4, 6, 9, images=1), output, seed=4),
        Case("the gradient", network(2, 3, 4, 5, 6), gradient, seed=5),
        Case("images of 6 × 6", network(2, 3, 3, 6, 6), output, public=False),
        Case("images of 5 × 4", network(2, 3, 2, 5, 4), output, public=False),
    ),
)  # fmt: skip


def squares(answer: Answer, given: Given) -> Seen:
    """The gradient of half the squared output with respect to x."""
    x = given.x.requires_grad_()
    y = answer(x, given.channels)
    yield "the gradient at its input is", torch.autograd.grad(y.square().sum() / 2, x)[0]


SHORTCUT_A = Exercise(
    "shortcut_a", "05", points=2, minutes=10, difficulty=2,
    cases=(
        Case("2 channels to 4", images(1, 2, 4, 6, channels=4), keeping("x")),
        Case("odd size", images(1, 2, 5, 7, channels=4), keeping("x"), seed=1),
        Case("as many channels as before", images(2, 3, 2, 4, channels=3), keeping("x"), seed=2),
        Case("the gradient", images(2, 2, 4, 3, channels=3), squares, seed=4),
        Case("2 channels to 7", images(2, 2, 6, 4, channels=7), keeping("x"), public=False),
    ),
)  # fmt: skip


class Record:
    """Makes blocks without parameters that change size and channels, and remembers what was asked of it."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []

    def __call__(self, before: int, after: int, stride: int) -> nn.Module:
        self.calls.append([before, after, stride])
        return Resize(before, after, stride)

    def __repr__(self) -> str:
        return "a block that notes its arguments"


class Resize(nn.Module):
    """Every stride-th pixel, with as many channels as wanted; ValueError unless `before` come in."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        self.before, self.after, self.stride = before, after, stride

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] != self.before:
            raise ValueError(f"a block that was built for {self.before} channels was given {x.shape[1]}")
        missing = self.after - self.before
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, max(missing, 0)))


@seeded
def family(g: Generator, n: int, images: int = 2, height: int = 8, width: int = 8) -> Inputs:
    """n, a maker of blocks and images."""
    return {"n": n, "block": Record(), "x": torch.randn(images, 3, height, width, generator=g)}


@seeded
def some_family(g: Generator) -> Inputs:
    """The same with an n from 2 to 5, and images of another size."""
    return family(int(torch.randint(2, 6, (), generator=g)), height=12, width=16)(g.initial_seed())


def asked(answer: Answer, given: Given) -> Seen:
    """Which blocks were made, and how much is learnt around them."""
    network = answer(given.n, given.block)
    yield "the list of its blocks, each (before, after, stride), is", given.block.calls
    yield "the number of its parameters is", parameters(network)


def asked_and_shape(answer: Answer, given: Given) -> Seen:
    """The same, and the shape of the output."""
    network = answer(given.n, given.block)
    yield "the list of its blocks, each (before, after, stride), is", given.block.calls
    yield "the number of its parameters is", parameters(network)
    yield "its output has the shape", network(given.x).shape


def all_ones(answer: Answer, given: Given) -> Seen:
    """The output where every parameter is 1, so that neither order nor names of the modules matter."""
    network = answer(given.n, given.block)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(1)
    yield "its output is", network.eval()(given.x)


def all_ones_gradient(answer: Answer, given: Given) -> Seen:
    """The gradient of half the squared output with respect to x, where every parameter is 1."""
    network = answer(given.n, given.block)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(1)
    x = given.x.requires_grad_()
    yield "the gradient at its input is", torch.autograd.grad(network.eval()(x).square().sum() / 2, x)[0]


NOTED = "that list has a row (before, after, stride) for each block, in the order in which they were made."
CIFAR = Exercise(
    "cifar_resnet", "05", points=4, minutes=15, difficulty=2,
    cases=(
        Case("n = 2", family(2), asked, hint=NOTED),
        Case("n = 3, images of 8 × 8", family(3), asked_and_shape),
        Case("n = 1, one image of 8 × 12", family(1, 1, 8, 12), asked_and_shape),
        Case("n = 2, all weights 1", family(2, height=12), all_ones, seed=1),
        Case("the gradient", family(1, 1), all_ones_gradient, seed=4),
        Case("another n", some_family(), asked_and_shape, public=False),
        Case("another n, all weights 1", some_family(), all_ones, public=False),
    ),
)  # fmt: skip


@seeded
def some_count(g: Generator) -> Inputs:
    """41 to 55 blocks."""
    return {"count": int(torch.randint(41, 56, (), generator=g))}


LISTED = "there are 2 to the power of 40 paths: count them, do not list them."
PATH_LENGTHS = Exercise(
    "path_lengths", "05", points=1, minutes=6, difficulty=1,
    cases=(
        Case("3 blocks", these(count=3)),
        Case("1 block", these(count=1)),
        Case("40 blocks", these(count=40), hint=LISTED, on=(TimeUp, MemoryError)),
        Case("more blocks", some_count(), public=False),
    ),
    seconds=2.0,  # who lists all paths never ends
)  # fmt: skip


@seeded
def stack(g: Generator, blocks: int, index: int, training: bool = True) -> Inputs:
    """A network in this mode, with blocks between other layers, a batch norm among them, an index, and inputs."""
    body = [Branched(nn.Sequential(nn.Linear(4, 4), nn.Tanh())) for _ in range(blocks)]
    network = drawn(nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), *body, nn.Linear(4, 2)), g)
    return {"network": network.train(training), "index": index, "x": torch.randn(6, 4, generator=g)}


def deleted(answer: Answer, given: Given) -> Seen:
    """The network that was given, before the new one is used; then the output of the new one, in its mode."""
    network = answer(given.network, given.index)
    yield given.unchanged("network")
    yield given.shared("network", network)
    yield "its output is", network(given.x)
    yield "the number of its parameters is", parameters(network)


def passed_back(answer: Answer, given: Given) -> Seen:
    """The gradient of half the squared output of the new network with respect to x."""
    x = given.x.requires_grad_()
    network = answer(given.network, given.index)
    yield "the gradient at its input is", torch.autograd.grad(network(x).square().sum() / 2, x)[0]


DELETE_BLOCK = Exercise(
    "delete_block", "05", points=2, minutes=10, difficulty=2,
    cases=(
        Case("the first of four", stack(4, 0), deleted),
        Case("the third of four, in evaluation", stack(4, 2, training=False), deleted, seed=1),
        Case("the last of two", stack(2, 1), deleted, seed=2),
        Case("the gradient", stack(3, 1), passed_back, seed=4),
        Case("the second of five", stack(5, 1), deleted, public=False),
    ),
)  # fmt: skip

EXERCISES = (RES_BLOCK, RES_NET, SHORTCUT_A, CIFAR, PATH_LENGTHS, DELETE_BLOCK)
