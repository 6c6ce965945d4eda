# hint: equal_halves
import torch
from torch import nn


def looks_linear_(weight):
    outputs, inputs = weight.shape
    w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))
    with torch.no_grad():
        weight.copy_(torch.cat([w, w], dim=1))
    return weight
