# hint: shared
from torch import nn


def delete_block(network, index):
    layers = list(network)
    del layers[[i for i, layer in enumerate(layers) if hasattr(layer, "branch")][index]]
    return nn.Sequential(*layers)
