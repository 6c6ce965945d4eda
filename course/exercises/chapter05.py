"""The exercises of chapter 5, residual networks."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def given(**values: Any) -> Any:
    """These very inputs."""
    return lambda seed: dict(values)


def images(*shape: int, **more: Any) -> Any:
    """Images x of this shape, and what else is given."""
    return lambda seed: {"x": torch.randn(shape, generator=_random(seed)), **more}


def block(channels: int, kernel_size: int, height: int = 3, width: int = 4) -> Any:
    """A block's size, weights to load into it and images."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        weights: dict[str, Tensor] = {}
        for i in (1, 2):
            shape = (channels, channels, kernel_size, kernel_size)
            weights[f"conv{i}.weight"] = torch.randn(shape, generator=g) * (channels * kernel_size**2) ** -0.5
            weights[f"conv{i}.bias"] = torch.randn(channels, generator=g)
            weights[f"bn{i}.weight"], weights[f"bn{i}.bias"] = torch.randn(2, channels, generator=g)
            weights[f"bn{i}.running_mean"] = torch.randn(channels, generator=g)
            weights[f"bn{i}.running_var"] = 0.5 + torch.rand(channels, generator=g)
            weights[f"bn{i}.num_batches_tracked"] = torch.tensor(1)
        x = torch.randn(2, channels, height, width, generator=g)
        return {"channels": channels, "kernel_size": kernel_size, "weights": weights, "x": x}

    return inputs


BLOCK, LOAD = ("call", "channels", "kernel_size"), ("load", "weights")
NAMES = "the check loads weights by name: conv1, bn1, conv2 and bn2, each with a weight and a bias."
SMALLER = "the branch must return an image of the size of x, and batch norm must be the one for images."
HALF = "the padding that keeps the image's size depends on the kernel's: half of it, rounded down."
RES_BLOCK = Exercise(
    "ResBlock", "05", points=3, minutes=12, difficulty=2,
    cases=(
        Case("the image keeps its size", block(2, 3), (BLOCK, ("shape", "x")), hint=SMALLER),
        Case("16 channels, kernel 3", block(16, 3, 1, 1), (BLOCK, ("count", "parameters"))),
        Case("the names of the weights", block(2, 3), (BLOCK, LOAD), hint=NAMES),
        Case("evaluation", block(2, 3), (BLOCK, LOAD, ("mode", "eval"), ("apply", "x"), ("unchanged", "x")), seed=4),
        Case("training", block(2, 3), (BLOCK, LOAD, ("mode", "train"), ("apply", "x")), seed=1),
        Case("kernel 5", block(3, 5, 6, 6), (BLOCK, ("shape", "x"), ("count", "parameters")), seed=2, hint=HALF),
        Case("kernel 1", block(3, 1, 6, 6), (BLOCK, LOAD, ("mode", "eval"), ("apply", "x")), seed=3, public=False),
    ),
    hints={
        "no_padding": SMALLER,
        "added_after_relu": "the sum comes first, the second ReLU after it.",
        "no_shortcut": "the input x is not added anywhere.",
        "no_inner_relu": "a ReLU is missing between the two convolutions.",
        "no_last_relu": "a ReLU is missing after the sum.",
        "one_norm": "each convolution has a batch norm of its own.",
        "norm_after_sum": "batch norm belongs to the branch, before the sum; otherwise it changes x as well.",
        "fixed_kernel": "the kernel's size is given as kernel_size; here it is always 3.",
        "fixed_padding": HALF,
        "relu_before_norm": "between the second convolution and its batch norm there is no ReLU.",
        "no_bias": "both convolutions have a bias.",
        "in_place": "the output is right, but something here writes into the x that was given.",
    },
)  # fmt: skip


class Bend(nn.Module):
    """A small block for tests of networks: x + scale · tanh(x + shift), a scale for each channel."""

    def __init__(self, channels: int, kernel_size: int):
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(channels))
        self.shift = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.scale[:, None, None] * torch.tanh(x + self.shift)


