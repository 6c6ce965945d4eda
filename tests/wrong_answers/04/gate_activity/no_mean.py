# hint: no_mean
import torch


def gate_activity(network, x):
    found = []
    with torch.no_grad():
        for module in network:
            if hasattr(module, "gate"):
                found.append(torch.sigmoid(module.gate(x)))
            x = module(x)
    return torch.stack(found)
