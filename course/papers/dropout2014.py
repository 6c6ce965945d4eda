"""Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, Dropout (JMLR 15)."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import blocks, networks
from course.data import Split
from course.papers.claim import Claim, Values
from course.papers.digits import accuracy, digits
from course.recipes import Recipe
from course.training import choose_learning_rate

PAPER = "Srivastava et al. 2014"
IMAGES, WIDTH = 100, 500
RATES = {"without": 0.0, "dropout ½": 0.5}


def with_dropout(rate: float, width: int, seed: int) -> nn.Sequential:
    """Two hidden ReLU layers with dropout behind each, and a fifth of the inputs dropped, as in the paper; `rate` 0
    drops nothing at all.
    """
    plain = networks.mlp("plain", depth=3, width=width, seed=seed)
    if rate == 0:
        return plain
    parts = ([layer, blocks.Dropout(rate)] if isinstance(layer, nn.ReLU) else [layer] for layer in plain)
    flatten, *rest = (part for two in parts for part in two)
    return nn.Sequential(flatten, blocks.Dropout(0.2), *rest)


def trained_on_little(rate: float, seed: int) -> tuple[nn.Sequential, Split, float]:
    """The network after 100 epochs of 100 digits by the rule, these digits, and its training loss."""
    small = digits().subset(IMAGES, seed=seed)
    recipe = Recipe(epochs=100, batch_size=20, seed=seed)
    run = choose_learning_rate(with_dropout(rate, WIDTH, seed), small, recipe).run
    assert isinstance(run.model, nn.Sequential)
    return run.model, small.train, run.loss


def little_data(seed: int) -> dict[str, float]:
    """Training loss as training sees it, and test error, on 100 digits, each network at its own rate by the rule."""
    found = {}
    for name, rate in RATES.items():
        network, _, loss = trained_on_little(rate, seed)
        found[f"{name}: training loss"] = loss
        found[f"{name}: test error"] = 1 - accuracy(network)
    return found


def noise_costs_and_pays(values: Values) -> bool:
    """Every training loss with dropout three times as high as every one without; the test error lower by a fifth of
    itself on average, and for no seed a tenth higher.
    """
    costs = min(values["dropout ½: training loss"]) > 3 * max(values["without: training loss"])
    clean, noisy = (values[f"{name}: test error"] for name in RATES)
    return costs and all(n < 1.1 * c for c, n in zip(clean, noisy, strict=True)) and sum(noisy) < 0.8 * sum(clean)


def co_adaptation(seed: int) -> dict[str, float]:
    """Of the last hidden layer, trained on 100 digits: the mean size of the correlation between two units that are not
    constant, and by how much the training loss rises, in nats, when half of the units are removed.
    """
    found = {}
    for name, rate in RATES.items():
        network, images, _ = trained_on_little(rate, seed)
        last = network.eval()[-1]
        with torch.no_grad():
            hidden = network[:-1](images.x)
            alive = hidden[:, hidden.std(0) > 1e-6]
            correlation = torch.corrcoef(alive.T).fill_diagonal_(0).abs()
            g = torch.Generator().manual_seed(seed)
            kept = (torch.rand(20, hidden.shape[1], generator=g) < 0.5).float()
            rises = [F.cross_entropy(last(hidden * mask * 2), images.y) for mask in kept]
            whole = F.cross_entropy(last(hidden), images.y)
        count = len(correlation)
        found[f"{name}: correlation"] = (correlation.sum() / (count * (count - 1))).item()
        found[f"{name}: loss without half of the units"] = (torch.stack(rises).mean() - whole).item()
    return found


def masks_against_scaling(seed: int) -> dict[str, float]:
    """Largest difference between the renormalised geometric mean of all masked networks and the one network with halved
    activations: the last of two hidden layers masked, and both of them.
    """
    g = torch.Generator().manual_seed(seed)
    first, second, last = (torch.randn(6, 6, generator=g, dtype=torch.float64) for _ in range(3))
    x = torch.randn(6, generator=g, dtype=torch.float64)

    def logits(mask1: Tensor, mask2: Tensor) -> Tensor:
        return last @ (mask2 * torch.relu(second @ (mask1 * torch.relu(first @ x))))

    masks = [torch.tensor(m, dtype=torch.float64) for m in itertools.product((0.0, 1.0), repeat=6)]
    half, ones = torch.full((6,), 0.5, dtype=torch.float64), torch.ones(6, dtype=torch.float64)
    only_last = torch.stack([logits(ones, m).log_softmax(0) for m in masks]).mean(0).softmax(0)
    both = torch.stack([logits(m, n).log_softmax(0) for m in masks for n in masks]).mean(0).softmax(0)
    return {
        "last layer masked": (only_last - logits(ones, half).softmax(0)).abs().max().item(),
        "both layers masked": (both - logits(half, half).softmax(0)).abs().max().item(),
    }


CLAIMS = (
    Claim(
        "dropout2014-little-data",
        PAPER,
        "with little data dropout raises the training loss and lowers the test error",
        "MNIST, all data: 1.60 % without; with dropout 1.35 % (logistic), 1.25 % (ReLU) (table 2)",
        experiment=little_data,
        measured="loss in nats, with units missing; error as a fraction",
        holds=noise_costs_and_pays,
        inequality="training losses three times as high, test error a fifth lower on average, never a tenth higher",
        chapters=(2,),
    ),
    Claim(
        "dropout2014-co-adaptation",
        PAPER,
        "units trained with dropout depend less on each other's presence",
        "the stated reason for dropout; shown by pictures of filters (section 7)",
        experiment=co_adaptation,
        measured="mean correlation; rise of the loss, nats",
        holds=lambda values: (
            5 * max(values["dropout ½: loss without half of the units"])
            < min(values["without: loss without half of the units"])
        ),
        inequality="without half of its units the loss rises five times less; nothing is claimed of correlations",
        chapters=(2,),
    ),
    Claim(
        "dropout2014-geometric-mean",
        PAPER,
        "halving the activations is the geometric mean over all masks: exact for the last hidden layer, not for two",
        "section 1 and the lecture",
        experiment=masks_against_scaling,
        measured="largest difference of probabilities",
        holds=lambda values: max(values["last layer masked"]) < 1e-12 and min(values["both layers masked"]) > 1e-3,
        inequality="below 10⁻¹², and above 0.001",
        chapters=(2,),
    ),
)
