"""Right answers to `expected_depth`, and usual mistakes in the first of them."""

from course.exercises.chapter06 import ONE
from course.exercises.mistakes import Mistake

RIGHT = ["""
def expected_depth(survival):
    return float(sum(survival))
""", """
import torch


def expected_depth(survival):
    return torch.as_tensor(survival, dtype=torch.float64).sum()
"""]  # fmt: skip

MISTAKES = [
    Mistake("product", "that is the probability that all of them stay; asked is how many stay on average.",
            old="return float(sum(survival))", new="return float(survival.prod())"),
    Mistake("mean", "this is the share that stays; the number is their sum.",
            old="return float(sum(survival))", new="return float(survival.mean())"),
    Mistake("rounded", "an expected number need not be whole.",
            old="return float(sum(survival))", new="return round(float(sum(survival)))"),
    Mistake("last_times_number", "each block has its own probability: add them up.",
            old="return float(sum(survival))", new="return len(survival) * float(survival[-1])"),
    Mistake("formula_for_linear", "(3L − 1) / 4 holds for linear decay to ½ alone.",
            old="return float(sum(survival))", new="return (3 * len(survival) - 1) / 4"),
    Mistake("ends_alone", "half of first and last, times their number, holds for a straight line alone.",
            old="return float(sum(survival))", new="return len(survival) * float(survival[0] + survival[-1]) / 2"),
    Mistake("dropped", "that is how many are dropped on average; asked is how many stay.",
            old="return float(sum(survival))", new="return float(sum(1 - survival))"),
    Mistake("squeezed", ONE,
            old="return float(sum(survival))",
            new="return sum(survival.squeeze().tolist())"),
]  # fmt: skip
