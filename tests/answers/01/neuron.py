"""Right answers to `neuron`, and usual mistakes in the first of them."""

from course.exercises.chapter01 import UNKNOWN
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def neuron(x, w, b, activation):
    a = x @ w + b
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-a))
    if activation == "tanh":
        return torch.tanh(a)
    if activation == "relu":
        return torch.clamp(a, min=0)
    raise ValueError(f"unknown activation {activation!r}")
""", """
import math

import torch

KNOWN = {"sigmoid": lambda a: 0.5 + 0.5 * math.tanh(a / 2), "tanh": math.tanh, "relu": lambda a: max(a, 0.0)}


def neuron(x, w, b, activation):
    if activation not in KNOWN:
        raise ValueError("try sigmoid, tanh or relu")
    return [KNOWN[activation](sum(float(wi) * float(xi) for wi, xi in zip(w, row)) + b) for row in x]
"""]  # fmt: skip

MISTAKES = [
    Mistake("no_bias", "the bias is added to w · x before the activation.",
            old="a = x @ w + b", new="a = x @ w"),
    Mistake("bias_after", "the bias belongs inside the activation: g(w · x + b).",
            old="""a = x @ w + b
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-a))
    if activation == "tanh":
        return torch.tanh(a)
    if activation == "relu":
        return torch.clamp(a, min=0)""",
            new="""a = x @ w
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-a)) + b
    if activation == "tanh":
        return torch.tanh(a) + b
    if activation == "relu":
        return torch.clamp(a, min=0) + b"""),
    Mistake("no_activation", "this is the pre-activation; the activation is still missing.",
            old="""return 1 / (1 + torch.exp(-a))
    if activation == "tanh":
        return torch.tanh(a)
    if activation == "relu":
        return torch.clamp(a, min=0)""",
            new="""return a
    if activation == "tanh":
        return a
    if activation == "relu":
        return a"""),
    Mistake("not_summed", "a neuron gives one number for each input: sum over the components.",
            old="a = x @ w + b", new="a = x * w + b"),
    Mistake("relu_is_abs", "ReLU sets negative values to zero, it does not mirror them.",
            old="return torch.clamp(a, min=0)", new="return a.abs()"),
    Mistake("sigmoid_without_minus", "the sigmoid is 1 / (1 + e to the power of *minus* a).",
            old="return 1 / (1 + torch.exp(-a))", new="return 1 / (1 + torch.exp(a))"),
    Mistake("tanh_half_as_steep", "a sigmoid stretched to −1 … 1 is half as steep as tanh: a 2 is missing inside.",
            old="return torch.tanh(a)", new="return 2 / (1 + torch.exp(-a)) - 1"),
    Mistake("bias_subtracted", "the bias is added: a threshold would be its negative.",
            old="a = x @ w + b",
            new="a = x @ w - b"),
    Mistake("column", "one number for each input, of shape (N,): this is a column, (N, 1).",
            old="a = x @ w + b",
            new="a = (x @ w + b)[:, None]"),
    Mistake("squeezed", "squeeze() leaves no dimension where there is one input: the answer has shape (N,).",
            old="a = x @ w + b",
            new="a = (x @ w[:, None] + b).squeeze()"),
    Mistake("overflows", "for large a this divides infinity by infinity: 1 / (1 + e^−a) does not.",
            old="return 1 / (1 + torch.exp(-a))",
            new="return torch.exp(a) / (1 + torch.exp(a))"),
    Mistake("any_name", UNKNOWN,
            old='raise ValueError(f"unknown activation {activation!r}")',
            new="return a"),
    Mistake("in_place", "the x that was given has changed: *= and the like write into it.",
            old="a = x @ w + b",
            new="""x *= w
    a = x.sum(1) + b"""),
    Mistake("tanh_overflows", "for large a this divides infinity by infinity: torch.tanh(a) does not.",
            old="return torch.tanh(a)",
            new="return (torch.exp(a) - torch.exp(-a)) / (torch.exp(a) + torch.exp(-a))"),
]  # fmt: skip
