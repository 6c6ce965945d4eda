"""Residual networks with another shortcut than the identity (He et al. 2016, section 3), fully connected."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course import blocks
from course.networks.build import build, check_one_of

SHORTCUTS = (
    "identity", "half", "dropout", "projection", "gate_0", "gate_6", "none", "preactivation", "one_layer",
)  # fmt: skip


class Scaled(nn.Module):
    """factor · x."""

    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x

    def extra_repr(self) -> str:
        return f"{self.factor:g}"


class GatedShortcut(nn.Module):
    """(1 - sigmoid(W x + b)) x with one b for all units at the start: a shortcut with a gate (He et al. 2016, table 1).

    bias: 0 passes half of the input at the start, -6 nearly all of it.
    """

    def __init__(self, width: int, bias: float):
        super().__init__()
        self.gate, self.bias = nn.Linear(width, width), bias
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the gate's bias."""
        nn.init.constant_(self.gate.bias, self.bias)

    def forward(self, x: Tensor) -> Tensor:  # (N, width) -> (N, width)
        return (1 - torch.sigmoid(self.gate(x))) * x

    def extra_repr(self) -> str:
        return f"bias={self.bias:g}"


def shortcut_mlp(
    shortcut: str, depth: int, width: int = 50, inputs: int = 64, classes: int = 10, seed: int = 0
) -> nn.Sequential:
    """`mlp("residual", depth)` with another shortcut: (N, …) with `inputs` numbers -> (N, classes).

    shortcut: "identity"; "half", multiplied by 1/2; "dropout", half of it dropped; "projection", a matrix; "gate_0" and
    "gate_6", a gate whose bias starts at 0 and -6; "none". Two keep the identity and change the block:
    "preactivation" has batch norm and ReLU before each matrix and nothing after the sum (He et al. 2016);
    "one_layer" is x + relu(W x), without batch norm. Raises ValueError for another name, or an odd or small depth.
    """
    check_one_of(SHORTCUTS, "shortcut", shortcut)
    if depth < 4 or depth % 2:
        raise ValueError(f"depth must be even and at least 4 (a block has two layers); got {depth}")
    count = depth - 2 if shortcut == "one_layer" else (depth - 2) // 2
    block = _blocks(width)[shortcut]

    def layout() -> nn.Sequential:
        first = [nn.Flatten(), nn.Linear(inputs, width), nn.ReLU()]
        last = [nn.BatchNorm1d(width), nn.ReLU()] if shortcut == "preactivation" else []
        return nn.Sequential(*first, *(block() for _ in range(count)), *last, nn.Linear(width, classes))

    return build(layout, seed)


def _blocks(width: int) -> dict[str, Callable[[], nn.Module]]:
    def around(shortcut: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
        return lambda: blocks.Residual(blocks.dense_branch(width), shortcut())

    return {
        "identity": around(nn.Identity),
        "half": around(lambda: Scaled(0.5)),
        "dropout": around(lambda: blocks.Dropout(0.5)),
        "projection": around(lambda: nn.Linear(width, width, bias=False)),
        "gate_0": around(lambda: GatedShortcut(width, 0.0)),
        "gate_6": around(lambda: GatedShortcut(width, -6.0)),
        "none": lambda: nn.Sequential(*blocks.dense_branch(width), nn.ReLU()),
        "preactivation": lambda: blocks.Residual(_preactivation(width), after=nn.Identity()),
        "one_layer": lambda: blocks.Residual(nn.Sequential(nn.Linear(width, width), nn.ReLU()), after=nn.Identity()),
    }


def _preactivation(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, width),
        nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, width),
    )  # fmt: skip
