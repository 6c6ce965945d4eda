# hint: in_place
import torch
from torch import nn


def fold_batchnorm(linear, norm):
    scale = 1 / (norm.running_var + norm.eps).sqrt()
    shift = -norm.running_mean * scale
    if norm.affine:
        scale, shift = scale * norm.weight, shift * norm.weight + norm.bias
    folded = linear
    if linear.bias is None:
        folded.bias = nn.Parameter(torch.zeros(linear.out_features))
    with torch.no_grad():
        folded.weight.mul_(scale[:, None])
        folded.bias.mul_(scale).add_(shift)
    return folded
