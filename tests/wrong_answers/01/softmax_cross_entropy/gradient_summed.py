# hint: gradient_summed
import torch


def softmax_cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    shifted = logits - logits.max(1, keepdim=True).values
    logs = shifted - shifted.exp().sum(1, keepdim=True).log()
    gradient = logs.exp()
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient
