# hint: frobenius
import torch


def sigmoid_gradient_bound(weights):
    bound = 1.0
    for weight in weights:
        bound *= weight.norm().item() / 4
    return bound
