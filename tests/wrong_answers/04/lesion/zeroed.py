# hint: zeroed
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer] = nn.Linear(x.shape[1], x.shape[1])
    nn.init.zeros_(wounded[layer].weight)
    nn.init.zeros_(wounded[layer].bias)
    with torch.no_grad():
        return (wounded(x).argmax(1) != y).float().mean().item()
