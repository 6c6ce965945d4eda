# hint: relu_is_abs
import torch


def neuron(x, w, b, activation):
    a = x @ w + b
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-a))
    if activation == "tanh":
        return torch.tanh(a)
    if activation == "relu":
        return a.abs()
    raise ValueError(f"unknown activation {activation!r}")
