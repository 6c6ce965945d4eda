import torch


def sigmoid_gradient_bound(weights):
    largest = [torch.linalg.svdvals(matrix.double())[0] for matrix in weights]
    return torch.stack(largest).prod() * 4.0 ** -len(weights)
