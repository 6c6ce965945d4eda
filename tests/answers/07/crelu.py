"""Right answers to `crelu`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch
from torch.nn import functional as F


def crelu(x):
    return torch.cat([F.relu(x), F.relu(-x)], dim=1)
""", """
import torch


def crelu(x):
    pairs = torch.stack([x.clamp(min=0), (-x).clamp(min=0)], dim=2)
    return pairs.flatten(1, 2)
"""]  # fmt: skip

MISTAKES = [
    Mistake("sign_kept", "both halves are ReLUs, and a ReLU is never negative.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu(x), -F.relu(-x)], dim=1)"),
    Mistake("no_relu", "x and −x go through a ReLU each.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)", new="return torch.cat([x, -x], dim=1)"),
    Mistake("examples_doubled", "the channels double, dimension 1; the number of examples stays.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu(x), F.relu(-x)], dim=0)"),
    Mistake("last_dimension", "the channels are dimension 1; that is the last one for vectors, not for images.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu(x), F.relu(-x)], dim=-1)"),
    Mistake("in_place", "something here writes into the x that was given.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu_(x), F.relu(-x)], dim=1)"),
    Mistake("in_place_behind", "something here writes into the x that was given.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)", new="""negative = F.relu(-x)
    return torch.cat([F.relu_(x), negative], dim=1)"""),
    Mistake("absolute", "the second half is relu(−x), not |x|.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu(x), x.abs()], dim=1)"),
    Mistake("relu_alone", "half is missing: what is below zero.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)", new="return F.relu(x)"),
    Mistake("twice_positive", "the second half is the ReLU of −x.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu(x), F.relu(x)], dim=1)"),
    Mistake("negative_first", "the positive parts come first, or each channel beside its own negative part.",
            old="torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="torch.cat([F.relu(-x), F.relu(x)], dim=1)"),
    Mistake("sorted", "the channels keep their order.",
            old="return torch.cat([F.relu(x), F.relu(-x)], dim=1)",
            new="return torch.cat([F.relu(x), F.relu(-x)], dim=1).sort(dim=1).values"),
    Mistake("reversed", "the negative parts are in the order of the channels, too.",
            old="F.relu(-x)]",
            new="F.relu(-x).flip(1)]"),
    Mistake("detached", "both halves let the gradient through: no detach.",
            old="F.relu(-x)]",
            new="F.relu(-x.detach())]"),
]  # fmt: skip
