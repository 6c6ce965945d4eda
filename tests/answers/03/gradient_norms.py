"""Right answers to `gradient_norms`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(network, x, y):
    weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
    loss = F.cross_entropy(network(x), y)
    gradients = torch.autograd.grad(loss, weights)
    return torch.stack([gradient.norm() for gradient in gradients])
""", """
import copy

import torch.nn.functional as F
from torch import nn


def gradient_norms(network, x, y):
    network = copy.deepcopy(network)
    network.zero_grad()
    F.cross_entropy(network(x), y).backward()
    found = []
    for part in network:
        if isinstance(part, nn.Linear):
            found.append(float((part.weight.grad**2).sum() ** 0.5))
    return found
"""]  # fmt: skip

MISTAKES = [
    Mistake("summed_loss", "the loss is the mean over the images, as in training; this one is their sum.",
            old="loss = F.cross_entropy(network(x), y)", new='loss = F.cross_entropy(network(x), y, reduction="sum")'),
    Mistake("weights_not_gradients", "these are the norms of the weights; their gradients are asked for.",
            old="return torch.stack([gradient.norm() for gradient in gradients])",
            new="return torch.stack([weight.norm() for weight in weights])"),
    Mistake("biases_too", "one number for each layer: the weight matrix's gradient, without the bias.",
            old="weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]",
            new="weights = list(network.parameters())"),
    Mistake("last_first", "the layer nearest to the input comes first.",
            old="return torch.stack([gradient.norm() for gradient in gradients])",
            new="return torch.stack([gradient.norm() for gradient in gradients[::-1]])"),
    Mistake("squared", "the norm is the root of the sum of squares.",
            old="return torch.stack([gradient.norm() for gradient in gradients])",
            new="return torch.stack([(gradient**2).sum() for gradient in gradients])"),
    Mistake("not_cleared", "gradients add up in .grad until they are cleared; torch.autograd.grad avoids it.",
            old="gradients = torch.autograd.grad(loss, weights)", new="""loss.backward()
    gradients = [weight.grad for weight in weights]"""),
    Mistake("wiped", "what stands in .grad stays as it was: torch.autograd.grad leaves it alone.",
            old="    gradients = torch.autograd.grad(loss, weights)",
            new="""    network.zero_grad()
    loss.backward()
    gradients = [weight.grad for weight in weights]
    network.zero_grad()"""),
    Mistake("left_behind", "gradients are left in .grad: torch.autograd.grad leaves none.",
            old="    gradients = torch.autograd.grad(loss, weights)",
            new="""    network.zero_grad()
    loss.backward()
    gradients = [weight.grad for weight in weights]"""),
    Mistake("left_in_evaluation", "the network comes back in another mode than it was in.",
            old="    loss = F",
            new="""    network.eval()
    loss = F"""),
]  # fmt: skip
