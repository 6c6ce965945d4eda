"""What chapter 1 says of gradients and small networks, measured."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import networks
from course.papers.claim import Claim, Values
from course.papers.digits import digits
from course.recipes import Recipe
from course.records import DIVERGED_ABOVE
from course.training import SGD, fit

PAPER = "this course"
BATCHES = (1, 4, 16, 64)
EPSILON = 1e-5
RATES, DECAYS = torch.logspace(-3, 0, 16), torch.logspace(-5, -1, 9)


def gradient_variance(seed: int) -> dict[str, float]:
    """Variance of the gradient of mini-batches drawn with replacement, times B, relative to single examples."""
    network = networks.mlp("plain", depth=3, width=20, seed=seed)
    each = torch.stack([_gradient(network, x[None], y[None]) for x, y in zip(*digits().train[:400], strict=True)])
    g = torch.Generator().manual_seed(seed)
    total = {}
    for size in BATCHES:
        means = torch.stack([each[torch.randint(len(each), (size,), generator=g)].mean(0) for _ in range(2000)])
        total[size] = means.var(0).sum().item() * size
    return {f"B = {size}": total[size] / each.var(0).sum().item() for size in BATCHES}


def _gradient(network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    gradients = torch.autograd.grad(F.cross_entropy(network(x), y), list(network.parameters()))
    return torch.cat([gradient.flatten() for gradient in gradients])


def analytic_against_numeric(seed: int) -> dict[str, float]:
    """Largest error between autograd and central differences, relative to the larger of both and to 0.01 at least, so
    that rounding does not count where a gradient vanishes; tanh network, float64.
    """
    g = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    x, y = torch.randn(10, 6, generator=g, dtype=torch.float64), torch.randint(0, 3, (10,), generator=g)
    weights = list(network.parameters())
    analytic = torch.autograd.grad(F.cross_entropy(network(x), y), weights)
    worst = 0.0
    with torch.no_grad():
        for weight, gradient in zip(weights, analytic, strict=True):
            for i, g_i in enumerate(gradient.flatten().tolist()):
                values = []
                for move in (EPSILON, -2 * EPSILON):
                    weight.view(-1)[i] += move
                    values.append(F.cross_entropy(network(x), y).item())
                weight.view(-1)[i] += EPSILON
                measured = (values[0] - values[1]) / (2 * EPSILON)
                worst = max(worst, abs(g_i - measured) / max(abs(g_i), abs(measured), 1e-2))
    return {"tanh network": worst}


class WrongReLU(nn.Module):
    """A ReLU that passes every gradient back, also where its output is zero."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same."""
        return x + (F.relu(x) - x).detach()


def fit_500(right: bool, seed: int, steps: int = 600) -> float:
    """Training error on 500 digits after some steps of gradient descent on all of them."""
    x, y = digits().train[:500]
    activation = nn.ReLU if right else WrongReLU
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        hidden = [part for n in (64, 50) for part in (nn.Linear(n, 50), activation())]
        network = nn.Sequential(nn.Flatten(), *hidden, nn.Linear(50, 10))
    sgd = SGD(network, Recipe())
    for _ in range(steps):
        network.zero_grad()
        F.cross_entropy(network(x), y).backward()
        sgd.step(0.05)
    return float((network(x).argmax(1) != y).float().mean())


def overfit(seed: int) -> dict[str, float]:
    """Training error on 500 digits with right gradients and with one wrong."""
    return {"right gradients": fit_500(True, seed), "a wrong gradient": fit_500(False, seed)}


def search_surface(seed: int) -> Tensor:
    """Validation loss after three epochs for each decay (rows) and rate (columns), four layers; 50: it diverged."""
    split, losses = digits().with_validation(0.2), []
    for decay in DECAYS.tolist():
        for rate in RATES.tolist():
            recipe = Recipe(epochs=3, learning_rate=rate, weight_decay=decay, seed=seed)
            run = fit(networks.mlp("plain", depth=4, seed=seed), split, recipe, progress=False)
            losses.append(next((r.loss for r in reversed(run.records) if r.split == "valid"), DIVERGED_ABOVE))
    surface = torch.tensor(losses).reshape(len(DECAYS), len(RATES))
    return surface.nan_to_num(DIVERGED_ABOVE).clamp(max=DIVERGED_ABOVE)


def random_against_grid(seed: int) -> dict[str, float]:
    """The lowest loss of nine trials, mean of 4,000 searches on the measured surface: a 3 x 3 grid that is put
    somewhere at random, and nine points at random; how often the random ones find the lower loss, and how often the
    higher one.
    """
    surface, g = search_surface(seed), torch.Generator().manual_seed(seed)
    thirds = torch.cartesian_prod(torch.arange(3), torch.arange(3)) / 3
    searches = {
        "grid": thirds + torch.rand(4000, 1, 2, generator=g) / 3,
        "random": torch.rand(4000, 9, 2, generator=g),
    }
    size = torch.tensor(surface.shape)
    best = {name: surface[tuple((at * size).long().unbind(-1))].amin(1) for name, at in searches.items()}
    return {f"{name}: best of nine": found.mean().item() for name, found in best.items()} | {
        "random is better": (best["random"] < best["grid"]).float().mean().item(),
        "random is worse": (best["random"] > best["grid"]).float().mean().item(),
    }


def random_wins(values: Values) -> bool:
    """For each seed the random search finds a loss at least 1 % lower on average, and wins more often than it loses."""
    means = zip(values["random: best of nine"], values["grid: best of nine"], strict=True)
    wins = zip(values["random is better"], values["random is worse"], strict=True)
    return all(ours < 0.99 * theirs for ours, theirs in means) and all(better > worse for better, worse in wins)


CLAIMS = (
    Claim(
        "course-gradient-variance", PAPER,
        "the variance of a mini-batch's gradient falls as 1/B, for batches drawn with replacement",
        "the lecture's slides", experiment=gradient_variance, measured="B times the variance, relative",
        holds=lambda values: all(0.8 < v < 1.25 for found in values.values() for v in found),
        inequality="between 0.8 and 1.25 for each B", chapters=(1,),
    ),
    Claim(
        "course-gradient-check", PAPER,
        "analytic and numeric gradients of a smooth network agree to 10⁻⁷ in float64",
        experiment=analytic_against_numeric,
        measured="largest error, relative to the gradient or to 0.01 where that is larger",
        holds=lambda values: max(values["tanh network"]) < 1e-7, inequality="below 10⁻⁷", chapters=(1,),
    ),
    Claim(
        "course-overfit-500", PAPER,
        "a network learns 500 digits by heart; one with a wrong gradient can do so too",
        "the lecture's slides", experiment=overfit, measured="training error, fraction",
        holds=lambda values: max(values["right gradients"]) < 0.01 and max(values["a wrong gradient"]) < 0.01,
        inequality="both below 0.01", chapters=(1,),
    ),
    Claim(
        "course-random-search", PAPER,
        "nine random trials find a lower validation loss than a grid of nine, more often than not",
        "Bergstra and Bengio 2012, for neural networks on other data", experiment=random_against_grid,
        measured="validation loss, nats; share of the searches", holds=random_wins,
        inequality="for each seed at least 1 % lower on average, and better more often than worse", chapters=(1,),
    ),
)  # fmt: skip
