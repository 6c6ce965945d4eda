import torch.nn.functional as F
from torch import nn


def gradient_norms(network, x, y):
    network.zero_grad()
    F.cross_entropy(network(x), y).backward()
    found = []
    for part in network:
        if isinstance(part, nn.Linear):
            found.append(float((part.weight.grad**2).sum() ** 0.5))
    network.zero_grad()
    return found
