import copy

import torch
from torch import nn


@torch.no_grad()
def population_statistics(network, x):
    result = copy.deepcopy(network)
    result.train(False)
    for i, module in enumerate(result):
        if type(module) is nn.BatchNorm1d:
            seen = result[:i](x)
            mean = seen.sum(0) / len(x)
            module.running_mean = mean
            module.running_var = ((seen - mean) ** 2).sum(0) / (len(x) - 1)
    return result
