"""A deeper network that computes exactly what a shallow one does (He et al. 2015, section 1)."""

from __future__ import annotations

import copy
from functools import partial

from torch import nn

from course.networks.build import build


def deepen_with_identity(network: nn.Sequential, depth: int) -> nn.Sequential:
    """A new network of `depth` linear layers with the outputs of `network`, bit for bit: relu(I h + 0) = h for h >= 0.

    `network`: `Flatten`, then `Linear` and `ReLU` in turn, ending in a `Linear` (an `mlp("plain", …)`). The new layers,
    W = I and b = 0, stand before the last one, where the hidden vector comes out of a ReLU and is not negative. Nothing
    is shared with `network`. Raises ValueError if `depth` is smaller than the network's own, or it is not of this form.
    """
    _check(network)
    *layers, last = copy.deepcopy(network)
    assert isinstance(last, nn.Linear)
    linear = 1 + sum(isinstance(layer, nn.Linear) for layer in layers)
    if depth < linear:
        raise ValueError(f"the network has {linear} linear layers already, got depth {depth}; give at least as many")
    extra = [layer for _ in range(depth - linear) for layer in (_identity(last), nn.ReLU())]
    return nn.Sequential(*layers, *extra, last)


def _check(network: nn.Sequential) -> None:
    layers = list(network) if isinstance(network, nn.Sequential) else [network]
    known = all(isinstance(layer, nn.Flatten | nn.Linear | nn.ReLU) for layer in layers)
    if not (known and len(layers) > 1 and isinstance(layers[-2], nn.ReLU) and isinstance(layers[-1], nn.Linear)):
        needed = "a Sequential of Flatten, Linear and ReLU that ends in ReLU, Linear, such as mlp('plain', …)"
        given = ", ".join(dict.fromkeys(type(layer).__name__ for layer in layers))
        raise ValueError(f"deepen_with_identity needs {needed}; got one of {given}")


def _identity(last: nn.Linear) -> nn.Linear:
    """A square layer that hands on what `last` would read: W = I, b = 0."""
    square = partial(nn.Linear, last.in_features, last.in_features)
    return build(square, seed=0, weights=lambda weight, _: nn.init.eye_(weight)).to(last.weight)
