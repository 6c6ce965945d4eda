"""Networks with something taken away: one of the five techniques that made depth trainable, or some of their layers."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import torch
from torch import Tensor, nn

from course import blocks, initializers
from course.networks.build import build, check_one_of

TECHNIQUES = ("rectifier", "dropout", "batch norm", "identity", "initialisation")
DROPPED = 0.1  # share of the units inside each branch


def five_techniques(
    without: tuple[str, ...] = (),
    depth: int = 50,
    width: int = 50,
    inputs: int = 64,
    classes: int = 10,
    seed: int = 0,
) -> nn.Sequential:
    """A fully connected network in two-layer blocks: (N, …) with `inputs` numbers -> (N, classes).

    With everything, a block is relu(x + bn(W dropout(relu(bn(W x))))), He weights. without: the rectifier becomes tanh;
    dropout, batch norm or the identity go; the initialisation becomes N(0, 0.01²), once usual. Raises ValueError for
    another name, or an odd depth or one below 4.
    """
    for name in without:
        if name not in TECHNIQUES:
            raise ValueError(f"without takes names of {', '.join(TECHNIQUES)}; got {name!r}")
    if depth < 4 or depth % 2:
        raise ValueError(f"depth must be even and at least 4 (a block has two layers); got {depth}")

    def activation() -> nn.Module:
        return nn.Tanh() if "rectifier" in without else nn.ReLU()

    def norm() -> list[nn.Module]:
        return [] if "batch norm" in without else [nn.BatchNorm1d(width)]

    def block() -> nn.Module:
        dropout = [] if "dropout" in without else [blocks.Dropout(DROPPED)]
        first = [nn.Linear(width, width), *norm(), activation(), *dropout]
        branch = nn.Sequential(*first, nn.Linear(width, width), *norm())
        if "identity" in without:
            return nn.Sequential(*branch, activation())
        return blocks.Residual(branch, after=activation())

    def layout() -> nn.Sequential:
        body = (block() for _ in range((depth - 2) // 2))
        return nn.Sequential(nn.Flatten(), nn.Linear(inputs, width), activation(), *body, nn.Linear(width, classes))

    return build(layout, seed, _small_ if "initialisation" in without else initializers.he_normal_)


@torch.no_grad()
def _small_(weight: Tensor, generator: torch.Generator) -> Tensor:
    return weight.normal_(0, 0.01, generator=generator)


def small_alexnet(without: Collection[str] = (), seed: int = 0) -> nn.Sequential:
    """Four convolutions and three fully connected layers for the digits, (N, 1, 8, 8) -> (N, 10), He weights, and
    joined again where the layers named in `without` are gone: conv3, conv4 (32 maps), fc5, fc6 (256 units).

    Raises ValueError for another name.
    """
    for name in without:
        check_one_of(("conv3", "conv4", "fc5", "fc6"), "a layer to take away", name)

    def layout() -> nn.Sequential:
        layers: list[nn.Module] = []
        for maps in ((1, 16), (16, 32)):
            layers += [nn.Conv2d(*maps, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        for _ in {"conv3", "conv4"} - set(without):
            layers += [nn.Conv2d(32, 32, 3, padding=1), nn.ReLU()]
        layers.append(nn.Flatten())
        widths = [32 * 2 * 2] + [256 for _ in {"fc5", "fc6"} - set(without)]
        for inputs, outputs in pairwise(widths):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(widths[-1], 10))

    return build(layout, seed)
