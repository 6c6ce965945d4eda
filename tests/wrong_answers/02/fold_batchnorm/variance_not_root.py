# hint: variance_not_root
import torch
from torch import nn


def fold_batchnorm(linear, norm):
    scale = 1 / (norm.running_var + norm.eps)
    shift = -norm.running_mean * scale
    if norm.affine:
        scale, shift = scale * norm.weight, shift * norm.weight + norm.bias
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * scale[:, None])
        folded.bias.copy_(shift if linear.bias is None else linear.bias * scale + shift)
    return folded
