"""Right answers to `linear_at_init`, and usual mistakes in the first of them."""

from course.exercises.chapter07 import ANY
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def linear_at_init(network, x):
    with torch.no_grad():
        a, b = x.chunk(2)
        whole = network(a + b)
        difference = network(a) + network(b) - whole
    return (difference.abs().max() / whole.abs().max()).item()
""", """
def linear_at_init(network, x):
    half = len(x) // 2
    first, second = x[:half], x[half:]
    together = network(first + second).detach().double()
    apart = network(first).detach().double() + network(second).detach().double()
    return max(abs(v) for v in (together - apart).flatten().tolist()) / together.abs().max()
"""]  # fmt: skip

MISTAKES = [
    Mistake("scaled_only", "f(2x) = 2 f(x) holds for every ReLU network without biases; test the sum of two inputs.",
            old="""a, b = x.chunk(2)
        whole = network(a + b)
        difference = network(a) + network(b) - whole""",
            new="""whole = network(2 * x)
        difference = 2 * network(x) - whole"""),
    Mistake("subtracted", "it is f(a) plus f(b) that is compared with f(a + b).",
            old="difference = network(a) + network(b) - whole", new="difference = network(a) - network(b) - whole"),
    Mistake("not_relative", "the difference is divided by the largest output, so that the scale says nothing.",
            old="return (difference.abs().max() / whole.abs().max()).item()",
            new="return difference.abs().max().item()"),
    Mistake("mean", "the largest difference is wanted, not the mean.",
            old="return (difference.abs().max() / whole.abs().max()).item()",
            new="return (difference.abs().mean() / whole.abs().max()).item()"),
    Mistake("yes_or_no", "return the number; whether it is small is for the caller to say.",
            old="return (difference.abs().max() / whole.abs().max()).item()",
            new="return bool(difference.abs().max() < 1e-6)"),
    Mistake("same_half", "a is the first half of the rows, b the second: do not add a to itself.",
            old="a, b = x.chunk(2)", new="a = b = x.chunk(2)[0]"),
    Mistake("even_and_odd", "a is the first half of the rows and b the second, not every other row.",
            old="a, b = x.chunk(2)", new="a, b = x[::2], x[1::2]"),
    Mistake("elementwise", "one largest value is divided by another; numbers are not divided one by one.",
            old="return (difference.abs().max() / whole.abs().max()).item()",
            new="return (difference.abs() / whole.abs()).max().item()"),
    Mistake("norm", "the largest absolute value is wanted, not the root of a sum of squares.",
            old="return (difference.abs().max() / whole.abs().max()).item()",
            new="return (difference.norm() / whole.norm()).item()"),
    Mistake("no_absolute_value", "a number far below zero is large as well: absolute values are compared.",
            old="return (difference.abs().max() / whole.abs().max()).item()",
            new="return (difference.max() / whole.max()).item()"),
    Mistake("in_place", "the x that was given has changed: += and the like write into it.",
            old="""whole = network(a + b)
        difference = network(a) + network(b) - whole""",
            new="""apart = network(a) + network(b)
        a += b
        whole = network(a)
        difference = apart - whole"""),
    Mistake("module_expected", ANY,
            old="with torch.no_grad():",
            new="""training = network.training
    network.train(training)
    with torch.no_grad():"""),
]  # fmt: skip
