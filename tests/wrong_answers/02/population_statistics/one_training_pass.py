# hint: one_training_pass
import copy

import torch
from torch import nn


def population_statistics(network, x):
    result = copy.deepcopy(network).train()
    for module in result:
        if isinstance(module, nn.BatchNorm1d):
            module.momentum = 1.0
    with torch.no_grad():
        result(x)
    return result.eval()
