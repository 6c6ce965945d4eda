"""What the gates of a highway network do (Srivastava et al. 2015, section 4). One row per block, one column per unit.

Blocks narrower than the widest are filled with nan on the right.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import blocks
from course.measure.preserving import preserved

BATCH = 1000  # examples a forward pass


def gate_biases(model: nn.Module) -> Tensor:
    """The bias of every transform gate: (blocks, width). Raises ValueError for a model without a Highway block."""
    return _rows([b.gate.get_parameter("bias").detach().clone() for b in _highway_blocks(model)])


def gate_activity(model: nn.Module, x: Tensor) -> Tensor:
    """The transform gate T(x), averaged over examples, and pixels of a convolution: (blocks, width), in (0, 1).

    `x[:1]` gives the gates of one example. In eval mode. Raises ValueError for a model without a Highway block.
    """
    return gate_activity_by_class(model, x, x.new_zeros(len(x), dtype=torch.long))[0]


def gate_activity_by_class(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """`gate_activity` of each class on its own: (classes, blocks, width), nan for a class that is not in `y`.

    Subtract `gate_activity(model, x)` for the routing of a class (Srivastava et al. 2015, fig. 3). Raises ValueError
    for a model without a Highway block, or unless there is one label per example.
    """
    if len(x) != len(y) or not len(x):
        raise ValueError(f"one label per example, and at least one example; got {len(x)} examples and {len(y)} labels")
    member = F.one_hot(y).to(x.dtype)  # (N, classes)
    sums = sum(of.T @ gates.flatten(1) for of, gates in zip(member.split(BATCH), _gates(model, x), strict=True))
    mean: Tensor = sums / member.sum(0)[:, None]  # (classes, blocks * width)
    return mean.reshape(len(mean), len(_highway_blocks(model)), -1)


def block_outputs(model: nn.Module, x: Tensor) -> Tensor:
    """What each block puts out, averaged over examples, and pixels of a convolution: (blocks, width).

    `x[:1]` gives the block outputs of one example. In eval mode. Raises ValueError for a model without a Highway block.
    """
    highway = _highway_blocks(model)
    outputs: dict[nn.Module, Tensor] = {block: x.new_zeros(()) for block in highway}

    def add(block: nn.Module, _: tuple[Tensor, ...], y: Tensor) -> None:
        outputs[block] = outputs[block] + _over_pixels(y).sum(0)

    with preserved(model, training=False), torch.no_grad():
        for block in highway:
            block.register_forward_hook(add)
        for part in x.split(BATCH):
            model(part)
    return _rows(list(outputs.values())) / len(x)


def _gates(model: nn.Module, x: Tensor) -> Iterator[Tensor]:
    """The gates of each batch of examples: (N, blocks, width). A block that did not run has nan."""
    highway = _highway_blocks(model)
    for part in x.split(BATCH):
        with preserved(model, training=False), torch.no_grad():
            for block in highway:
                block.gates = None
            model(part)
            unknown = part.new_full((len(part), 1), torch.nan)
            gates = [unknown if b.gates is None else _over_pixels(b.gates) for b in highway]
        yield _rows(gates, dim=1)


def _over_pixels(x: Tensor) -> Tensor:  # (N, C) or (N, C, ...) -> (N, C)
    return x if x.dim() == 2 else x.flatten(2).mean(2)


def _rows(values: list[Tensor], dim: int = 0) -> Tensor:
    """Stack along `dim`; the last dimension is filled with nan up to the widest."""
    widest = max(v.shape[-1] for v in values)
    return torch.stack([F.pad(v, (0, widest - v.shape[-1]), value=torch.nan) for v in values], dim)


def _highway_blocks(model: nn.Module) -> list[blocks.Highway]:
    found = [module for module in model.modules() if isinstance(module, blocks.Highway)]
    if not found:
        raise ValueError(
            f"{type(model).__name__} has no Highway block, so it has no gates: "
            'build one with networks.mlp("highway", depth) or blocks.Highway'
        )
    return found
