import torch


def from_carry_notation(weight, bias):
    w, b = torch.zeros_like(weight), torch.zeros_like(bias)
    for unit in range(len(bias)):
        w[unit] = -1.0 * weight[unit]
        b[unit] = -1.0 * bias[unit]
    return [w, b]
