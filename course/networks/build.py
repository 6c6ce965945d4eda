"""How every builder makes its network: laid out without memory, then filled from a generator of its own.

The global random numbers are neither used nor advanced, so another cell, or another thread, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from course import blocks, initializers

Initializer = Callable[[Tensor, torch.Generator], Tensor]
Net = TypeVar("Net", bound=nn.Module)
WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Embedding)


def build(layout: Callable[[], Net], seed: int, weights: Initializer = initializers.he_normal_) -> Net:
    """The network that `layout()` makes, its weights drawn by `weights` from `seed`, biases 0, special values as each
    block says.
    """
    with torch.device("meta"):
        network = layout()
    for module in network.modules():
        for name, p in module.named_parameters(recurse=False):
            setattr(module, name, nn.Parameter(torch.empty(p.shape)))
        for name, b in module.named_buffers(recurse=False):
            setattr(module, name, torch.empty(b.shape, dtype=b.dtype))
    generator = torch.Generator().manual_seed(seed)
    return network.apply(lambda module: _fill(module, weights, generator))  # children before parents


def check_one_of(allowed: Collection[Any], what: str, given: Any) -> None:
    """Raise ValueError, naming all that is allowed, unless what is given is one of it."""
    if given not in allowed:
        raise ValueError(f"{what} must be one of {', '.join(map(str, allowed))}; got {given!r}")


def _fill(module: nn.Module, weights: Initializer, generator: torch.Generator) -> None:
    if isinstance(module, WEIGHTED):
        weights(module.weight, generator)
        if isinstance(getattr(module, "bias", None), Tensor):
            nn.init.zeros_(module.get_parameter("bias"))
    elif isinstance(module, blocks.LooksLinear):
        module.reset_parameters(generator)
    elif callable(reset := getattr(module, "reset_parameters", None)):
        reset()
    elif {**module._parameters, **module._buffers}:
        raise TypeError(f"{type(module).__name__} has values of its own: give it a reset_parameters() that sets them")
