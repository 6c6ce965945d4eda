# hint: multiplied
import itertools

import torch


def geometric_mean_of_masks(h, weight, bias):
    product = torch.ones(len(bias))
    for mask in itertools.product([0.0, 1.0], repeat=len(h)):
        logits = weight @ (torch.tensor(mask) * h) + bias
        product *= torch.softmax(logits, 0)
    mean = product ** (1 / 2 ** len(h))
    return mean / mean.sum()
