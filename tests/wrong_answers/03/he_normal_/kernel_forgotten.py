# hint: kernel_forgotten
import math

import torch


def he_normal_(weight):
    inputs = weight.shape[1]
    with torch.no_grad():
        return weight.normal_(0, math.sqrt(2 / inputs))
