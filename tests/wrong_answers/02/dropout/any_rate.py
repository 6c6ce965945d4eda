# hint: any_rate
import torch


def dropout(x, rate, training):
    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand_like(x) >= rate
    return x * kept / (1 - rate)
