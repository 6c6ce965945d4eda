# hint: linspace
import torch


def survival_probabilities(blocks, last):
    return torch.linspace(1, last, blocks)
