"""Dropout and batch norm written out as the course teaches them, equal to PyTorch's (which the networks use: they are
faster).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """y = m x / (1 - p) with m ~ Bernoulli(1 - p) for every number in training, y = x in eval mode (Srivastava et al.
    2014, inverted).

    `drop_probability` p is the chance to be zeroed, as in PyTorch. `mask` holds the last m; `generator` is the global
    one until `train` sets it. Raises ValueError unless 0 <= p < 1.
    """

    draws_on_device = True  # a mask as large as x: the generator lives where x does

    def __init__(self, drop_probability: float = 0.5):
        super().__init__()
        if not 0 <= drop_probability < 1:
            raise ValueError(f"drop_probability must be at least 0 and below 1, got {drop_probability}")
        self.drop_probability = drop_probability
        self.generator: torch.Generator | None = None
        self.mask: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = 1 - self.drop_probability
        self.mask = torch.empty_like(x).bernoulli_(keep, generator=self.generator)
        return x * self.mask / keep

    def extra_repr(self) -> str:
        return f"{self.drop_probability:.4g}"


class BatchNorm(nn.Module):
    """y = gamma (x - mean) / sqrt(var + eps) + beta, per feature of (N, C) or feature map of (N, C, H, W) (Ioffe &
    Szegedy 2015, alg. 1).

    In training mean and (biased) variance are the batch's, and the running ones move towards them by `momentum`, the
    variance unbiased; in eval mode the running ones are used. Raises ValueError in training with one value per
    feature, whose variance is 0.
    """

    def __init__(self, features: int, eps: float = 1e-5, momentum: float = 0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.empty(features))  # gamma
        self.bias = nn.Parameter(torch.empty(features))  # beta
        self.running_mean: Tensor
        self.running_var: Tensor
        self.register_buffer("running_mean", torch.empty(features))
        self.register_buffer("running_var", torch.empty(features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """gamma 1, beta 0, running mean 0 and variance 1."""
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)
        self.running_mean.zero_()
        self.running_var.fill_(1)

    def forward(self, x: Tensor) -> Tensor:
        per_feature = (1, -1, *[1] * (x.dim() - 2))
        if self.training:
            mean, var = self._batch_statistics(x)
        else:
            mean, var = self.running_mean, self.running_var
        normalised = (x - mean.view(per_feature)) / torch.sqrt(var.view(per_feature) + self.eps)
        return self.weight.view(per_feature) * normalised + self.bias.view(per_feature)

    def extra_repr(self) -> str:
        return f"{len(self.weight)}, eps={self.eps}, momentum={self.momentum}"

    def _batch_statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError(
                f"batch norm needs at least 2 values per feature to train, got shape {tuple(x.shape)}: "
                "use a larger batch"
            )
        over = [d for d in range(x.dim()) if d != 1]
        mean = x.mean(over)
        var = x.var(over, correction=0)
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * count / (count - 1), self.momentum)
        return mean, var
