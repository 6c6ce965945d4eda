"""Right answers to `he_normal_`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import math

import torch


def he_normal_(weight):
    inputs = weight[0].numel()
    with torch.no_grad():
        return weight.normal_(0, math.sqrt(2 / inputs))
""", """
from torch import nn


def he_normal_(weight):
    return nn.init.kaiming_normal_(weight, nonlinearity="relu")
""", """
import torch


def he_normal_(tensor):
    n = 1
    for size in tensor.shape[1:]:
        n *= size
    tensor.data.copy_(torch.randn(tensor.shape, dtype=torch.float64) * (2 / n) ** 0.5)
    return tensor
"""]  # fmt: skip

MISTAKES = [
    Mistake("fan_out", "n is the number of inputs of one output unit; this is the number of outputs.",
            old="inputs = weight[0].numel()", new="inputs = weight[:, 0].numel()"),
    Mistake("glorot", "these are Glorot's weights, which a ReLU halves; He's variance is 2 / n.",
            old="inputs = weight[0].numel()", new="inputs = weight[0].numel() + weight[:, 0].numel()"),
    Mistake("variance_for_deviation", "2 / n is the variance; normal_ takes the standard deviation, its root.",
            old="return weight.normal_(0, math.sqrt(2 / inputs))", new="return weight.normal_(0, 2 / inputs)"),
    Mistake("no_gain", "the ReLU sets one half of the second moment to zero: that is what the 2 in 2 / n is for.",
            old="return weight.normal_(0, math.sqrt(2 / inputs))",
            new="return weight.normal_(0, math.sqrt(1 / inputs))"),
    Mistake("kernel_forgotten", "an output of a convolution has channels x k x k inputs.",
            old="inputs = weight[0].numel()", new="inputs = weight.shape[1]"),
    Mistake("not_in_place", "fill the tensor that you are given: the network holds that one.",
            old="return weight.normal_(0, math.sqrt(2 / inputs))",
            new="return torch.randn(weight.shape) * math.sqrt(2 / inputs)"),
    Mistake("signs", "these numbers have two values alone: a normal distribution is asked for.",
            old="return weight.normal_(0, math.sqrt(2 / inputs))",
            new="return weight.copy_(torch.randn(weight.shape).sign() * math.sqrt(2 / inputs))"),
    Mistake("uniform", "these numbers are spread evenly: a normal distribution is asked for.",
            old="return weight.normal_(0, math.sqrt(2 / inputs))",
            new="return weight.uniform_(-math.sqrt(6 / inputs), math.sqrt(6 / inputs))"),
    Mistake("same_each_time", "each call has to draw new numbers: no seed inside.",
            old="weight.normal_(0, math.sqrt(2 / inputs))",
            new="weight.normal_(0, math.sqrt(2 / inputs), generator=torch.Generator().manual_seed(0))"),
    Mistake("frozen", "the parameter no longer learns: torch.no_grad() is enough.",
            old="    with torch.no_grad():",
            new="""    weight.requires_grad_(False)
    with torch.no_grad():"""),
]  # fmt: skip
