# hint: of_what_leaves
import copy

import torch
from torch import nn


def population_statistics(network, x):
    result = copy.deepcopy(network).eval()
    with torch.no_grad():
        for module in result:
            x = module(x)
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
    return result
