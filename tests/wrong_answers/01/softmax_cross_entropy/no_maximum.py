# hint: no_maximum
import torch


def softmax_cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    gradient = logits.exp() / logits.exp().sum(1, keepdim=True)
    logs = gradient.log()
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(labels)
