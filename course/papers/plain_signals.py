"""Signals and gradients in plain networks of 50 layers, with and without batch norm: what chapter 3 says of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from statistics import median, quantiles

import torch
from torch import nn

from course import measure, networks
from course.papers.claim import Claim, Values
from course.papers.digits import digits
from course.recipes import Recipe
from course.training import choose_learning_rate, train

PAPER = "this course"
KINDS = {"plain": "plain", "plain + BN": "plain_bn"}
LAYERS = (1, 20, 49)
LAYERS = (1, 20, 49)
STEPS_AT_END = 23  # one epoch


def nets(seed: int) -> dict[str, nn.Sequential]:
    """The two networks at their start, by name."""
    return {name: networks.mlp(kind, 50, seed=seed) for name, kind in KINDS.items()}


def collapse(seed: int) -> dict[str, float]:
    """The mean cosine between 200 pictures after some of the layers, at the start."""
    cosines = {name: measure.activation_cosines(net, digits().train.x[:200]) for name, net in nets(seed).items()}
    return {f"{name}, layer {layer}": found[layer - 1].item() for name, found in cosines.items() for layer in LAYERS}


def explosion(seed: int) -> dict[str, float]:
    """The gradient norm of the first layer over that of the last, at the start."""
    norms = {name: measure.gradient_norms(net, *digits().train[:256]) for name, net in nets(seed).items()}
    return {name: (found[0] / found[-1]).item() for name, found in norms.items()}


def gradients_while_training(seed: int) -> dict[str, float]:
    """The same ratio in the batch of each step, 15 epochs at the rule's rate: what nine steps of ten exceed, and the
    median, of all steps and of the last epoch's.
    """
    found: dict[str, float] = {}
    for name, net in nets(seed).items():
        recipe = choose_learning_rate(net, digits(), Recipe(epochs=15, seed=seed)).recipe
        ratios = list(_ratios(net, recipe))
        found |= {f"{name}, 10th percentile": quantiles(ratios, n=10)[0], f"{name}, median": median(ratios)}
        found[f"{name}, last epoch's median"] = median(ratios[-STEPS_AT_END:])
    return found


def _ratios(net: nn.Sequential, recipe: Recipe) -> Iterator[float]:
    model = copy.deepcopy(net)
    for record in train(model, digits(), recipe):
        if record.split == "train":
            norms = measure.gradient_norms(model)
            yield (norms[0] / norms[-1]).item()


def signal_left(seed: int) -> dict[str, float]:
    """The second moment after the last hidden layer over the pictures', at the start, before and after rescaling."""
    plain, x = nets(seed)["plain"], digits().train.x
    both = {"plain 50": plain, "plain 50, rescaled": rescaled(plain)}
    moments = {name: measure.activation_statistics(net, x).second_moment[48] for name, net in both.items()}
    return {name: (moment / x.square().mean()).item() for name, moment in moments.items()}


def signal_kept(seed: int) -> dict[str, float]:
    """The training loss of the rescaled network, 15 epochs at the rule's rate."""
    choice = choose_learning_rate(rescaled(nets(seed)["plain"]), digits(), Recipe(epochs=15, seed=seed))
    return {"plain 50, rescaled": choice.run.loss}


@torch.no_grad()
def rescaled(net: nn.Sequential) -> nn.Sequential:
    """A copy whose weights are multiplied, one hidden layer after another, until the signal has the pictures' second
    moment again; the biases are 0.
    """
    model, h = copy.deepcopy(net), digits().train.x
    moment = h.square().mean()
    hidden = [layer for layer in model if isinstance(layer, nn.Linear)][:-1]
    for layer in model:
        if layer in hidden:
            layer.weight *= (moment / layer(h).relu().square().mean()).sqrt()
        h = layer(h)
    return model


def all_alike(values: Values) -> bool:
    """Without batch norm the cosine grows, with it it stays where the first layer put it."""
    stays = [values[f"plain + BN, layer {layer}"] for layer in LAYERS] + [values["plain, layer 1"]]
    grown = min(values["plain, layer 20"]) > 0.8 and min(values["plain, layer 49"]) > 0.5
    return grown and max(map(max, stays)) < 0.45


CLAIMS = (
    Claim(
        "course-collapse", PAPER,
        "at the start all pictures become alike on their way through a plain network; with batch norm they do not",
        "derived from the arc-cosine map of Cho and Saul 2009", experiment=collapse,
        measured="mean cosine between two pictures", holds=all_alike,
        inequality="plain above 0.8 at layer 20 and 0.5 at layer 49; at layer 1, and with batch norm, below 0.45",
        chapters=(3,),
    ),
    Claim(
        "course-explosion", PAPER,
        "at the start gradients grow towards the first of 50 layers with batch norm, and are of one order of magnitude "
        "without it",
        experiment=explosion, measured="gradient norm, first layer over last",
        holds=lambda v: min(v["plain + BN"]) > 1000 and min(v["plain"]) > 0.05 and max(v["plain"]) < 20,
        inequality="with batch norm above 1000, without it between 0.05 and 20", chapters=(3,),
    ),
    Claim(
        "course-gradients-while-training", PAPER,
        "in most of its steps a plain network of 50 layers has no vanishing gradients, though it hardly learns",
        experiment=gradients_while_training, measured="gradient norm, first layer over last",
        holds=lambda v: min(v["plain, median"]) > 0.1 and min(v["plain, last epoch's median"]) > 0.05,
        inequality="without batch norm the median above 0.1, that of the last epoch above 0.05", chapters=(3,),
    ),
    Claim(
        "course-signal-left", PAPER,
        "at the start the signal fades on its way through plain networks of 50 layers with 50 units, despite He's "
        "weights; with each layer's weights rescaled it keeps its size",
        experiment=signal_left, measured="second moment, layer 49 against input",
        holds=lambda v: max(v["plain 50"]) < 0.5 and all(0.9 < m < 1.1 for m in v["plain 50, rescaled"]),
        inequality="as drawn below 0.5, rescaled between 0.9 and 1.1", chapters=(3,),
    ),
    Claim(
        "course-signal-kept", PAPER, "a plain network of 50 layers whose signal keeps its size does not train either",
        experiment=signal_kept, measured="training loss",
        holds=lambda v: min(v["plain 50, rescaled"]) > 0.5, inequality="above 0.5", chapters=(3,),
    ),
)  # fmt: skip
