import torch


def dropout(x, rate, training):
    if rate < 0 or rate > 1:
        raise ValueError("no probability")
    if training and rate > 0:
        mask = torch.bernoulli(torch.full(x.shape, 1 - rate))
        return torch.where(mask > 0, x / max(1 - rate, 1e-12), torch.zeros(()))
    return x
