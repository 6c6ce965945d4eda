"""What a lab shows below its curves: one number per layer at sampled steps, read from what training left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course import blocks, measure

COLUMNS = 160  # about so many samples a run, whatever its length


@dataclass(frozen=True)
class Panel:
    """A strip: `read(model)` gives (layers,) right after a step, without changing the model."""

    name: str
    read: Callable[[nn.Module], Tensor]
    low: float  # the limits of its map, the same for every run, so that two runs compare
    high: float
    log: bool = False
    zero: str = ""  # what an exact zero means; hatched, outside the map


def alive(model: nn.Module) -> Tensor:
    """1 for each block of stochastic depth that computed in the last step, 0 for one that stayed at home: (blocks,)."""
    return torch.tensor([float(m.alive) for m in model.modules() if isinstance(m, blocks.StochasticDepth)])


def mean_gates(model: nn.Module) -> Tensor:
    """Mean transform gate of each highway block in the last step: (blocks,)."""
    gates = [m.gates for m in model.modules() if isinstance(m, blocks.Highway) and m.gates is not None]
    return torch.stack([g.mean() for g in gates])


GRADIENTS = Panel("Gradient norm per layer", measure.gradient_norms, 1e-6, 10, True, "exactly zero")
ALIVE = Panel("Blocks alive", alive, 0, 1, zero="skipped in this step")
GATES = Panel("Mean transform gate per block", mean_gates, 0, 1)


def every(steps: int) -> int:
    """Sample a panel at each so many steps."""
    return max(1, -(-steps // COLUMNS))
