"""Right answers to `survival_probabilities`, and usual mistakes in the first of them."""

from course.exercises.chapter06 import ALWAYS, NEVER
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def survival_probabilities(blocks, last):
    return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)
""", """
def survival_probabilities(blocks, last):
    found = []
    for block in range(1, blocks + 1):
        found.append(1 - (block / blocks) * (1 - last))
    return found
"""]  # fmt: skip

MISTAKES = [
    Mistake("from_zero", "the first block is l = 1, so it may be dropped already; p = 1 belongs to the input.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return 1 - torch.arange(blocks) / blocks * (1 - last)"),
    Mistake("linspace", "put l = 1 into the formula: the first block's probability is 1 − (1 − last) / L, not 1.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return torch.linspace(1, last, blocks)"),
    Mistake("dropped", "these are the probabilities of being dropped; asked are those of staying.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return torch.arange(1, blocks + 1) / blocks * (1 - last)"),
    Mistake("constant", "the probability falls from block to block.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return torch.full((blocks,), last)"),
    Mistake("geometric", "a straight line, not a power.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return last ** (torch.arange(1, blocks + 1) / blocks)"),
    Mistake("last_ignored", "the line ends at `last`, whatever its value.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return 1 - torch.arange(1, blocks + 1) / blocks * 0.5"),
    Mistake("reversed", "the order is from the input on: the first block is dropped least.",
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="return (1 - torch.arange(1, blocks + 1) / blocks * (1 - last)).flip(0)"),
    Mistake("nothing_for_one", "a single block lies at the end of the line: its probability is `last`.",
            old="    return 1 -",
            new="""    if blocks == 1:
        return torch.ones(1)
    return 1 -"""),
    Mistake("by_steps", ALWAYS,
            old="return 1 - torch.arange(1, blocks + 1) / blocks * (1 - last)",
            new="""step = (1 - last) / blocks
    return torch.arange(1 - step, last - step / 2, -step)"""),
    Mistake("zero_for_none", NEVER,
            old="    return 1 -",
            new="""    if not last:
        raise ValueError("no last probability")
    return 1 -"""),
]  # fmt: skip
