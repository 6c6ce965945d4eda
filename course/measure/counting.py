"""What a network costs: parameters and multiply-adds."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course.measure.preserving import preserved
from course.measure.structure import WEIGHTED


def count_parameters(model: nn.Module, trainable_only: bool = False) -> int:
    """The number of parameters, shared ones once; with `trainable_only` those with `requires_grad`.

    >>> count_parameters(nn.Linear(50, 50))
    2550
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)


def multiply_adds(model: nn.Module, x: Tensor | tuple[int, ...]) -> int:
    """Multiplications, each with its addition, that dense layers and convolutions do for one example.

    x: an input (N, …), or the shape of one example, such as `digits.shape`. Biases, normalisation, activations and
    pooling are not counted, as usual in papers. Runs the model once, in eval mode.

    >>> multiply_adds(nn.Conv2d(16, 32, kernel_size=3, padding=1), (16, 8, 8))
    294912
    """
    if not isinstance(x, Tensor):
        like = next(model.parameters(), torch.empty(()))
        x = torch.zeros(1, *x, dtype=like.dtype, device=like.device)
    total = 0

    def count(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        weight = module.get_parameter("weight")
        total += output.numel() // len(x) * weight[0].numel()  # every output is a sum over one row of the weight

    with preserved(model, training=False), torch.no_grad():
        for module in model.modules():
            if isinstance(module, WEIGHTED):
                module.register_forward_hook(count)
        model(x)
    return total
