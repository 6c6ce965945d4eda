"""A deeper network that computes exactly what a shallow one does (He et al. 2015, section 1)."""

from __future__ import annotations

import copy

from torch import nn


def deepen_with_identity(network: nn.Sequential, depth: int) -> nn.Sequential:
    """A new network of `depth` linear layers with the outputs of `network`, bit for bit: relu(I h + 0) = h for h >= 0.

    `network`: `Flatten`, then `Linear` and `ReLU` in turn, ending in a `Linear` (an `mlp("plain", …)`). The new layers,
    W = I and b = 0, stand before the last one, where the hidden vector comes out of a ReLU and is not negative. Nothing
    is shared with `network`. Raises ValueError if `depth` is smaller than the network's own, or it is not of this form.
    """
    layers = [copy.deepcopy(layer) for layer in network]
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    if len(layers) < 3 or not isinstance(layers[-1], nn.Linear) or not isinstance(layers[-2], nn.ReLU):
        raise ValueError("deepen_with_identity needs a network that ends in ReLU, Linear, such as mlp('plain', …)")
    if depth < len(linear):
        raise ValueError(
            f"the network has {len(linear)} linear layers already, got depth {depth}; give at least as many"
        )
    extra = [layer for _ in range(depth - len(linear)) for layer in (_identity(layers[-1]), nn.ReLU())]
    return nn.Sequential(*layers[:-1], *extra, layers[-1])


def _identity(last: nn.Linear) -> nn.Linear:
    """A square layer that hands on what `last` would read; its weights are set, so the global random numbers stay."""
    layer = nn.utils.skip_init(nn.Linear, last.in_features, last.in_features, dtype=last.weight.dtype)
    layer.to(last.weight.device)
    nn.init.eye_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer
