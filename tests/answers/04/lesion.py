"""Right answers to `lesion`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer] = nn.Identity()
    with torch.no_grad():
        return (wounded(x).argmax(1) != y).float().mean().item()
""", """
import torch


@torch.no_grad()
def lesion(network, layer, x, y):
    for position, module in enumerate(network):
        if position != layer:
            x = module(x)
    wrong = 0
    for scores, label in zip(x, y):
        wrong += int(scores.argmax() != label)
    return wrong / len(y)
"""]  # fmt: skip

MISTAKES = [
    Mistake("accuracy", "the error is the share of wrong answers; this is the share of right ones.",
            old="return (wounded(x).argmax(1) != y).float().mean().item()",
            new="return (wounded(x).argmax(1) == y).float().mean().item()"),
    Mistake("zeroed", "a lesion lets the layer's input pass; this one lets nothing through.",
            old="wounded[layer] = nn.Identity()", new="""wounded[layer] = nn.Linear(x.shape[1], x.shape[1])
    nn.init.zeros_(wounded[layer].weight)
    nn.init.zeros_(wounded[layer].bias)"""),
    Mistake("stays_out", "the network comes back without its layer: work on a copy.",
            old="wounded = copy.deepcopy(network)", new="wounded = network"),
    Mistake("loss", "the share of wrong classes is asked for, not the cross-entropy.",
            old="return (wounded(x).argmax(1) != y).float().mean().item()",
            new="return nn.functional.cross_entropy(wounded(x), y).item()"),
    Mistake("next_layer", "this takes out the layer behind: positions count from 0.",
            old="wounded[layer] = nn.Identity()", new="wounded[layer + 1] = nn.Identity()"),
    Mistake("layer_before", "this takes out the layer before: positions count from 0.",
            old="wounded[layer] = nn.Identity()", new="wounded[layer - 1] = nn.Identity()"),
    Mistake("rise", "the error itself is asked for, not by how much it rises.",
            old="return (wounded(x).argmax(1) != y).float().mean().item()",
            new="""before, after = ((n(x).argmax(1) != y).float().mean() for n in (network, wounded))
    return (after - before).item()"""),
    Mistake("count", "a share of the inputs is asked for, not their number.",
            old="return (wounded(x).argmax(1) != y).float().mean().item()",
            new="return (wounded(x).argmax(1) != y).sum().item()"),
    Mistake("no_lesion", "this is the error of the whole network.",
            old="""wounded = copy.deepcopy(network)
    wounded[layer] = nn.Identity()
    with torch.no_grad():
        return (wounded(x).argmax(1) != y).float().mean().item()""",
            new="""with torch.no_grad():
        return (network(x).argmax(1) != y).float().mean().item()"""),
    Mistake("all_behind", "only the layer at that position is skipped; the ones behind it go on.",
            old="wounded[layer] = nn.Identity()", new="wounded = nn.Sequential(*wounded[:layer], wounded[-1])"),
    Mistake("left_in_training", "the network comes back in training mode; it was given in evaluation mode.",
            old="return (wounded(x).argmax(1) != y).float().mean().item()",
            new="""error = (wounded(x).argmax(1) != y).float().mean().item()
    network.train()
    return error"""),
]  # fmt: skip
