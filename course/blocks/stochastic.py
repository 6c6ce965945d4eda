"""Stochastic depth: blocks that stay at home. Each draws from its own `generator`, the global one until `train` sets
it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course.blocks.dense import Layer, Residual


def survival_probabilities(blocks: int, last: float = 0.5) -> list[float]:
    """p_l = 1 - l/L (1 - p_L) for l = 1 … L: linear decay from nearly 1 to `last` (Huang et al. 2016, eq. 4).

    >>> survival_probabilities(4, last=0.5)
    [0.875, 0.75, 0.625, 0.5]
    """
    return [1 - index / blocks * (1 - last) for index in range(1, blocks + 1)]


def expected_blocks(probabilities: list[float]) -> float:
    """Blocks that a step computes on average: the sum of the survival probabilities, (3L - 1)/4 for linear decay to
    1/2.
    """
    return sum(probabilities)


class StochasticDepth(Residual):
    """y = g(b F(x) + s(x)) with b ~ Bernoulli(p), one draw per batch; y = g(p F(x) + s(x)) in eval mode (Huang et al.
    2016, eq. 2, 5).

    A dropped branch is not computed at all. `alive` holds the last b.
    """

    def __init__(
        self,
        branch: nn.Module,
        survival_probability: float,
        shortcut: nn.Module | None = None,
        after: nn.Module | None = None,
    ):
        super().__init__(branch, shortcut, after)
        _check(survival_probability)
        self.survival_probability = survival_probability
        self.generator: torch.Generator | None = None  # on the CPU: the draw decides what is launched
        self.alive = True

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return self.after(self.survival_probability * self.branch(x) + self.shortcut(x))
        self.alive = bool(torch.rand((), generator=self.generator) < self.survival_probability)
        return self.after(self.branch(x) + self.shortcut(x) if self.alive else self.shortcut(x))

    def extra_repr(self) -> str:
        return f"survival_probability={self.survival_probability:.4g}"


class DropPath(nn.Module):
    """y = b/p F(x) with b ~ Bernoulli(p), one draw per example; y = F(x) in eval mode: the per-sample form of timm
    and torchvision.

    Stands inside a residual branch: `Residual(DropPath(branch, 0.9))`. Nothing is skipped, so it saves no time.
    """

    def __init__(self, branch: nn.Module, survival_probability: float):
        super().__init__()
        _check(survival_probability)
        self.branch: Layer = branch
        self.survival_probability = survival_probability
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch(x)
        if not self.training:
            return y
        shape = (len(x), *[1] * (x.dim() - 1))  # (N, 1, …)
        kept = torch.rand(shape, generator=self.generator).to(x.device) < self.survival_probability
        return y * kept / self.survival_probability

    def extra_repr(self) -> str:
        return f"survival_probability={self.survival_probability:.4g}"


def _check(survival_probability: float) -> None:
    if not 0 < survival_probability <= 1:
        raise ValueError(
            f"survival_probability is the chance to be kept, above 0 and at most 1; got {survival_probability}"
        )
