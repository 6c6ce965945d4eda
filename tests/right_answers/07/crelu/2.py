import torch


def crelu(x):
    pairs = torch.stack([x.clamp(min=0), (-x).clamp(min=0)], dim=2)
    return pairs.flatten(1, 2)
