# hint: after_the_layer
import torch


def gate_activity(network, x):
    found = []
    with torch.no_grad():
        for module in network:
            x = module(x)
            if hasattr(module, "gate"):
                found.append(torch.sigmoid(module.gate(x)).mean(0))
    return torch.stack(found)
