"""Right answers to `path_lengths`, and usual mistakes in the first of them."""

from course.exercises.chapter05 import LISTED
from course.exercises.mistakes import Mistake

RIGHT = ["""
import math


def path_lengths(count):
    return [math.comb(count, k) for k in range(count + 1)]
""", """
import torch


def path_lengths(count):
    row = torch.tensor([1.0], dtype=torch.float64)
    for _ in range(count):
        zero = torch.zeros(1, dtype=torch.float64)
        row = torch.cat([row, zero]) + torch.cat([zero, row])
    return row
"""]  # fmt: skip

MISTAKES = [
    Mistake("shares", "asked are numbers of paths, not their shares: they add up to 2 to the power of count.",
            old="return [math.comb(count, k) for k in range(count + 1)]",
            new="return [math.comb(count, k) / 2**count for k in range(count + 1)]"),
    Mistake("one_too_long", "with three blocks 1, 3, 3 and 1 paths go through none, one, two and three of them.",
            old="return [math.comb(count, k) for k in range(count + 1)]",
            new="return [math.comb(count + 1, k) for k in range(count + 1)]"),
    Mistake("ordered", "a path is a set of blocks; the order in which they are chosen says nothing.",
            old="return [math.comb(count, k) for k in range(count + 1)]",
            new="return [math.perm(count, k) for k in range(count + 1)]"),
    Mistake("powers", "that is the number of paths of ever more blocks; asked are those of one network, by length.",
            old="return [math.comb(count, k) for k in range(count + 1)]",
            new="return [2**k for k in range(count + 1)]"),
    Mistake("longest_missing", "the path through all blocks is missing.",
            old="return [math.comb(count, k) for k in range(count + 1)]",
            new="return [math.comb(count, k) for k in range(count)]"),
    Mistake("listed", LISTED,
            old=RIGHT[0],
            new="""
import itertools


def path_lengths(count):
    found = [0] * (count + 1)
    for path in itertools.product([0, 1], repeat=count):
        found[sum(path)] += 1
    return found
"""),
]  # fmt: skip
