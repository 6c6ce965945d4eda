"""Right answers to `batchnorm_forward`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(0)
    variance = x.var(0, correction=0)
    return gamma * (x - mean) / (variance + eps).sqrt() + beta
""", """
import torch


def batchnorm_forward(x, gamma, beta, eps):
    n, features = x.shape
    y = torch.empty_like(x)
    for c in range(features):
        mean = sum(x[i, c] for i in range(n)) / n
        variance = sum((x[i, c] - mean) ** 2 for i in range(n)) / n
        for i in range(n):
            y[i, c] = (x[i, c] - mean) / (variance + eps) ** 0.5 * gamma[c] + beta[c]
    return y
""", """
from torch import nn


def batchnorm_forward(x, gamma, beta, eps):
    norm = nn.BatchNorm1d(x.shape[1], eps=eps)
    norm.weight.data, norm.bias.data = gamma, beta
    return norm(x)
"""]  # fmt: skip

MISTAKES = [
    Mistake("unbiased", "divide by the number of examples, not by one less: the variance of the batch itself.",
            old="variance = x.var(0, correction=0)", new="variance = x.var(0)"),
    Mistake("over_features", "each feature has its own mean and variance, over the examples of the batch.",
            old="""mean = x.mean(0)
    variance = x.var(0, correction=0)""",
            new="""mean = x.mean(1, keepdim=True)
    variance = x.var(1, correction=0, keepdim=True)"""),
    Mistake("eps_forgotten", "eps is added to the variance; it is large here, so that it shows.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="return gamma * (x - mean) / variance.sqrt() + beta"),
    Mistake("in_place", "the x that was given has changed: -= and the like write into it.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="""x -= mean
    return gamma * x / (variance + eps).sqrt() + beta"""),
    Mistake("eps_outside", "eps stands under the root, beside the variance.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="return gamma * (x - mean) / (variance.sqrt() + eps) + beta"),
    Mistake("variance_not_root", "divide by the standard deviation, the root of the variance.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="return gamma * (x - mean) / (variance + eps) + beta"),
    Mistake("beta_scaled", "first gamma times the normalised value, then beta is added.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="return gamma * ((x - mean) / (variance + eps).sqrt() + beta)"),
    Mistake("gamma_forgotten", "gamma scales what has been normalised.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="return (x - mean) / (variance + eps).sqrt() + beta"),
    Mistake("beta_divided", "beta is added at the end, after gamma and the root.",
            old="return gamma * (x - mean) / (variance + eps).sqrt() + beta",
            new="return gamma * (x - mean + beta) / (variance + eps).sqrt()"),
]  # fmt: skip
