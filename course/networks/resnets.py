"""Residual networks: S001's for MNIST, He et al.'s families for CIFAR and ImageNet, with pre-activation or without
shortcuts.

Depth counts convolutions and the classifier; projections of shortcuts are not counted (He et al. 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torch import nn

from course.blocks import (
    PreActivation,
    Residual,
    ShortcutA,
    StochasticDepth,
    basic_branch,
    bottleneck_branch,
    conv,
    preact_basic_branch,
    preact_bottleneck_branch,
    projection,
    survival_probabilities,
)
from course.networks.build import build, check_one_of

IMAGENET_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def mnist_resnet(
    channels: int = 16,
    blocks: int = 25,
    kernel_size: int = 3,
    inputs: int = 1,
    classes: int = 10,
    seed: int = 0,
) -> nn.Sequential:
    """S001's network for MNIST, 52 layers: (N, inputs, H, W) -> (N, classes), 117,802 parameters as it stands.

    A 1x1 convolution, blocks of two convolutions with biases at full resolution, average pooling, the classifier. The
    pooling adapts to the images, where the deck's ties the network to 28 x 28. Raises ValueError for an even kernel.
    """
    if kernel_size % 2 == 0:
        raise ValueError(
            f"kernel_size must be odd (1, 3, 5, …), so that a block keeps the image's size; got {kernel_size}"
        )

    def layout() -> nn.Sequential:
        body = (Residual(basic_branch(channels, channels, bias=True, kernel_size=kernel_size)) for _ in range(blocks))
        stem = conv(inputs, channels, 1, bias=True)
        return nn.Sequential(stem, nn.ReLU(), *body, *_head(channels, classes))

    return build(layout, seed)


def cifar_resnet(
    depth: int,
    shortcut: str = "A",
    plain: bool = False,
    *,
    width: int = 16,
    inputs: int = 3,
    classes: int = 10,
    survival_probability: float | None = None,
    seed: int = 0,
) -> nn.Sequential:
    """He et al.'s CIFAR family, 6n + 2 layers: (N, inputs, H, W) -> (N, classes).

    A 3x3 convolution, then three stages of n two-layer blocks with `width`, 2 `width` and 4 `width` maps, each stage at
    half the resolution of the one before. shortcut: where the size changes, "A" subsamples and pads zeros, "B"
    projects; "C" projects in every block. plain: the same layers without shortcuts. survival_probability: of the last
    block, with stochastic depth and linear decay; unless given, no block is ever dropped.

    Parameters (A, 10 classes): 269,722 at depth 20, 853,018 at 56, 1,727,962 at 110. Raises ValueError for another
    depth or shortcut, and for a plain net with stochastic depth.
    """
    n = _blocks_per_stage(depth, 6)
    check_one_of(["A", "B", "C"], "shortcut", shortcut)
    if plain and survival_probability is not None:
        raise ValueError("a plain net has no way around a dropped block: give plain or survival_probability, not both")
    survival = iter(survival_probabilities(3 * n, 1.0 if survival_probability is None else survival_probability))

    def block(before: int, after: int, stride: int) -> nn.Module:
        branch = basic_branch(before, after, stride)
        if plain:
            return nn.Sequential(*branch, nn.ReLU())
        path = _shortcut(shortcut, before, after, stride)
        if survival_probability is None:
            return Residual(branch, path)
        return StochasticDepth(branch, next(survival), path)

    def layout() -> nn.Sequential:
        stem = [conv(inputs, width), nn.BatchNorm2d(width), nn.ReLU()]
        stages = _stages(block, width, (width, 2 * width, 4 * width), (n, n, n))
        return nn.Sequential(*stem, *stages, *_head(4 * width, classes))

    return build(layout, seed)


def preact_resnet(
    depth: int,
    shortcut: str | None = None,
    bottleneck: bool = False,
    *,
    width: int = 16,
    inputs: int = 3,
    classes: int = 10,
    seed: int = 0,
) -> nn.Sequential:
    """He et al. 2016, full pre-activation: 6n + 2 layers, 9n + 2 with bottlenecks: (N, inputs, H, W) -> (N, classes).

    Batch norm and ReLU stand before each convolution and once more after the last block; nothing follows a sum.
    shortcut: where size or width changes, "A" subsamples and pads zeros, "B" is a 1x1 convolution without batch norm.
    Unless given it is the paper's: A, and B with bottlenecks.

    Parameters: 1,727,962 at depth 110 with A, 1,730,522 with B; bottlenecks 1,703,258 at 164, 10,327,706 at 1001.
    Raises ValueError for another depth or shortcut.
    """
    n = _blocks_per_stage(depth, 9 if bottleneck else 6)
    shortcut = ("B" if bottleneck else "A") if shortcut is None else shortcut
    check_one_of(["A", "B"], "shortcut", shortcut)
    maps = tuple(width * factor * (4 if bottleneck else 1) for factor in (1, 2, 4))
    make = preact_bottleneck_branch if bottleneck else preact_basic_branch

    def block(before: int, after: int, stride: int) -> nn.Module:
        return PreActivation(before, make(before, after, stride), _shortcut(shortcut, before, after, stride, False))

    def layout() -> nn.Sequential:
        stages = _stages(block, width, maps, (n, n, n))
        last = [nn.BatchNorm2d(maps[-1]), nn.ReLU()]
        return nn.Sequential(conv(inputs, width), *stages, *last, *_head(maps[-1], classes))

    return build(layout, seed)


def imagenet_resnet(depth: int, *, inputs: int = 3, classes: int = 1000, seed: int = 0) -> nn.Sequential:
    """He et al.'s ImageNet family, 18, 34, 50, 101 or 152 layers, shortcut B: (N, inputs, H, W) -> (N, classes).

    From 50 on the blocks are bottlenecks, with the stride in the 3x3 as in torchvision, whose weights fit in their
    order. Parameters: 11,689,512, 21,797,672, 25,557,032, 44,549,160, 60,192,808. Raises ValueError for another depth.
    """
    check_one_of(IMAGENET_BLOCKS, "depth", depth)
    bottleneck = depth >= 50
    make: Callable[..., nn.Sequential] = bottleneck_branch if bottleneck else basic_branch

    def block(before: int, after: int, stride: int) -> nn.Module:
        return Residual(make(before, after, stride), _shortcut("B", before, after, stride))

    def layout() -> nn.Sequential:
        stem = [nn.Conv2d(inputs, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
        maps = tuple(m * (4 if bottleneck else 1) for m in (64, 128, 256, 512))
        stages = _stages(block, 64, maps, IMAGENET_BLOCKS[depth])
        return nn.Sequential(*stem, nn.MaxPool2d(3, stride=2, padding=1), *stages, *_head(maps[-1], classes))

    return build(layout, seed)


def _stages(
    block: Callable[[int, int, int], nn.Module], width: int, maps: tuple[int, ...], counts: tuple[int, ...]
) -> Iterator[nn.Module]:
    """The blocks of all stages: the first block of every stage but the first halves the resolution."""
    before = width
    for stage, (after, count) in enumerate(zip(maps, counts, strict=True)):
        for index in range(count):
            yield block(before, after, 2 if stage and not index else 1)
            before = after


def _shortcut(kind: str, before: int, after: int, stride: int, batch_norm: bool = True) -> nn.Module | None:
    """None, the identity, where nothing changes, unless the kind is C."""
    changes = before != after or stride != 1
    if kind == "C" or (kind == "B" and changes):
        return projection(before, after, stride, batch_norm)
    return ShortcutA(before, after, stride) if changes else None


def _head(channels: int, classes: int) -> list[nn.Module]:
    """Global average pooling and the classifier."""
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]


def _blocks_per_stage(depth: int, layers: int) -> int:
    """The n of depth = layers n + 2. Raises ValueError for a depth between two of them."""
    n = (depth - 2) // layers
    if n >= 1 and depth == layers * n + 2:
        return n
    first = ", ".join(str(layers * k + 2) for k in (1, 2, 3))
    below, above = layers * max(n, 1) + 2, layers * (max(n, 0) + 1) + 2
    nearest = f"the nearest are {below} and {above}" if n >= 1 else f"the smallest is {layers + 2}"
    raise ValueError(f"depth must be {layers}n + 2 ({first}, …), got {depth}; {nearest}")
