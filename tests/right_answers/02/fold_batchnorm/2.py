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
