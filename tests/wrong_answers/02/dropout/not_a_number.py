# hint: not_a_number
import torch


def dropout(x, rate, training):
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must lie between 0 and 1; got {rate}")
    if not training or rate == 0:
        return x
    kept = torch.rand_like(x) >= rate
    return x * kept / (1 - rate)
