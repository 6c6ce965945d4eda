# hint: scales_at_test
import torch


def drop_path(x, rate, training):
    if not training:
        return x * (1 - rate)
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate
    return x * kept
