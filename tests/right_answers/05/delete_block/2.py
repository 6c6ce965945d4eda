import copy

from torch import nn


def delete_block(network, index):
    kept, seen = [], -1
    for layer in network:
        seen += hasattr(layer, "branch")
        if not (hasattr(layer, "branch") and seen == index):
            kept.append(copy.deepcopy(layer))
    return nn.Sequential(*kept)
