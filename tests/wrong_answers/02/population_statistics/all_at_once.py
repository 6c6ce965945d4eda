# hint: all_at_once
import copy

import torch
from torch import nn


def population_statistics(network, x):
    result = copy.deepcopy(network).eval()
    with torch.no_grad():
        seen = []
        for module in result:
            seen.append(x)
            x = module(x)
        for module, entered in zip(result, seen):
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(entered.mean(0))
                module.running_var.copy_(entered.var(0))
    return result
