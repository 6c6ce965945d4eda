"""Two layers that have to learn to do nothing, with and without their input added."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import nn

from course.blocks import Residual
from course.papers.digits import digits
from course.recipes import Recipe
from course.training import SGD

WIDTH, BATCH = 64, 64
RATES = (0.1, 0.3, 1.0, 3.0)


def block(residual: bool) -> nn.Module:
    """W2 relu(W1 x + b1) + b2, and x added to it if `residual`; PyTorch's default initial weights."""
    branch = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH))
    return Residual(branch, after=nn.Identity()) if residual else branch


def errors(
    residual: bool,
    steps: int,
    rate: float,
    seed: int,
    blocks: int = 1,
    weight_decay: float = 0.0,
    perturbation: float = 0.0,
) -> Iterator[float]:
    """Mean squared error of a stack of blocks before each step of SGD, as it learns x + perturbation · tanh(A x)."""
    x = digits().train.x.flatten(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        stack = nn.Sequential(*(block(residual) for _ in range(blocks)))
        bend = torch.randn(WIDTH, WIDTH) / WIDTH**0.5
        order = [torch.randint(len(x), (BATCH,)) for _ in range(steps)]
    sgd = SGD(stack, Recipe(weight_decay=weight_decay))  # momentum 0.9
    for rows in order:
        batch = x[rows]
        target = batch + perturbation * torch.tanh(batch @ bend.T)
        error = (stack(batch) - target).square().mean()
        yield error.item()
        stack.zero_grad()
        error.backward()
        sgd.step(rate)


def end(residual: bool, steps: int, seed: int, rates: tuple[float, ...] = RATES) -> float:
    """Mean of the last ten errors at the best of these rates, so that each kind of block can have its own."""
    found = []
    for rate in rates:
        last = list(errors(residual, steps, rate, seed))[-10:]
        found.append(sum(last) / len(last))
    return min(value for value in found if math.isfinite(value))
