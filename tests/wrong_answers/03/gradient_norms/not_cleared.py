# hint: not_cleared
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(network, x, y):
    weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
    loss = F.cross_entropy(network(x), y)
    loss.backward()
    gradients = [weight.grad for weight in weights]
    return torch.stack([gradient.norm() for gradient in gradients])
