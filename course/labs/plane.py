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
    return Map(title, "x₁", "x₂", values.reshape(GRID, GRID).numpy(), low, high, EDGES, EDGES, square=True, **more)


def zero_line(w1: float, w2: float, b: float) -> list[tuple[float, float, float, float, bool]]:
    """Where w₁ x₁ + w₂ x₂ + b = 0 in the plane, as a segment; none where that lies outside."""
    places = [(-(b + w2 * e) / w1, e) for e in EDGES if w1] + [(e, -(b + w1 * e) / w2) for e in EDGES if w2]
    seen = sorted(place for place in places if all(abs(each) <= REACH for each in place))  # not a number: not seen
    return [(*seen[0], *seen[-1], False)] if seen and seen[0] != seen[-1] else []
