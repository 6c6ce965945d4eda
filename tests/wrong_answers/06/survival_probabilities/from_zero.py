# hint: from_zero
import torch


def survival_probabilities(blocks, last):
    return 1 - torch.arange(blocks) / blocks * (1 - last)
