# hint: not_random
import torch


def looks_linear_(weight):
    outputs, inputs = weight.shape
    w = torch.eye(outputs, inputs // 2)
    with torch.no_grad():
        weight.copy_(torch.cat([w, -w], dim=1))
    return weight
