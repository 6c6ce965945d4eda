import torch


def sigmoid_gradient_bound(weights):
    bound = 1.0
    for weight in weights:
        bound *= torch.linalg.matrix_norm(weight, 2).item() / 4
    return bound
