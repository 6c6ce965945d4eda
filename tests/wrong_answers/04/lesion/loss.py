# hint: loss
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer] = nn.Identity()
    with torch.no_grad():
        return nn.functional.cross_entropy(wounded(x), y).item()
