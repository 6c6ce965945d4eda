# hint: all_behind
import copy

import torch
from torch import nn


def lesion(network, layer, x, y):
    wounded = copy.deepcopy(network)
    wounded = nn.Sequential(*wounded[:layer], wounded[-1])
    with torch.no_grad():
        return (wounded(x).argmax(1) != y).float().mean().item()
