"""Random networks whose gradient is looked at, along a line or at a few inputs (Balduzzi et al. 2017)."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from course import blocks
from course.networks.build import build, check_one_of

FEEDFORWARD = ("feedforward", "not_centred", "no_biases")
RESIDUAL = ("residual", "residual_centred", "residual_not_centred")
SCANS = (*FEEDFORWARD, *RESIDUAL, "looks_linear", "linear")
REACH = 2.0  # inputs and kinks lie between -2 and 2
LINE = torch.linspace(-REACH, REACH, 256)[:, None]


class Centred(nn.Module):
    """x minus the mean of each unit over the points that the network was built with, a constant from then on."""

    def __init__(self, width: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.mean: Tensor

    def reset_parameters(self) -> None:
        self.mean.zero_()

    def settle(self, x: Tensor) -> None:
        """Take the mean of these pre-activations, (N, width)."""
        self.mean.copy_(x.mean(0))

    def forward(self, x: Tensor) -> Tensor:
        return x - self.mean


class Normalised(Centred):
    """Batch norm without parameters whose mean and deviation are those of the points, constants as above."""

    def __init__(self, width: int):
        super().__init__(width)
        self.register_buffer("deviation", torch.ones(width))
        self.deviation: Tensor

    def reset_parameters(self) -> None:
        super().reset_parameters()
        self.deviation.fill_(1)

    def settle(self, x: Tensor) -> None:
        super().settle(x)
        self.deviation.copy_((x - self.mean).square().mean(0).add(1e-10).sqrt())

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) / self.deviation


class Branch(nn.Module):
    """beta · W relu(x), or with two layers beta · W' relu(W x), with `before` in front of the ReLU."""

    def __init__(self, width: int, beta: float, layers: int, before: nn.Module):
        super().__init__()
        self.beta = beta
        first = [nn.Linear(width, width, bias=False) for _ in range(layers - 1)]
        self.layers = nn.Sequential(*first, before, nn.ReLU(), nn.Linear(width, width, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.beta * self.layers(x)
        return y

    def extra_repr(self) -> str:
        return f"beta={self.beta:g}"


def scan_network(
    kind: str,
    layers: int,
    beta: float = 1.0,
    width: int = 200,
    seed: int = 0,
    points: Tensor | None = None,
    branch_layers: int = 1,
) -> nn.Sequential:
    """A random network for looking at its gradient: (N, inputs) -> (N, 1), each row by itself.

    layers: hidden layers, or blocks. He weights behind ReLUs. kind: "feedforward": on a line the first layer's kinks
    are spread uniformly over [-2, 2]; from every deeper unit its mean over `points` is taken away before its ReLU;
    "not_centred": without the latter; "no_biases": without both, so that along a line the gradient takes two values;
    "residual": x + beta W relu(norm(x)) behind a linear first layer, norm by mean and deviation over `points`;
    "residual_centred" and "residual_not_centred": with the mean taken away alone, and without even that;
    "looks_linear": CReLU with looks-linear weights; "linear": orthogonal. The last module reads the function off the
    hidden units. points: (N, inputs), 256 of them on the line from -2 to 2 unless given. branch_layers: 2 for residual
    branches W' relu(norm(W x)). Raises ValueError for another kind, fewer layers than 1, or branches of other than one
    or two layers.
    """
    check_one_of(SCANS, "kind", kind)
    check_one_of((1, 2), "branch_layers", branch_layers)
    _check_layers(layers)
    points = LINE if points is None else points

    def residual(before: nn.Module) -> list[nn.Module]:
        return [blocks.Residual(Branch(width, beta, branch_layers, before), after=nn.Identity())]

    one: dict[str, Callable[[], list[nn.Module]]] = {
        "feedforward": lambda: [nn.Linear(width, width, bias=False), Centred(width), nn.ReLU()],
        "not_centred": lambda: [nn.Linear(width, width, bias=False), nn.ReLU()],
        "no_biases": lambda: [nn.Linear(width, width, bias=False), nn.ReLU()],
        "residual": lambda: residual(Normalised(width)),
        "residual_centred": lambda: residual(Centred(width)),
        "residual_not_centred": lambda: residual(nn.Identity()),
        "looks_linear": lambda: [blocks.LooksLinear(nn.Linear(2 * width, width, bias=False))],
        "linear": lambda: [nn.Linear(width, width, bias=False)],
    }

    def layout() -> nn.Sequential:
        start = [nn.ReLU()] if kind in FEEDFORWARD else []  # their first layer is a hidden one
        middle = [module for _ in range(layers - len(start)) for module in one[kind]()]
        return nn.Sequential(nn.Linear(points.shape[1], width), *start, *middle, nn.Linear(width, 1, bias=False))

    network = build(layout, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    first, last = network[0], network[-1]
    assert isinstance(first, nn.Linear) and isinstance(last, nn.Linear)
    with torch.no_grad():
        if kind in ("feedforward", "not_centred"):
            kinks = REACH * (2 * torch.rand(width, generator=generator) - 1)
            first.bias.copy_(-first.weight[:, 0] * kinks * (points.shape[1] == 1))
        elif kind != "no_biases":
            first.weight.mul_(0.5**0.5)  # a linear layer keeps the variance with 1 / inputs
        if kind == "linear":
            for layer in network[1:-1]:
                nn.init.orthogonal_(layer.get_parameter("weight"), generator=generator)
        last.weight.normal_(0, width**-0.5, generator=generator)
    return _settled(network, points)


def udl_network(
    layers: int, variance: float = 1.0, centred: bool = False, width: int = 200, seed: int = 0
) -> nn.Sequential:
    """The random network of udlbook's notebook 11.1, which does not shatter: (N, 1) -> (N, 1).

    ReLU layers; weights have the variance `variance` / width, in the notebook 1 / width, half of He's; biases
    1 / width. centred: from every unit behind the first layer its mean over 256 points from -2 to 2 is taken away, and
    with it a bias, which the notebook does not do. Raises ValueError for fewer layers than 1.
    """
    _check_layers(layers)

    def layout() -> nn.Sequential:
        one = [nn.Linear(width, width, bias=False), Centred(width)] if centred else [nn.Linear(width, width)]
        hidden = (part for _ in range(layers - 1) for part in (*copy.deepcopy(one), nn.ReLU()))
        return nn.Sequential(nn.Linear(1, width), nn.ReLU(), *hidden, nn.Linear(width, 1))

    network = build(layout, seed)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in network.named_parameters():
            p.normal_(0, ((1 if name.endswith("bias") else variance) / width) ** 0.5, generator=generator)
    return _settled(network, LINE)


def _check_layers(layers: int) -> None:
    if layers < 1:
        raise ValueError(f"layers must be at least 1, got {layers}")


def _settled(network: nn.Sequential, points: Tensor) -> nn.Sequential:
    """The network whose centred units have taken their constants, first layer first, from these points."""
    hooks = [
        module.register_forward_pre_hook(lambda module, inputs: module.settle(inputs[0]))
        for module in network.modules()
        if isinstance(module, Centred)
    ]
    with torch.no_grad():
        network(points)
    for hook in hooks:
        hook.remove()
    return network
