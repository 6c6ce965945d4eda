# hint: weights_forgotten
import torch


def sigmoid_gradient_bound(weights):
    bound = 1.0
    for weight in weights:
        bound *= 1 / 4
    return bound
