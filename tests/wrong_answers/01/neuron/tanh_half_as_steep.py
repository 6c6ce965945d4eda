# hint: tanh_half_as_steep
import torch


def neuron(x, w, b, activation):
    a = x @ w + b
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-a))
    if activation == "tanh":
        return 2 / (1 + torch.exp(-a)) - 1
    if activation == "relu":
        return torch.clamp(a, min=0)
    raise ValueError(f"unknown activation {activation!r}")
