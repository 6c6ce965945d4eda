"""Right answers to `geometric_mean_of_masks`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import itertools

import torch


def geometric_mean_of_masks(h, weight, bias):
    logs = []
    for mask in itertools.product([0.0, 1.0], repeat=len(h)):
        logits = weight @ (torch.tensor(mask) * h) + bias
        logs.append(torch.log_softmax(logits, 0))
    mean = torch.stack(logs).mean(0).exp()
    return mean / mean.sum()
""", """
import torch


def geometric_mean_of_masks(h, weight, bias):
    n = len(h)
    product = torch.ones(len(bias), dtype=torch.float64)
    for code in range(2**n):
        kept = [h[i] if code >> i & 1 else 0 * h[i] for i in range(n)]
        p = torch.softmax(weight.double() @ torch.stack(kept).double() + bias.double(), 0)
        product = product * p ** (1 / 2**n)
    return (product / product.sum()).float()
""", """
import numpy as np


def geometric_mean_of_masks(h, weight, bias):
    h, weight, bias = h.numpy(), weight.numpy(), bias.numpy()
    masks = (np.arange(2 ** len(h))[:, None] >> np.arange(len(h))) & 1
    logits = (masks * h) @ weight.T + bias
    logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    mean = np.exp(logs.mean(0))
    return mean / mean.sum()
""", """
import torch


def geometric_mean_of_masks(h, weight, bias):
    masks = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * len(h))
    return torch.log_softmax((masks * h) @ weight.T + bias, 1).mean(0).softmax(0)
"""]  # fmt: skip

MISTAKES = [
    Mistake("arithmetic", "this is the arithmetic mean of the probabilities; take the mean of their logarithms.",
            old="""logs.append(torch.log_softmax(logits, 0))
    mean = torch.stack(logs).mean(0).exp()""",
            new="""logs.append(torch.softmax(logits, 0))
    mean = torch.stack(logs).mean(0)"""),
    Mistake("not_normalised", "geometric means of probabilities do not add up to 1: divide by their sum.",
            old="return mean / mean.sum()", new="return mean"),
    Mistake("no_root", "the product of all networks is sharper than their mean: take the 2^n-th root.",
            old="mean = torch.stack(logs).mean(0).exp()", new="mean = torch.stack(logs).sum(0).exp()"),
    Mistake("empty_mask_forgotten", "the mask that drops every unit is one of the 2^n as well.",
            old="logits = weight @ (torch.tensor(mask) * h) + bias", new="""if not any(mask):
            continue
        logits = weight @ (torch.tensor(mask) * h) + bias"""),
    Mistake("bias_dropped", "the mask acts on the hidden units; the bias stays.",
            old="logits = weight @ (torch.tensor(mask) * h) + bias",
            new="logits = weight @ (torch.tensor(mask) * h) + bias * (sum(mask) > 0)"),
    Mistake("multiplied", "the product of so many probabilities is rounded to 0; the mean of their logarithms is not.",
            old="""logs = []
    for mask in itertools.product([0.0, 1.0], repeat=len(h)):
        logits = weight @ (torch.tensor(mask) * h) + bias
        logs.append(torch.log_softmax(logits, 0))
    mean = torch.stack(logs).mean(0).exp()""",
            new="""product = torch.ones(len(bias))
    for mask in itertools.product([0.0, 1.0], repeat=len(h)):
        logits = weight @ (torch.tensor(mask) * h) + bias
        product *= torch.softmax(logits, 0)
    mean = product ** (1 / 2 ** len(h))"""),
    Mistake("all_units", "this is the answer of one network, the one with all its units.",
            old="""logs = []
    for mask in itertools.product([0.0, 1.0], repeat=len(h)):
        logits = weight @ (torch.tensor(mask) * h) + bias
        logs.append(torch.log_softmax(logits, 0))
    mean = torch.stack(logs).mean(0).exp()
    return mean / mean.sum()""",
            new="return torch.softmax(weight @ h + bias, 0)"),
    Mistake("mask_on_weights_only_once", "every subset of units has to occur: 2^n masks, not n.",
            old="for mask in itertools.product([0.0, 1.0], repeat=len(h)):",
            new="for mask in (1 - torch.eye(len(h))).tolist():"),
    Mistake("weights_halved",
            "the number is right, and that is the point of the next cell: here all 2^n networks are asked.",
            old=RIGHT[0],
            new="""
import torch


def geometric_mean_of_masks(h, weight, bias):
    return torch.softmax(weight @ (h / 2) + bias, 0)
"""),
]  # fmt: skip
