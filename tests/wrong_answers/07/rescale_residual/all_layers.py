# hint: all_layers
import copy

import torch
from torch import nn


def rescale_residual(network, beta):
    network = copy.deepcopy(network)
    with torch.no_grad():
        for module in network:
            for layer in getattr(module, "branch", []):
                if isinstance(layer, nn.Linear):
                    layer.weight *= beta
                    layer.bias *= beta
    return network
