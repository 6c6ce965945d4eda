# hint: of_the_square
import torch


def input_gradient(network, x):
    x = x.detach().clone().requires_grad_()
    y = network(x[:, None]).square().sum()
    return torch.autograd.grad(y, x)[0]
