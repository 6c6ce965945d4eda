# hint: variance_for_deviation
import math

import torch


def he_normal_(weight):
    inputs = weight[0].numel()
    with torch.no_grad():
        return weight.normal_(0, 2 / inputs)
