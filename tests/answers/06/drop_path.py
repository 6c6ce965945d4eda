"""Right answers to `drop_path`, and usual mistakes in the first of them."""

from course.exercises.chapter06 import DIMENSIONS, WHOLE
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def drop_path(x, rate, training):
    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate
    return x * kept / (1 - rate)
""", """
import torch


def drop_path(x, rate, training):
    if not training:
        return x
    rows = []
    for row in x:
        alive = torch.rand(1).item() >= rate and rate < 1
        rows.append(row / (1 - rate) if alive else 0 * row)
    return torch.stack(rows)
"""]  # fmt: skip

MISTAKES = [
    Mistake("one_for_all", "in this form each example of the batch has a draw of its own.",
            old="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate", new="kept = torch.rand(()) >= rate"),
    Mistake("each_number", WHOLE,
            old="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate", new="kept = torch.rand_like(x) >= rate"),
    Mistake("one_per_column", WHOLE,
            old="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate", new="kept = torch.rand(len(x)) >= rate"),
    Mistake("four_dimensions", "the mask has more dimensions than x: one 1 for each dimension of x after the first.",
            old="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate",
            new="kept = (torch.rand(len(x)) >= rate)[:, None, None, None]"),
    Mistake("not_scaled", "what is kept is divided by 1 − rate, so that the mean stays.",
            old="return x * kept / (1 - rate)", new="return x * kept"),
    Mistake("divided_by_rate", "what is kept is divided by the chance of being kept, not by that of being dropped.",
            old="return x * kept / (1 - rate)", new="return x * kept / rate"),
    Mistake("multiplied", "what is kept grows, so that the mean stays; here it shrinks.",
            old="return x * kept / (1 - rate)", new="return x * kept * (1 - rate)"),
    Mistake("nan_at_rate_1", "0 / 0 is not a number: a rate of 1 goes a way of its own.",
            old="""return x
    if rate == 1:
        return torch.zeros_like(x)""",
            new="return x"),
    Mistake("in_place", "something here writes into the x that was given.",
            old="return x * kept / (1 - rate)", new="""x *= kept / (1 - rate)
    return x"""),
    Mistake("drops_at_test", "in evaluation the branch passes unchanged.",
            old="if not training or rate == 0:", new="if rate == 0:"),
    Mistake("scales_at_test", "scaled in training, so not in evaluation.",
            old="""if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate
    return x * kept / (1 - rate)""",
            new="""if not training:
        return x * (1 - rate)
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate
    return x * kept"""),
    Mistake("keeps_with_rate", "`rate` is the probability of being dropped.",
            old="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate",
            new="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) < rate"),
    Mistake("zeros_in_evaluation", "in evaluation nothing is dropped, whatever the rate: look at training first.",
            old="""    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)""",
            new="""    if rate == 1:
        return torch.zeros_like(x)
    if not training or rate == 0:
        return x"""),
    Mistake("fixed_number", "each example has a draw of its own: that always the same share goes is another rule.",
            old="kept = torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate",
            new="kept = (torch.randperm(len(x)) + torch.rand(()) >= rate * len(x)).view(-1, *[1] * (x.dim() - 1))"),
    Mistake("detached", "no gradient comes back through here: detach, no_grad, item and NumPy cut it off.",
            old="return x * kept / (1 - rate)",
            new="return x.detach() * kept / (1 - rate)"),
    Mistake("squeezed", "squeeze() takes the first dimension as well where there is one example: (1, n) stays (1, n).",
            old="return x * kept / (1 - rate)",
            new="return (x * kept / (1 - rate)).squeeze()"),
    Mistake("two_or_four", DIMENSIONS,
            old="*[1] * (x.dim() - 1)",
            new="*([1, 1, 1] if x.dim() == 4 else [1])"),
]  # fmt: skip
