# hint: column
import torch


def input_gradient(network, x):
    x = x[:, None].detach().clone().requires_grad_()
    return torch.autograd.grad(network(x).sum(), x)[0]
