"""What the inputs of cases are made with, so that each answer gets new ones and a seed says all about them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import torch
from torch import Generator, Tensor, nn

from course.exercises.given import Inputs

P = ParamSpec("P")
Module = TypeVar("Module", bound=nn.Module)


def seeded(make: Callable[Concatenate[Generator, P], Inputs]) -> Callable[P, Callable[[int], Inputs]]:
    """Makes of a function of a generator and some sizes one of the sizes alone, which returns a case's `inputs`.

    >>> @seeded
    ... def vector(g, size):
    ...     return {"x": torch.randn(size, generator=g)}
    >>> inputs = vector(3)
    >>> inputs(seed=0)["x"].shape, bool((inputs(1)["x"] == inputs(1)["x"]).all())
    (torch.Size([3]), True)
    """

    @wraps(make)
    def of(*args: P.args, **kwargs: P.kwargs) -> Callable[[int], Inputs]:
        return lambda seed: make(Generator().manual_seed(seed), *args, **kwargs)

    return of


def these(**values: Any) -> Callable[[int], Inputs]:
    """These very inputs, whatever the seed: numbers, words, and lists of them."""
    return lambda seed: copy.deepcopy(values)


def drawn(network: Module, g: Generator, deviation: float = 1.0) -> Module:
    """The network, with parameters from a normal distribution with mean 0."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(0, deviation, generator=g)
    return network


def anew(g: Generator) -> Generator:
    """A generator that starts where this one did."""
    return Generator().manual_seed(g.initial_seed())


class Branched(nn.Module):
    """x + branch(x)."""

    def __init__(self, branch: nn.Module):
        super().__init__()
        self.branch = branch

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.branch(x)
        return x + y
