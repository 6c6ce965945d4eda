# hint: one_layer_repeated
import copy

from torch import nn


def deepen_with_identity(network, depth):
    *layers, last = copy.deepcopy(network)
    have = 1 + sum(isinstance(layer, nn.Linear) for layer in layers)
    if depth < have:
        raise ValueError(f"the network has {have} layers already")
    new = []
    layer = nn.Linear(last.in_features, last.in_features)
    nn.init.eye_(layer.weight)
    nn.init.zeros_(layer.bias)
    for _ in range(depth - have):
        pass
        new += [layer, nn.ReLU()]
    return nn.Sequential(*layers, *new, last)