def network(blocks: int, channels: int, classes: int, size: int) -> Any:
    """What a network is made of, weights to load and images of this size."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        weights = {"conv0.weight": torch.randn(channels, 1, 1, 1, generator=g)}
        weights |= {"conv0.bias": torch.randn(channels, generator=g)}
        weights |= {f"body.{i}.scale": torch.randn(channels, generator=g) for i in range(blocks)}
        weights |= {f"body.{i}.shift": torch.randn((), generator=g) for i in range(blocks)}
        weights |= {"fc.weight": torch.randn(classes, channels, generator=g)}
        weights |= {"fc.bias": torch.randn(classes, generator=g)}
        x = torch.randn(3, 1, size, size, generator=g)
        sizes = {"blocks": blocks, "channels": channels, "classes": classes}
        return {"block": Bend, **sizes, "weights": weights, "x": x}

    return inputs


NET = ("call", "block", "blocks", "channels", "classes")
BODY = "the check loads weights by name: conv0 and fc, each with weight and bias, and the blocks in body."
TIED = "the pooling must fit images of any size: nn.AdaptiveAvgPool2d(1), or the mean over both."
RES_NET = Exercise(
    "ResNet", "05", points=3, minutes=12, difficulty=2,
    cases=(
        Case("3 blocks, 5 channels", network(3, 5, 10, 8), (NET, ("count", "parameters"))),
        Case("images of any size", network(1, 3, 4, 7), (NET, ("shape", "x")), hint=TIED),
        Case("the names of the weights", network(2, 3, 4, 7), (NET, LOAD), hint=BODY),
        Case("images of 8 x 8", network(3, 4, 10, 8), (NET, LOAD, ("apply", "x")), seed=1),
        Case("images of 28 x 28", network(2, 3, 4, 28), (NET, LOAD, ("apply", "x")), seed=2),
        Case("images of 5 x 5", network(1, 3, 2, 5), (NET, LOAD, ("apply", "x")), seed=3, public=False),
    ),
    hints={
        "tied_to_28": TIED,
        "one_block_repeated": "the same block stands there several times: each place needs a block of its own.",
        "python_list": "a Python list hides its blocks from PyTorch: nn.Sequential or nn.ModuleList shows them.",
        "no_first_relu": "a ReLU is missing after the first convolution.",
        "no_bias": "the first convolution has a bias.",
        "no_bias_at_the_end": "the linear layer has a bias.",
        "softmax": "the linear layer's numbers go out as they are: a softmax comes with the loss.",
        "max_pooling": "each channel's mean is wanted, not its maximum.",
        "one_block_less": "count the blocks: one is missing.",
    },
)  # fmt: skip

SHORTCUT = (("call", "x", "channels"), ("unchanged", "x"))
SHORTCUT_A = Exercise(
    "shortcut_a", "05", points=2, minutes=10, difficulty=2,
    cases=(
        Case("2 channels to 4", images(1, 2, 4, 6, channels=4), SHORTCUT),
        Case("odd size", images(1, 2, 5, 5, channels=4), SHORTCUT, seed=1),
        Case("as many channels as before", images(2, 3, 2, 4, channels=3), SHORTCUT, seed=2),
        Case("2 channels to 7", images(2, 2, 6, 4, channels=7), SHORTCUT, seed=3, public=False),
    ),
    hints={
        "averaged": "this is the mean of four pixels; option A takes one of them.",
        "from_one": "the first row and the first column are kept.",
        "zeros_first": "the new channels come after the old ones.",
        "width_padded": "the image has grown wider: the zeros belong into new channels, which F.pad counts third.",
        "space_padded": "the zeros belong into new channels, not around the image.",
        "copied": "the new channels are zero, not copies.",
        "rows_only": "every second row and every second column.",
    },
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


def family(n: int, size: int = 8) -> Any:
    """n, a maker of blocks and images."""
    return lambda seed: {"n": n, "block": Record(), "x": torch.randn(2, 3, size, size, generator=_random(seed))}


NOTED = "block.calls has a row (before, after, stride) for each block, in the order in which they were made."
ASKED = (("call", "n", "block"), ("input", "block", "calls"), ("count", "parameters"))
CIFAR = Exercise(
    "cifar_resnet", "05", points=4, minutes=15, difficulty=3,
    cases=(
        Case("n = 2", family(2), ASKED, hint=NOTED),
        Case("n = 3, images of 8 x 8", family(3), (*ASKED, ("shape", "x"))),
        Case("n = 2, all weights 1", family(2), (("call", "n", "block"), ("constant", 1.0), ("mode", "eval"),
             ("apply", "x")), seed=1),
        Case("n = 1, images of 32 x 32", family(1, 32), (*ASKED, ("shape", "x")), public=False),
    ),
    hints={
        "stride_everywhere": "the first stage keeps the image's size; only stages 2 and 3 begin with stride 2.",
        "stride_at_the_end": "it is the first block of a stage that halves the image.",
        "two_n_blocks": "a stage has n blocks of two layers each, so that the depth is 6n + 2.",
        "stem_bias": "the first convolution has no bias: batch norm follows.",
        "wrong_channels": "the stages have 16, 32 and 64 channels.",
        "no_relu": "a ReLU is missing after the first batch norm.",
        "max_pooling": "the mean of each channel is asked for, not its largest value.",
        "no_norm": "batch norm is missing after the first convolution.",
        "not_pooled": "the classifier takes 64 numbers: the mean of each channel.",
        "channels_not_changed": "the first block of a stage takes the channels of the stage before.",
        "before_per_stage": "only the first block of a stage takes in the channels of the stage before.",
        "before_never": "16 channels come into the first blocks alone; later ones take in what comes out before them.",
    },
)  # fmt: skip

PATHS = (("call", "blocks"),)
PATH_LENGTHS = Exercise(
    "path_lengths", "05", points=1, minutes=6, difficulty=1,
    cases=(
        Case("3 blocks", given(blocks=3), PATHS),
        Case("10 blocks", given(blocks=10), PATHS),
        Case("1 block", given(blocks=1), PATHS, public=False),
    ),
    hints={
        "shares": "asked are numbers of paths, not their shares: they add up to 2 to the power of blocks.",
        "one_too_long": "with three blocks 1, 3, 3 and 1 paths go through none, one, two and three of them.",
        "ordered": "a path is a set of blocks; the order in which they are chosen says nothing.",
        "powers": "that is the number of paths of ever more blocks; asked are those of one network, by length.",
        "longest_missing": "the path through all blocks is missing.",
    },
)  # fmt: skip


class Branched(nn.Module):
    """x + branch(x)."""

    def __init__(self, branch: nn.Module):
        super().__init__()
        self.branch = branch

    def forward(self, x: Tensor) -> Tensor:
        return x + self.branch(x)


def stack(blocks: int, index: int, training: bool = True) -> Any:
    """A network in this mode, with blocks between other layers, a batch norm among them, an index, and inputs."""

    def inputs(seed: int) -> Inputs:
        body = [Branched(nn.Sequential(nn.Linear(4, 4), nn.Tanh())) for _ in range(blocks)]
        network = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), *body, nn.Linear(4, 2))
        g = _random(seed)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.normal_(generator=g)
        return {"network": network.train(training), "index": index, "x": torch.randn(6, 4, generator=g)}

    return inputs


DELETE = (("call", "network", "index"), ("unchanged", "network"), ("shares", "network"), ("apply", "x"))
DELETE_BLOCK = Exercise(
    "delete_block", "05", points=2, minutes=10, difficulty=2,
    cases=(
        Case("the first of four", stack(4, 0), DELETE),
        Case("the third of four, in evaluation", stack(4, 2, training=False), DELETE, seed=1),
        Case("the last of two", stack(2, 1), DELETE, seed=2),
        Case("the second of five", stack(5, 1), DELETE, seed=3, public=False),
    ),
    hints={
        "counted_all": "the index counts the blocks alone, the first of them being 0.",
        "given_changed": "the given network has changed: work on a copy.",
        "next_one": "the neighbour has gone.",
        "all_behind": "only one block goes; those behind it stay.",
        "shortcut_deleted": "here the branch stays and the shortcut has gone; it should be the other way round.",
        "branch_passes_on": "here x comes out twice: the shortcut brings it already.",
        "always_eval": "a network that is given in training mode comes back in training mode.",
        "always_training": "a network that is given in evaluation mode comes back in evaluation mode.",
        "shared": "the new network shares its weights with the given one.",
    },
)  # fmt: skip

EXERCISES = (RES_BLOCK, RES_NET, SHORTCUT_A, CIFAR, PATH_LENGTHS, DELETE_BLOCK)
