# hint: added_up
import torch


def input_gradient(network, x):
    x = x.detach().clone().requires_grad_()
    y = network(x[:, None]).sum()
    return torch.autograd.grad(y, x)[0].sum()
