# hint: all_units
import torch


def geometric_mean_of_masks(h, weight, bias):
    return torch.softmax(weight @ h + bias, 0)
