# hint: no_activation
import torch


def neuron(x, w, b, activation):
    a = x @ w + b
    if activation == "sigmoid":
        return a
    if activation == "tanh":
        return a
    if activation == "relu":
        return a
    raise ValueError(f"unknown activation {activation!r}")
