"""Two layers that have to learn to do nothing, with and without their input added."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course.blocks import Residual
from course.papers.digits import digits
from course.recipes import Recipe
from course.training import SGD

WIDTH, BATCH = 64, 64
RATES = (0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Lesson:
    """A stack of blocks before a step: its mean squared error on the batch, itself, and what it shall return."""

    error: float
    stack: nn.Sequential
    wanted: Callable[[Tensor], Tensor]


def block(residual: bool, keeping: bool = False) -> nn.Module:
    """W2 relu(W1 x + b1) + b2, and x added to it if `residual`.

    PyTorch's default initial weights; if `keeping`, normal ones that keep the size of a signal, and no biases at first.
    """
    first, second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
    for layer, variance in ((first, 1 / WIDTH), (second, 2 / WIDTH)) if keeping else ():
        nn.init.normal_(layer.weight, 0, variance**0.5)
        nn.init.zeros_(layer.bias)
    branch = nn.Sequential(first, nn.ReLU(), second)
    return Residual(branch, after=nn.Identity()) if residual else branch


def lessons(
    residual: bool,
    steps: int,
    rate: float,
    seed: int,
    blocks: int = 1,
    weight_decay: float = 0.0,
    perturbation: float = 0.0,
    keeping: bool = False,
) -> Iterator[Lesson]:
    """A stack of blocks before each step of SGD, as it learns x + perturbation · tanh(A x)."""
    x = digits().train.x.flatten(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        stack = nn.Sequential(*(block(residual, keeping) for _ in range(blocks)))
        bend = torch.randn(WIDTH, WIDTH) / WIDTH**0.5
        order = [torch.randint(len(x), (BATCH,)) for _ in range(steps)]

    def wanted(x: Tensor) -> Tensor:
        return x + perturbation * torch.tanh(x @ bend.T)

    sgd = SGD(stack, Recipe(weight_decay=weight_decay))  # momentum 0.9
    for rows in order:
        error = (stack(x[rows]) - wanted(x[rows])).square().mean()
        yield Lesson(error.item(), stack, wanted)
        stack.zero_grad()
        error.backward()
        sgd.step(rate)


def end(residual: bool, steps: int, seed: int, rates: tuple[float, ...] = RATES, **more: Any) -> float:
    """Mean of the last ten errors at the best of these rates, so that each kind of block can have its own."""
    found = []
    for rate in rates:
        last = [lesson.error for lesson in lessons(residual, steps, rate, seed, **more)][-10:]
        found.append(sum(last) / len(last))
    return min(value for value in found if math.isfinite(value))
