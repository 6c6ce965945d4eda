"""Initial weights. In place, trailing underscore, every random number from the generator that you pass.

`fan_in` is the number of inputs that one output sums over: columns of a dense weight, channels x kernel area of a
convolution's.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def fans(weight: Tensor) -> tuple[int, int]:
    """(fan_in, fan_out) of a dense (out, in) or convolution (out, in, *kernel) weight. Raises ValueError below 2-D."""
    if weight.dim() < 2:
        raise ValueError(f"a weight has at least 2 dimensions (out, in), got shape {tuple(weight.shape)}")
    kernel = math.prod(weight.shape[2:])
    return weight.shape[1] * kernel, weight.shape[0] * kernel


@torch.no_grad()
def he_normal_(weight: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """w ~ N(0, 2 / fan_in): keeps the second moment through a ReLU layer (He et al. 2015, arXiv 1502.01852)."""
    return weight.normal_(0, math.sqrt(2 / fans(weight)[0]), generator=generator)


@torch.no_grad()
def glorot_normal_(weight: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """w ~ N(0, 2 / (fan_in + fan_out)): for layers without a rectifier (Glorot & Bengio 2010)."""
    return weight.normal_(0, math.sqrt(2 / sum(fans(weight))), generator=generator)


@torch.no_grad()
def glorot_uniform_(weight: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """w ~ U(-a, a) with a = sqrt(6 / (fan_in + fan_out)): the variance of `glorot_normal_`."""
    bound = math.sqrt(6 / sum(fans(weight)))
    return weight.uniform_(-bound, bound, generator=generator)


@torch.no_grad()
def orthogonal_(weight: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """A random (out, in) matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014)."""
    return nn.init.orthogonal_(weight, generator=generator)


@torch.no_grad()
def delta_orthogonal_(weight: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """A convolution that is one orthogonal matrix at the kernel's centre and zero elsewhere (Xiao et al. 2018).

    `weight`: (out, in, *kernel) with odd kernel sides. Raises ValueError for an even one, which has no centre.
    """
    kernel = weight.shape[2:]
    if any(side % 2 == 0 for side in kernel):
        raise ValueError(f"a delta-orthogonal kernel needs a centre: odd sides, got {tuple(kernel)}")
    weight.zero_()
    centre = weight.flatten(2)[:, :, math.prod(kernel) // 2] if kernel else weight  # a view
    centre.copy_(orthogonal_(weight.new_empty(weight.shape[:2]), generator))
    return weight


@torch.no_grad()
def looks_linear_(weight: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """[W, -W] along the inputs, so that the layer after a CReLU is linear: W relu(x) - W relu(-x) = W x.

    `weight`: (out, 2 in) or (out, 2 in, *kernel); W is orthogonal, delta-orthogonal in a convolution (Balduzzi et al.
    2017). Raises ValueError for an odd number of inputs.
    """
    if weight.shape[1] % 2:
        raise ValueError(f"the layer after a CReLU has an even number of inputs, got {weight.shape[1]}")
    half = weight.new_empty(weight.shape[0], weight.shape[1] // 2, *weight.shape[2:])
    delta_orthogonal_(half, generator)  # a dense weight has no kernel: plain orthogonal
    return weight.copy_(torch.cat([half, -half], dim=1))


@torch.no_grad()
def fixup_(branches: list[list[Tensor]], classifier: Tensor, generator: torch.Generator | None = None) -> None:
    """He weights times L^(-1/(2m - 2)) in L branches of m layers, zero in each branch's last and in the classifier.

    `branches`: the weights of each residual branch, first layer first (Zhang et al. 2019, arXiv 1901.09321).
    Raises ValueError for a branch of fewer than two layers, for which the exponent does not exist.
    """
    for weights in branches:
        if len(weights) < 2:
            raise ValueError(f"Fixup needs at least 2 layers in each branch, got {len(weights)}")
        scale = len(branches) ** (-1 / (2 * len(weights) - 2))
        for weight in weights[:-1]:
            he_normal_(weight, generator).mul_(scale)
        weights[-1].zero_()
    classifier.zero_()
