# hint: left_in_parameters
import torch


def input_gradient(network, x):
    x = x.detach().clone().requires_grad_()
    y = network(x[:, None]).sum()
    y.backward()
    return x.grad
