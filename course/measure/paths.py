"""A residual network as a collection of 2^n paths, one for each choice of branch or shortcut in n blocks (Veit et al.
2016).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import product

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.measure.preserving import overridden, preserved
from course.measure.structure import RESIDUAL, names, parts, residual_blocks

MOST_BLOCKS = 10  # of which all paths are followed


def path_lengths(blocks: int) -> Tensor:
    """The share of the 2^blocks paths that go through k branches, k = 0 … blocks: Binomial(blocks, 1/2), float64.

    Raises ValueError for a negative number.

    >>> path_lengths(4)
    tensor([0.0625, 0.2500, 0.3750, 0.2500, 0.0625], dtype=torch.float64)
    """
    if blocks < 0:
        raise ValueError(f"blocks must be at least 0, got {blocks}")
    return torch.tensor([math.comb(blocks, k) / 2**blocks for k in range(blocks + 1)], dtype=torch.float64)


def gradient_by_path_length(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    lengths: Iterable[int] | None = None,
    *,
    samples: int = 10,
    seed: int = 0,
) -> Tensor:
    """The size of the input's gradient through paths of k branches, for each k in `lengths` (0 … blocks): (lengths,).

    The forward pass is the whole network's; backward, the gradient goes through k sampled branches and the shortcuts
    of all other blocks. Its L2 norm per example of the cross-entropy is averaged over examples and `samples` draws
    (Veit et al. 2016, fig. 6). Times `path_lengths`, it shows which lengths carry the gradient. In eval mode; costs
    lengths x samples passes. Raises ValueError for a model without blocks, or a length that it does not have.
    """
    blocks = residual_blocks(model)
    if not blocks:
        raise ValueError(f"{type(model).__name__} has no block with a shortcut, so it has one path: {names(RESIDUAL)}")
    chosen = list(range(len(blocks) + 1) if lengths is None else lengths)
    if not all(0 <= k <= len(blocks) for k in chosen) or not chosen or samples < 1:
        raise ValueError(
            f"lengths must be 0 to {len(blocks)}, the number of blocks, and samples at least 1; "
            f"got lengths {chosen} and {samples} samples"
        )
    generator = torch.Generator().manual_seed(seed)
    with preserved(model, training=False), torch.enable_grad():
        model.requires_grad_(False)  # only the input's gradient is wanted
        return torch.stack([_mean_norm(model, blocks, x, y, k, samples, generator) for k in chosen])


def gradient_by_path(model: nn.Module, x: Tensor, y: Tensor) -> dict[tuple[int, ...], float]:
    """The size of the input's gradient through each of the 2^n paths of n blocks, n at most 10, as in
    `gradient_by_path_length`. A path is named by what it does at each block, the first one first: 1 through the branch,
    0 around it. Raises ValueError for a model without blocks or with more.
    """
    blocks = residual_blocks(model)
    if not 0 < len(blocks) <= MOST_BLOCKS:
        raise ValueError(f"2^n paths are followed for 1 to {MOST_BLOCKS} blocks; this model has {len(blocks)}")
    with preserved(model, training=False), torch.enable_grad():
        model.requires_grad_(False)
        return {
            path: _norm(model, blocks, x, y, {i for i, on in enumerate(path) if on}).item()
            for path in product((0, 1), repeat=len(blocks))
        }


def _mean_norm(
    model: nn.Module,
    blocks: list[nn.Module],
    x: Tensor,
    y: Tensor,
    length: int,
    samples: int,
    generator: torch.Generator,
) -> Tensor:
    drawn = [set(torch.randperm(len(blocks), generator=generator)[:length].tolist()) for _ in range(samples)]
    return torch.stack([_norm(model, blocks, x, y, through) for through in drawn]).mean()


def _norm(model: nn.Module, blocks: list[nn.Module], x: Tensor, y: Tensor, through: set[int]) -> Tensor:
    with overridden([(block, _one_way(block, i in through)) for i, block in enumerate(blocks)]):
        leaf = x.detach().clone().requires_grad_()
        loss = F.cross_entropy(model(leaf), y, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, leaf)
    mean: Tensor = gradient.flatten(1).norm(dim=1).mean()
    return mean


def _one_way(block: nn.Module, through_branch: bool) -> Callable[[Tensor], Tensor]:
    """The block's forward, whose gradient knows the branch alone or the shortcut alone."""
    branch, shortcut, after = parts(block)
    if through_branch:
        return lambda x: after(branch(x) + shortcut(x).detach())
    return lambda x: after(branch(x).detach() + shortcut(x))
