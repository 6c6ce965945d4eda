# hint: after_the_last
import copy

from torch import nn


def deepen_with_identity(network, depth):
    *layers, last = copy.deepcopy(network)
    have = 1 + sum(isinstance(layer, nn.Linear) for layer in layers)
    if depth < have:
        raise ValueError(f"the network has {have} layers already")
    new = []
    for _ in range(depth - have):
        layer = nn.Linear(last.out_features, last.out_features)
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
        new += [nn.ReLU(), layer]
    return nn.Sequential(*layers, last, *new)
