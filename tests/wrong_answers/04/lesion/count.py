# hint: count
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer] = nn.Identity()
    with torch.no_grad():
        return (wounded(x).argmax(1) != y).sum().item()
