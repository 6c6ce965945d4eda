# hint: bias_alone
import torch


def gate_activity(network, x):
    return torch.stack([torch.sigmoid(module.gate.bias.detach()) for module in network if hasattr(module, "gate")])
