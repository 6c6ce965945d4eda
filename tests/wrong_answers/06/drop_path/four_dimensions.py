# hint: four_dimensions
import torch


def drop_path(x, rate, training):
    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = (torch.rand(len(x)) >= rate)[:, None, None, None]
    return x * kept / (1 - rate)
