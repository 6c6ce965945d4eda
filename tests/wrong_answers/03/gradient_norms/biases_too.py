# hint: biases_too
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(network, x, y):
    weights = list(network.parameters())
    loss = F.cross_entropy(network(x), y)
    gradients = torch.autograd.grad(loss, weights)
    return torch.stack([gradient.norm() for gradient in gradients])
