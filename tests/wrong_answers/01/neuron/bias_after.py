# hint: bias_after
import torch


def neuron(x, w, b, activation):
    a = x @ w
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-a)) + b
    if activation == "tanh":
        return torch.tanh(a) + b
    if activation == "relu":
        return torch.clamp(a, min=0) + b
    raise ValueError(f"unknown activation {activation!r}")
