# hint: not_in_place
import math

import torch


def he_normal_(weight):
    inputs = weight[0].numel()
    with torch.no_grad():
        return torch.randn(weight.shape) * math.sqrt(2 / inputs)
