"""Right answers to `looks_linear_`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch
from torch import nn


def looks_linear_(weight):
    outputs, inputs = weight.shape
    w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))
    with torch.no_grad():
        weight.copy_(torch.cat([w, -w], dim=1))
    return weight
""", """
import torch


def looks_linear_(weight):
    half = weight.shape[1] // 2
    q, _ = torch.linalg.qr(torch.randn(max(weight.shape[0], half), min(weight.shape[0], half)))
    w = q if weight.shape[0] >= half else q.T
    weight.data[:, :half] = w
    weight.data[:, half:] = -w
    return weight
"""]  # fmt: skip

MISTAKES = [
    Mistake("equal_halves", "with [W, W] the layer computes W|x|; it should compute Wx.",
            old="weight.copy_(torch.cat([w, -w], dim=1))", new="weight.copy_(torch.cat([w, w], dim=1))"),
    Mistake("not_orthogonal", "W has to be orthogonal: all its singular values are 1.",
            old="w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))",
            new="w = nn.init.kaiming_normal_(torch.empty(outputs, inputs // 2))"),
    Mistake("whole_orthogonal", "make W, (outputs, inputs), orthogonal by itself: half of a wider one is not.",
            old="w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))",
            new="w = nn.init.orthogonal_(torch.empty(outputs, inputs))[:, : inputs // 2]"),
    Mistake("not_random", "W is random: each call should fill in another one.",
            old="w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))",
            new="w = torch.eye(outputs, inputs // 2)"),
    Mistake("in_pairs", "the CReLU here puts all relu(x) first and all relu(−x) behind them: so W first, then −W.",
            old="weight.copy_(torch.cat([w, -w], dim=1))", new="weight.copy_(torch.stack([w, -w], dim=2).flatten(1))"),
    Mistake("too_small", "W keeps its length: no factor is needed, for relu(x) − relu(−x) is x, not half of it.",
            old="weight.copy_(torch.cat([w, -w], dim=1))", new="weight.copy_(torch.cat([w, -w], dim=1) / 2)"),
    Mistake("not_in_place", "the given tensor has to be filled, and returned.",
            old="""with torch.no_grad():
        weight.copy_(torch.cat([w, -w], dim=1))
    return weight""",
            new="return torch.cat([w, -w], dim=1)"),
    Mistake("one_half", "the right half is not minus the left: is it still empty, or is the whole orthogonal?",
            old="weight.copy_(torch.cat([w, -w], dim=1))", new="weight[:, : inputs // 2] = w"),
    Mistake("signed_permutation", "W is drawn among all orthogonal matrices, not only among those that exchange units.",
            old="w = nn.init.orthogonal_(torch.empty(outputs, inputs // 2))",
            new="""n = max(outputs, inputs // 2)
    signs = torch.randint(0, 2, (n, 1)) * 2.0 - 1
    w = (torch.eye(n)[torch.randperm(n)] * signs)[:outputs, : inputs // 2]"""),
    Mistake("frozen", "the parameter no longer learns: torch.no_grad() is enough.",
            old="    with torch.no_grad():",
            new="""    weight.requires_grad_(False)
    with torch.no_grad():"""),
]  # fmt: skip
