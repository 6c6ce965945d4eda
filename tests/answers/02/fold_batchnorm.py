"""Right answers to `fold_batchnorm`, and usual mistakes in the first of them."""

from course.exercises.chapter02 import NO_GAMMA
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch
from torch import nn


def fold_batchnorm(linear, norm):
    scale = 1 / (norm.running_var + norm.eps).sqrt()
    shift = -norm.running_mean * scale
    if norm.affine:
        scale, shift = scale * norm.weight, shift * norm.weight + norm.bias
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * scale[:, None])
        folded.bias.copy_(shift if linear.bias is None else linear.bias * scale + shift)
    return folded
""", """
import copy

import torch
from torch import nn


@torch.no_grad()
def fold_batchnorm(linear, norm):
    n = copy.deepcopy(norm).eval()
    result = nn.Linear(linear.in_features, linear.out_features)
    zero = n(linear(torch.zeros(1, linear.in_features)))[0]
    columns = [n(linear(unit[None]))[0] - zero for unit in torch.eye(linear.in_features)]
    result.weight[:] = torch.stack(columns, dim=1)
    result.bias[:] = zero
    return result
"""]  # fmt: skip

MISTAKES = [
    Mistake("eps_forgotten", "in evaluation as in training, eps stands under the root.",
            old="scale = 1 / (norm.running_var + norm.eps).sqrt()", new="scale = 1 / norm.running_var.sqrt()"),
    Mistake("mean_forgotten", "the running mean is subtracted before the scaling.",
            old="shift = -norm.running_mean * scale", new="shift = torch.zeros_like(scale)"),
    Mistake("bias_not_scaled", "the linear layer's bias goes through the normalisation as well.",
            old="folded.bias.copy_(shift if linear.bias is None else linear.bias * scale + shift)",
            new="folded.bias.copy_(shift if linear.bias is None else linear.bias + shift)"),
    Mistake("gamma_expected", NO_GAMMA,
            old="""if norm.affine:
        scale, shift = scale * norm.weight, shift * norm.weight + norm.bias""",
            new="scale, shift = scale * norm.weight, shift * norm.weight + norm.bias"),
    Mistake("columns", "an output is a row of the weight matrix: scale rows.",
            old="folded.weight.copy_(linear.weight * scale[:, None])",
            new="folded.weight.copy_((linear.weight.T[:3] * scale[:, None]).T @ torch.eye(3, 4) + linear.weight * 0)"),
    Mistake("variance_not_root", "divide by the root of the running variance.",
            old="scale = 1 / (norm.running_var + norm.eps).sqrt()", new="scale = 1 / (norm.running_var + norm.eps)"),
    Mistake("in_place", "make a new layer: the given one still stands in its network.",
            old="""folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * scale[:, None])
        folded.bias.copy_(shift if linear.bias is None else linear.bias * scale + shift)""",
            new="""folded = linear
    if linear.bias is None:
        folded.bias = nn.Parameter(torch.zeros(linear.out_features))
    with torch.no_grad():
        folded.weight.mul_(scale[:, None])
        folded.bias.mul_(scale).add_(shift)"""),
    Mistake("norm_changed", "the batch norm that was given stays as it was, its mode as well.",
            old="scale = 1 /",
            new="""norm.eval()
    scale = 1 /"""),
    Mistake("gamma_expected_without_bias", NO_GAMMA,
            old="folded.bias.copy_(shift if linear.bias is None else linear.bias * scale + shift)",
            new="""if linear.bias is None:
            folded.bias.copy_(norm.bias - norm.running_mean * scale)
        else:
            folded.bias.copy_(linear.bias * scale + shift)"""),
]  # fmt: skip
