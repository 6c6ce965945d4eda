"""Random networks of one variable, whose gradient is looked at along a line (Balduzzi et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course import blocks
from course.networks.build import build, check_one_of

FEEDFORWARD = ("feedforward", "not_centred", "no_biases")
SCANS = (*FEEDFORWARD, "residual", "looks_linear", "linear")
REACH = 2.0  # inputs and kinks lie between -2 and 2


class Centred(nn.Module):
    """x minus its mean over the batch, which counts as a constant in derivatives."""

    def forward(self, x: Tensor) -> Tensor:
        return x - x.detach().mean(0)


class Normalised(nn.Module):
    """Batch norm without parameters, by this batch's mean and deviation, which count as constants in derivatives."""

    def forward(self, x: Tensor) -> Tensor:
        mean = x.detach().mean(0)
        return (x - mean) / (x.detach() - mean).square().mean(0).add(1e-10).sqrt()


class Branch(nn.Module):
    """beta · W relu(normalised x)."""

    def __init__(self, width: int, beta: float):
        super().__init__()
        self.norm, self.beta = Normalised(), beta
        self.layer: blocks.Layer = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.beta * self.layer(torch.relu(self.norm(x)))

    def extra_repr(self) -> str:
        return f"beta={self.beta:g}"


def scan_network(
    kind: str, layers: int, beta: float = 1.0, width: int = 200, seed: int = 0, inputs: int = 1
) -> nn.Sequential:
    """A random network for looking at its gradient, along a line unless there are more inputs: (N, inputs) -> (N, 1).

    layers: hidden layers, or blocks. He weights behind ReLUs. kind: "feedforward": on a line the first layer's kinks
    are spread uniformly over [-2, 2]; every deeper unit's mean over the batch is taken away before its ReLU;
    "not_centred": without the latter; "no_biases": without both, so that along a line the gradient takes two values;
    "residual": x + beta W relu(norm(x)) behind a linear first layer; "looks_linear": CReLU with looks-linear weights;
    "linear": orthogonal. The last module reads the function off the hidden units. Raises ValueError for another kind,
    or fewer layers than 1.
    """
    check_one_of(SCANS, "kind", kind)
    if layers < 1:
        raise ValueError(f"layers must be at least 1, got {layers}")

    one: dict[str, Callable[[], list[nn.Module]]] = {
        "feedforward": lambda: [nn.Linear(width, width, bias=False), Centred(), nn.ReLU()],
        "not_centred": lambda: [nn.Linear(width, width, bias=False), nn.ReLU()],
        "no_biases": lambda: [nn.Linear(width, width, bias=False), nn.ReLU()],
        "residual": lambda: [blocks.Residual(Branch(width, beta), after=nn.Identity())],
        "looks_linear": lambda: [blocks.LooksLinear(nn.Linear(2 * width, width, bias=False))],
        "linear": lambda: [nn.Linear(width, width, bias=False)],
    }

    def layout() -> nn.Sequential:
        start = [nn.ReLU()] if kind in FEEDFORWARD else []  # their first layer is a hidden one
        middle = [module for _ in range(layers - len(start)) for module in one[kind]()]
        return nn.Sequential(nn.Linear(inputs, width), *start, *middle, nn.Linear(width, 1, bias=False))

    network = build(layout, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    first, last = network[0], network[-1]
    assert isinstance(first, nn.Linear) and isinstance(last, nn.Linear)
    with torch.no_grad():
        if kind in ("feedforward", "not_centred"):
            kinks = REACH * (2 * torch.rand(width, generator=generator) - 1)
            first.bias.copy_(-first.weight[:, 0] * kinks * (inputs == 1))
        elif kind != "no_biases":
            first.weight.mul_(0.5**0.5)  # a linear layer keeps the variance with 1 / inputs
        if kind == "linear":
            for layer in network[1:-1]:
                nn.init.orthogonal_(layer.get_parameter("weight"), generator=generator)
        last.weight.normal_(0, width**-0.5, generator=generator)
    return network
