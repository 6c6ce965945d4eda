# hint: in_place
import torch


def dropout(x, rate, training):
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must lie between 0 and 1; got {rate}")
    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand_like(x) >= rate
    x *= kept
    x /= 1 - rate
    return x
