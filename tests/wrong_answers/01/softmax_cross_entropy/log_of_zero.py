# hint: log_of_zero
import torch


def softmax_cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    shifted = logits - logits.max(1, keepdim=True).values
    gradient = shifted.exp() / shifted.exp().sum(1, keepdim=True)
    logs = gradient.log()
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(labels)
