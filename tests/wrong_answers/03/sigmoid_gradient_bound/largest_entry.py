# hint: largest_entry
import torch


def sigmoid_gradient_bound(weights):
    bound = 1.0
    for weight in weights:
        bound *= weight.abs().max().item() / 4
    return bound
