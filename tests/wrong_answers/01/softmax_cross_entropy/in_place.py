# hint: in_place
import torch


def softmax_cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    logits -= logits.max(1, keepdim=True).values
    logs = logits - logits.exp().sum(1, keepdim=True).log()
    gradient = logs.exp()
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(labels)
