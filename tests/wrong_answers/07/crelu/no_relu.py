# hint: no_relu
import torch


def crelu(x):
    return torch.cat([x, -x], dim=1)
