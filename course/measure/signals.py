"""A signal and its gradient on their way through layers of random weights that nobody has trained."""

from __future__ import annotations

import math

import torch
from torch import Tensor

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def random_signals(
    x: Tensor, activation: str, gain: float, layers: int, seed: int, width: int = 200
) -> tuple[list[Tensor], list[Tensor]]:
    """Outputs of each layer for inputs x (N, n), each (N, width), and the gradient of a random direction of the last
    one with respect to them, in float64. No biases; weights are normal with standard deviation gain / √inputs: gain √2
    is He's (He et al. 2015, arXiv 1502.01852), gain 1 Glorot's where layers are equally wide (Glorot and Bengio 2010).

    Raises ValueError for an unknown activation.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {activation!r}")
    generator = torch.Generator().manual_seed(seed)
    hidden = [x.double()]
    for _ in range(layers):
        inputs = hidden[-1].shape[1]
        weight = torch.randn(width, inputs, generator=generator, dtype=torch.float64) * gain / math.sqrt(inputs)
        hidden.append(ACTIVATIONS[activation]((hidden[-1] @ weight.T).requires_grad_()))
    direction = torch.randn(hidden[-1].shape, generator=generator, dtype=torch.float64)
    gradients = torch.autograd.grad((hidden[-1] * direction).sum(), hidden[1:])
    return [h.detach() for h in hidden[1:]], list(gradients)


def arc_cosine_map(cosine: Tensor) -> Tensor:
    """The cosine between two signals behind a layer of very many ReLU units with random weights, by that before it:
    (√(1 − c²) + (π − arccos c) c) / π, for a tensor of any shape (Cho and Saul 2009, arc-cosine kernel of degree 1).

    It is above c for every c below 1, so layer by layer all signals become alike. Raises ValueError for what is no
    cosine.

    >>> arc_cosine_map(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([0.0000, 0.3183, 1.0000])
    """
    if not (cosine.abs() <= 1).all():
        raise ValueError(f"a cosine lies between -1 and 1; got {cosine.min():g} to {cosine.max():g}")
    mapped = ((1 - cosine**2).sqrt() + (math.pi - cosine.arccos()) * cosine) / math.pi
    return mapped.clamp(max=1.0)  # rounding
