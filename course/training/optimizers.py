"""Stochastic gradient descent in the course's own form, and PyTorch's Adam behind the same two calls.

`torch.optim.SGD(fused=True)` gives the same numbers bit for bit, but the first optimiser that a process makes imports
the compiler stack, which takes seconds.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.recipes import Recipe


class SGD:
    """Momentum in the deck's form, a sum and not an average: v <- m v + g, w <- w - rate v; g includes weight decay.

    With Nesterov's variant w <- w - rate (g + m v). A parameter without a gradient stays, and so does its v. The
    update is PyTorch's fused kernel, one call for all parameters: a seventh of the time of `SGD.step` in a net of a
    hundred small ones.
    """

    def __init__(self, model: nn.Module, recipe: Recipe):
        self.recipe = recipe
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.velocities = [torch.zeros_like(p) for p in self.parameters]
        self.decayed = [decays(p, recipe) for p in self.parameters]
        self.param_groups = [{"params": self.parameters}]  # where torch's loss scaler looks for gradients

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for p in self.parameters:
            p.grad = None

    @torch.no_grad()
    def step(self, rate: float | Tensor) -> None:
        """Update every parameter that has a gradient."""
        recipe = self.recipe
        for decayed in (True, False):
            updated = [
                (p, p.grad, v)
                for p, v, d in zip(self.parameters, self.velocities, self.decayed, strict=True)
                if d == decayed and p.grad is not None
            ]
            if updated:
                weights, gradients, velocities = map(list, zip(*updated, strict=True))
                sgd_update(weights, gradients, velocities, recipe, rate, decayed)

    def state_dict(self) -> dict[str, Any]:
        """The velocities."""
        return {"velocities": self.velocities}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the velocities over."""
        for mine, saved in zip(self.velocities, state["velocities"], strict=True):
            mine.copy_(saved)


def sgd_update(
    weights: list[Tensor],
    gradients: list[Tensor],
    velocities: list[Tensor],
    recipe: Recipe,
    rate: float | Tensor,
    decayed: bool,
) -> None:
    """PyTorch's fused kernel for `SGD`: all three lists are as long, and weights and velocities change in place."""
    torch._fused_sgd_(
        weights, gradients, velocities if recipe.momentum else [], lr=rate, momentum=recipe.momentum,
        nesterov=recipe.nesterov, weight_decay=recipe.weight_decay if decayed else 0.0, dampening=0.0,
        maximize=False, is_first_step=False,
    )  # fmt: skip


class Adam(torch.optim.Adam):
    """PyTorch's Adam, or AdamW, stepped with the rate of the schedule."""

    def __init__(self, model: nn.Module, recipe: Recipe):
        parameters = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in parameters if decays(p, recipe)], "weight_decay": recipe.weight_decay},
            {"params": [p for p in parameters if not decays(p, recipe)], "weight_decay": 0.0},
        ]
        decoupled = recipe.optimizer == "adamw"
        super().__init__(groups, recipe.learning_rate, decoupled_weight_decay=decoupled, capturable=recipe.cuda_graph)

    def step(self, rate: float | Tensor) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            group["lr"] = rate
        super().step()


def decays(parameter: Tensor, recipe: Recipe) -> bool:
    """Whether weight decay applies: to weights, which are matrices and kernels; to the rest only with `decay_all`."""
    return recipe.decay_all or parameter.dim() > 1


def make(model: nn.Module, recipe: Recipe) -> SGD | Adam:
    """The recipe's optimiser for `model`."""
    return (SGD if recipe.optimizer == "sgd" else Adam)(model, recipe)
