"""Slices of the loss surface around a network's weights, in random directions (Li et al. 2018, arXiv 1712.09913)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call
from torch.linalg import vector_norm

from course.measure.preserving import preserved

Direction = Mapping[str, Tensor]  # a displacement of the parameters, by their names
APART = 1_000_000  # from the seeds of networks: of the same numbers a direction would be the initial weights themselves


def random_direction(model: nn.Module, seed: int = 0, normalised: bool = True) -> dict[str, Tensor]:
    """A random displacement of the weights: for each matrix or kernel a tensor of its shape; biases and the scales of
    batch norm have none and stay.

    With normal random numbers d, the row or filter of unit i becomes d_i ‖w_i‖ / ‖d_i‖: as long as the unit's own
    weights w_i (Li et al. 2018, "filter normalization"). So one step changes each unit by as much as it is.
    Without `normalised` d has the standard deviation √(2 / inputs) of He's initial weights, however large the weights
    have become.
    """
    generator = torch.Generator().manual_seed(APART + seed)
    found = {}
    for name, parameter in model.named_parameters():
        if parameter.dim() < 2:
            continue
        w = parameter.detach()
        d = torch.randn(w.shape, generator=generator).to(w)
        own, drawn = (vector_norm(t, dim=tuple(range(1, t.dim())), keepdim=True) for t in (w, d))
        found[name] = d * (own / drawn if normalised else math.sqrt(2 / w[0].numel()))
    return found


def loss_along(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    direction: Direction,
    distances: Sequence[float] | Tensor,
    start: Direction | None = None,
) -> Tensor:
    """The cross-entropy L(w + a d), in nats, on x, (N, …), and y, (N,), for each of the distances a: (distances,).

    start: a displacement from the weights at which the line begins, so that lines beside each other make a surface. In
    the mode that the model is in: in training mode batch norm takes the statistics of x, as in a step of training.
    Costs a forward pass a distance. Raises ValueError for a direction that is not of this model.
    """
    weights = {name: p.detach() for name, p in model.named_parameters()}
    for given in (direction, start or {}):
        if wrong := [n for n, d in given.items() if n not in weights or d.shape != weights[n].shape]:
            raise ValueError(
                f"a direction must have names and shapes of the model's parameters; {wrong[0]} has not: "
                "make one with random_direction(model)"
            )
    origin = weights | {name: weights[name] + d for name, d in (start or {}).items()}
    with preserved(model), torch.no_grad():
        found = []
        for a in torch.as_tensor(distances).tolist():
            moved = origin | {name: origin[name] + a * d for name, d in direction.items()}
            found.append(F.cross_entropy(functional_call(model, moved, (x,)), y))
    return torch.stack(found)


def reach(distances: Sequence[float] | Tensor, losses: Sequence[float] | Tensor, level: float) -> float:
    """The distance at which a loss first rises above `level`, on the straight line between two points; the last
    distance if it never does, the first if it is there from the start.

    >>> reach([0.0, 0.5, 1.0], [0.0, 1.0, 3.0], level=2.0)
    0.75
    """
    at, loss = torch.as_tensor(distances).tolist(), torch.as_tensor(losses).tolist()
    if len(at) != len(loss) or not at:
        raise ValueError(f"one loss for each distance, and at least one; got {len(at)} distances, {len(loss)} losses")
    above = [not value <= level for value in loss]  # what is not a number, too
    if True not in above:
        return float(at[-1])
    k = above.index(True)
    if k == 0 or not math.isfinite(loss[k]):
        return float(at[max(k - 1, 0)])
    return float(at[k - 1] + (at[k] - at[k - 1]) * (level - loss[k - 1]) / (loss[k] - loss[k - 1]))
