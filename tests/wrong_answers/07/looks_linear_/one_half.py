# hint: one_half
import torch
from torch import nn


def looks_linear_(weight):
    outputs, inputs = weight.shape
    w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))
    with torch.no_grad():
        weight[:, : inputs // 2] = w
    return weight
