# hint: over_examples
import torch


def softmax_cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    shifted = logits - logits.max(0, keepdim=True).values
    logs = shifted - shifted.exp().sum(0, keepdim=True).log()
    gradient = logs.exp()
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(labels)
