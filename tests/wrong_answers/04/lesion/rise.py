# hint: rise
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer] = nn.Identity()
    with torch.no_grad():
        before, after = ((n(x).argmax(1) != y).float().mean() for n in (network, wounded))
    return (after - before).item()
