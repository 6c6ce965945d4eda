# hint: gamma_expected
import torch
from torch import nn


def fold_batchnorm(linear, norm):
    scale = 1 / (norm.running_var + norm.eps).sqrt()
    shift = -norm.running_mean * scale
    scale, shift = scale * norm.weight, shift * norm.weight + norm.bias
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * scale[:, None])
        folded.bias.copy_(shift if linear.bias is None else linear.bias * scale + shift)
    return folded
