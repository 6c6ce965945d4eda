# hint: dropout_at_work
import copy

import torch
from torch import nn


def population_statistics(network, x):
    result = copy.deepcopy(network)
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)
    return result.eval()
