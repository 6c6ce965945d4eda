# hint: dropped
import torch


def survival_probabilities(blocks, last):
    return torch.arange(1, blocks + 1) / blocks * (1 - last)
