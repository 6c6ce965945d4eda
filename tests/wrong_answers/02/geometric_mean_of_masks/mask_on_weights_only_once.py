# hint: mask_on_weights_only_once
import itertools

import torch


def geometric_mean_of_masks(h, weight, bias):
    logs = []
    for mask in (1 - torch.eye(len(h))).tolist():
        logits = weight @ (torch.tensor(mask) * h) + bias
        logs.append(torch.log_softmax(logits, 0))
    mean = torch.stack(logs).mean(0).exp()
    return mean / mean.sum()
