"""Right answers to `dropout`, and usual mistakes in the first of them."""

from course.exercises.chapter02 import ANY_RATE
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def dropout(x, rate, training):
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must lie between 0 and 1; got {rate}")
    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand_like(x) >= rate
    return x * kept / (1 - rate)
""", """
import torch


def dropout(x, rate, training):
    if rate < 0 or rate > 1:
        raise ValueError("no probability")
    if training and rate > 0:
        mask = torch.bernoulli(torch.full(x.shape, 1 - rate))
        return torch.where(mask > 0, x / max(1 - rate, 1e-12), torch.zeros(()))
    return x
"""]  # fmt: skip

MISTAKES = [
    Mistake("not_scaled", "the mean shrinks: what is kept has to grow by 1 / (1 − rate).",
            old="return x * kept / (1 - rate)", new="return x * kept"),
    Mistake("scaled_by_rate", "the scale is 1 / (1 − rate), the inverse of the share that is kept.",
            old="return x * kept / (1 - rate)", new="return x * kept / rate"),
    Mistake("keeps_with_rate", "`rate` is the probability of being dropped, not of being kept.",
            old="kept = torch.rand_like(x) >= rate", new="kept = torch.rand_like(x) < rate"),
    Mistake("drops_at_test", "with training=False the values pass unchanged.",
            old="if not training or rate == 0:", new="if rate == 0:"),
    Mistake("scales_at_test", "in the inverted form the scaling happens in training, so the test does nothing.",
            old="""if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand_like(x) >= rate
    return x * kept / (1 - rate)""",
            new="""if not training:
        return x * (1 - rate)
    if rate == 1:
        return torch.zeros_like(x)
    kept = torch.rand_like(x) >= rate
    return x * kept"""),
    Mistake("one_mask_for_all", "each example needs a mask of its own: draw as many numbers as x has.",
            old="kept = torch.rand_like(x) >= rate", new="kept = torch.rand(x.shape[1:]) >= rate"),
    Mistake("in_place", "the x that was given has changed: *= and the like write into it.",
            old="return x * kept / (1 - rate)", new="""x *= kept
    x /= 1 - rate
    return x"""),
    Mistake("not_a_number", "0 / 0 is not a number: with rate 1 nothing is left to scale.",
            old="""return x
    if rate == 1:
        return torch.zeros_like(x)""",
            new="return x"),
    Mistake("any_rate", ANY_RATE,
            old="""def dropout(x, rate, training):
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must lie between 0 and 1; got {rate}")""",
            new="def dropout(x, rate, training):"),
    Mistake("zeros_at_test", "with training=False nothing is dropped, whatever the rate: look at training first.",
            old="""    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)""",
            new="""    if rate == 1:
        return torch.zeros_like(x)
    if not training or rate == 0:
        return x"""),
    Mistake("unchecked_at_test", "a rate that is no probability is refused at test time as well.",
            old="""    if not 0 <= rate <= 1:
        raise""",
            new="""    if training and not 0 <= rate <= 1:
        raise"""),
    Mistake("fixed_number", "each number has a draw of its own: that always the same share goes is another rule.",
            old="kept = torch.rand_like(x) >= rate",
            new="kept = (torch.randperm(x.numel()) >= rate * x.numel()).reshape(x.shape)"),
    Mistake("detached", "no gradient comes back through here: detach, no_grad, item and NumPy cut it off.",
            old="return x * kept / (1 - rate)",
            new="return x.detach() * kept / (1 - rate)"),
]  # fmt: skip
