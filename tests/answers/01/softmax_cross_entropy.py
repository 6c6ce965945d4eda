"""Right answers to `softmax_cross_entropy`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def softmax_cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    shifted = logits - logits.max(1, keepdim=True).values
    logs = shifted - shifted.exp().sum(1, keepdim=True).log()
    gradient = logs.exp()
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(labels)
""", """
import torch
import torch.nn.functional as F


def softmax_cross_entropy(scores, y):
    z = scores.double().clone().requires_grad_()
    loss = F.cross_entropy(z, y)
    loss.backward()
    return loss.item(), z.grad
"""]  # fmt: skip

MISTAKES = [
    Mistake("summed", "loss and gradient are those of the mean over the examples.",
            old="return -logs[rows, labels].mean(), gradient / len(labels)",
            new="return -logs[rows, labels].sum(), gradient"),
    Mistake("gradient_summed", "the loss is a mean, so its gradient has a factor 1 / N as well.",
            old="return -logs[rows, labels].mean(), gradient / len(labels)",
            new="return -logs[rows, labels].mean(), gradient"),
    Mistake("no_labels", "the gradient is f − e_y: subtract 1 at the true class.",
            old="""gradient = logs.exp()
    gradient[rows, labels] -= 1""",
            new="gradient = logs.exp()"),
    Mistake("wrong_sign", "the gradient points uphill: f − e_y, not e_y − f.",
            old="return -logs[rows, labels].mean(), gradient / len(labels)",
            new="return -logs[rows, labels].mean(), -gradient / len(labels)"),
    Mistake("over_examples", "softmax runs over the classes of one example, dimension 1.",
            old="""shifted = logits - logits.max(1, keepdim=True).values
    logs = shifted - shifted.exp().sum(1, keepdim=True).log()""",
            new="""shifted = logits - logits.max(0, keepdim=True).values
    logs = shifted - shifted.exp().sum(0, keepdim=True).log()"""),
    Mistake("base_two", "nats: the natural logarithm.",
            old="return -logs[rows, labels].mean(), gradient / len(labels)",
            new="return -logs[rows, labels].mean() / 0.6931472, gradient / len(labels)"),
    Mistake("no_maximum", "e to the power of 1,000 is infinite: subtract the largest logit of each row first.",
            old="""shifted = logits - logits.max(1, keepdim=True).values
    logs = shifted - shifted.exp().sum(1, keepdim=True).log()
    gradient = logs.exp()""",
            new="""gradient = logits.exp() / logits.exp().sum(1, keepdim=True)
    logs = gradient.log()"""),
    Mistake("log_of_zero",
            "p is rounded to 0 here, and log 0 is infinite: make log p of the shifted logits, without p.",
            old="""logs = shifted - shifted.exp().sum(1, keepdim=True).log()
    gradient = logs.exp()""",
            new="""gradient = shifted.exp() / shifted.exp().sum(1, keepdim=True)
    logs = gradient.log()"""),
    Mistake("in_place", "the logits belong to the caller and have changed: an operation such as -= writes into them.",
            old="""shifted = logits - logits.max(1, keepdim=True).values
    logs = shifted - shifted.exp().sum(1, keepdim=True).log()""",
            new="""logits -= logits.max(1, keepdim=True).values
    logs = logits - logits.exp().sum(1, keepdim=True).log()"""),
    Mistake("maximum_of_all", "subtract the largest logit of each row, not the largest of all.",
            old="logits.max(1, keepdim=True).values",
            new="logits.max()"),
    Mistake("swapped", "the loss comes first, its gradient second.",
            old="return -logs[rows, labels].mean(), gradient / len(labels)",
            new="return gradient / len(labels), -logs[rows, labels].mean()"),
]  # fmt: skip
