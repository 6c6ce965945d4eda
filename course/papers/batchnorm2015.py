"""Ioffe and Szegedy 2015, Batch Normalization (arXiv 1502.03167), and a test of the reason that they give (Santurkar et
al. 2018, How Does Batch Normalization Help Optimization?).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course.networks.build import build
from course.papers.claim import Claim, Values
from course.papers.digits import digits
from course.recipes import Recipe
from course.training import train

PAPER = "Ioffe and Szegedy 2015"
RATES = (0.1, 0.5, 2.0, 8.0)
WIDTH = 100
NETWORKS = (("without", False, False), ("batch norm", True, False), ("shifted", True, True))  # name, normed, shifted


def sigmoid_network(normalised: bool, seed: int, std: float = 0.1) -> nn.Sequential:
    """The paper's experiment on MNIST, for the digits: three hidden layers of 100 sigmoid units, small normal weights,
    batch norm before each sigmoid or none.
    """

    def layout() -> nn.Sequential:
        layers: list[nn.Module] = [nn.Flatten()]
        for inputs in (64, WIDTH, WIDTH):
            layers += [nn.Linear(inputs, WIDTH), *([nn.BatchNorm1d(WIDTH)] if normalised else []), nn.Sigmoid()]
        return nn.Sequential(*layers, nn.Linear(WIDTH, 10))

    @torch.no_grad()
    def small_(weight: Tensor, generator: torch.Generator) -> Tensor:
        return weight.normal_(0, std, generator=generator)

    return build(layout, seed, small_)


def percentiles(network: nn.Sequential, x: Tensor) -> list[float]:
    """The 15th, 50th and 85th percentile over inputs of what enters the last hidden layer's first sigmoid, in the mode
    that the network is in.
    """
    last = max(i for i, layer in enumerate(network) if isinstance(layer, nn.Sigmoid))
    with torch.no_grad():
        entering: Tensor = network[:last](x)[:, 0]
    return list(entering.quantile(torch.tensor([0.15, 0.5, 0.85])).tolist())


def losses_by_rate(seed: int) -> dict[str, float]:
    """Training loss after 10 epochs of the digits at four fixed rates, plain SGD, with and without batch norm."""
    found = {}
    for name, normalised, _ in NETWORKS[:2]:
        for rate in RATES:
            found[f"{name}, rate {rate:g}"] = _final_loss(sigmoid_network(normalised, seed), rate, seed)
    return found


def _final_loss(network: nn.Module, rate: float, seed: int) -> float:
    """The mean of the last 20 steps of 10 epochs of plain SGD."""
    recipe = Recipe(epochs=10, batch_size=60, learning_rate=rate, momentum=0.0, seed=seed)
    last = [r.loss for r in train(network, digits(), recipe) if r.split == "train"][-20:]
    return sum(last) / len(last)


class Shifted(nn.Module):
    """In training each unit is multiplied by e^(½ n) and n' is added, n and n' normal numbers, drawn anew in each step;
    so what comes out of batch norm has another mean and deviation in each step.
    """

    def __init__(self) -> None:
        super().__init__()
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """(N, units) to the same."""
        if not self.training:
            return x
        scale, shift = torch.randn(2, x.shape[1], generator=self.generator)
        y: Tensor = (scale / 2).exp() * x + shift
        return y


def losses_with_shift(seed: int) -> dict[str, float]:
    """Training loss after 10 epochs of the digits at two fixed rates: without batch norm, with it, and with a random
    shift behind each batch norm (Santurkar et al. 2018's experiment, in small).
    """
    found = {}
    for name, normalised, shifted in NETWORKS:
        for rate in (0.1, 0.5):
            network = sigmoid_network(normalised, seed)
            if shifted:
                parts = ([layer, Shifted()] if isinstance(layer, nn.BatchNorm1d) else [layer] for layer in network)
                network = nn.Sequential(*(part for two in parts for part in two))
            found[f"{name}, rate {rate:g}"] = _final_loss(network, rate, seed)
    return found


def stability_is_not_the_reason(values: Values) -> bool:
    """For each seed and rate the shifted network ends below half of the loss that the one without batch norm has."""
    pairs = [(values[f"shifted, rate {rate}"], values[f"without, rate {rate}"]) for rate in ("0.1", "0.5")]
    return all(2 * ours < theirs for two in pairs for ours, theirs in zip(*two, strict=True))


def normalised_trains_at_any_rate(values: Values) -> bool:
    """With batch norm all four rates train; without it the smallest and the largest end above 1."""
    with_it = max(v for name, found in values.items() if name.startswith("batch") for v in found)
    return with_it < 0.5 and min(values["without, rate 0.1"] + values["without, rate 8"]) > 1.0


CLAIMS = (
    Claim(
        "batchnorm2015-rates-digits",
        PAPER,
        "with batch norm a network trains at rates at which it does not without",
        "Inception trains with 5 and 30 times the rate (fig. 3)",
        experiment=losses_by_rate,
        measured="training loss after 10 epochs",
        holds=normalised_trains_at_any_rate,
        inequality="batch norm below 0.5 at every rate, plain above 1 at the smallest and the largest",
        chapters=(2,),
    ),
    Claim(
        "santurkar2018-shift-digits",
        "Santurkar et al. 2018",
        "a network with batch norm trains although the mean and the deviation of what comes out of it are shifted at "
        "random in each step",
        "with noise behind each batch norm, VGG on CIFAR-10, drawn (NeurIPS 2018)",
        experiment=losses_with_shift,
        measured="training loss after 10 epochs",
        holds=stability_is_not_the_reason,
        inequality="shifted below half of the loss without batch norm, for each seed and rate",
        chapters=(2,),
    ),
    Claim(
        "batchnorm2015-imagenet",
        PAPER,
        "ImageNet, Inception: steps to 72.2 % without batch norm, with it, and with it at five times the rate",
        "31.0, 13.3 and 2.1 million (fig. 3)",
        cannot="needs ImageNet and days on several GPUs",
        chapters=(2,),
    ),
)
