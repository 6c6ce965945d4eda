"""Right answers to `deepen_with_identity`, and usual mistakes in the first of them."""

from course.exercises.chapter03 import EQUAL, NARROW
from course.exercises.mistakes import Mistake

RIGHT = ["""
import copy

from torch import nn


def deepen_with_identity(network, depth):
    *layers, last = copy.deepcopy(network)
    have = 1 + sum(isinstance(layer, nn.Linear) for layer in layers)
    if depth < have:
        raise ValueError(f"the network has {have} layers already")
    new = []
    for _ in range(depth - have):
        layer = nn.Linear(last.in_features, last.in_features)
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
        new += [layer, nn.ReLU()]
    return nn.Sequential(*layers, *new, last)
""", """
import copy

import torch
from torch import nn


def deepen_with_identity(network, depth):
    result = [copy.deepcopy(part) for part in network]
    linears = [part for part in result if type(part) is nn.Linear]
    missing = depth - len(linears)
    if missing < 0:
        raise ValueError("too small a depth")
    width = linears[-1].weight.shape[1]
    while missing:
        inserted = nn.Linear(width, width)
        inserted.weight = nn.Parameter(torch.eye(width))
        inserted.bias = nn.Parameter(torch.zeros(width))
        result[-1:-1] = [inserted, nn.ReLU()]
        missing -= 1
    return nn.Sequential(*result)
"""]  # fmt: skip

MISTAKES = [
    Mistake("after_the_last",
            "after the last layer stand the classes, and some of them are negative. Where is the hidden vector "
            "certainly not negative?",
            old="""layer = nn.Linear(last.in_features, last.in_features)
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
        new += [layer, nn.ReLU()]
    return nn.Sequential(*layers, *new, last)""",
            new="""layer = nn.Linear(last.out_features, last.out_features)
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
        new += [nn.ReLU(), layer]
    return nn.Sequential(*layers, last, *new)"""),
    Mistake("default_weights", "a fresh nn.Linear has random weights; fill W with the identity and b with zeros.",
            old="""layer = nn.Linear(last.in_features, last.in_features)
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)""",
            new="layer = nn.Linear(last.in_features, last.in_features)"),
    Mistake("random_bias", "the weights are right, but nn.Linear starts with a random bias: set it to zero.",
            old="""nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)""",
            new="nn.init.eye_(layer.weight)"),
    Mistake("shares_layers",
            "the result holds the very layers that you were given: training it changes the original. "
            "copy.deepcopy makes new ones.",
            old="*layers, last = copy.deepcopy(network)", new="*layers, last = network"),
    Mistake("one_layer_repeated",
            "the same layer object stands in several places, so there are fewer parameters than it seems; make a "
            "new one each time.",
            old="""for _ in range(depth - have):
        layer = nn.Linear(last.in_features, last.in_features)
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)""",
            new="""layer = nn.Linear(last.in_features, last.in_features)
    nn.init.eye_(layer.weight)
    nn.init.zeros_(layer.bias)
    for _ in range(depth - have):
        pass"""),
    Mistake("no_relu",
            "without ReLU between them the new layers are one linear map: equal outputs, but nothing gained.",
            old="new += [layer, nn.ReLU()]", new="new += [layer]"),
    Mistake("always_nine", "the number of layers is given as depth; here five are always added.",
            old="for _ in range(depth - have):",
            new="for _ in range(5):"),
    Mistake("equal_refused", EQUAL,
            old="if depth < have:",
            new="if depth <= have:"),
    Mistake("none_refused", "a depth below that of the network is refused with ValueError.",
            old="""    if depth < have:
        raise ValueError(f"the network has {have} layers already")
""",
            new=""),
    Mistake("frozen", "the result cannot be trained: leave requires_grad of its parameters as it is.",
            old="nn.init.zeros_(layer.bias)",
            new="""nn.init.zeros_(layer.bias)
        layer.requires_grad_(False)"""),
    Mistake("width_of_the_first", NARROW,
            old="layer = nn.Linear(last.in_features, last.in_features)",
            new="""width = next(layer.out_features for layer in layers if isinstance(layer, nn.Linear))
        layer = nn.Linear(width, width)"""),
]  # fmt: skip
