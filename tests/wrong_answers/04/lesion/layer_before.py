# hint: layer_before
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer - 1] = nn.Identity()
    with torch.no_grad():
        return (wounded(x).argmax(1) != y).float().mean().item()
