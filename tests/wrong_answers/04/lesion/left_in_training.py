# hint: left_in_training
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded[layer] = nn.Identity()
    with torch.no_grad():
        error = (wounded(x).argmax(1) != y).float().mean().item()
    network.train()
    return error
