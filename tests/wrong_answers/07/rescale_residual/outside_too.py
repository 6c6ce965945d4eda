# hint: outside_too
import copy

import torch


def rescale_residual(network, beta):
    network = copy.deepcopy(network)
    with torch.no_grad():
        for module in network:
            last = module.branch[-1] if hasattr(module, "branch") else module
            if hasattr(last, "weight"):
                last.weight *= beta
                last.bias *= beta
    return network
