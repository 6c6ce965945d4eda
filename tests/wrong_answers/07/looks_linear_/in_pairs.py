# hint: in_pairs
import torch
from torch import nn


def looks_linear_(weight):
    outputs, inputs = weight.shape
    w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))
    with torch.no_grad():
        weight.copy_(torch.stack([w, -w], dim=2).flatten(1))
    return weight
