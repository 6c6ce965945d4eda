# hint: constant
import torch


def survival_probabilities(blocks, last):
    return torch.full((blocks,), last)
