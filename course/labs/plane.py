"""The plane over which small networks are drawn, and the activations that their labs offer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.views import Map

GRID, REACH = 61, 3.0  # points a side, from -REACH to REACH
EDGES = (-REACH, REACH)
ACTIVATIONS = {"sigmoid": nn.Sigmoid(), "tanh": nn.Tanh(), "relu": nn.ReLU()}
LABELS = ("sigmoid", "tanh", "ReLU")


def points() -> Tensor:
    """The grid as points, (GRID * GRID, 2), the lowest row first."""
    axis = torch.linspace(-REACH, REACH, GRID)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def surface(title: str, values: Tensor, low: float, high: float, **more: Any) -> Map:
    """A value for each of the `points`, (GRID * GRID,), as a map over the plane; `more` as `Map` takes it."""
    return Map(title, "x₁", "x₂", values.reshape(GRID, GRID).numpy(), low, high, EDGES, EDGES, **more)
