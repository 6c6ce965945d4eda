"""Right answers to `largest_stable_learning_rate`, and usual mistakes in the first of them."""

from course.exercises.chapter01 import LAST
from course.exercises.mistakes import Mistake

RIGHT = ["""
import math


def largest_stable_learning_rate(train, start):
    rate = start
    for _ in range(31):
        losses = train(rate)
        if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:
            return rate
        rate /= 2
    raise ValueError("no rate is stable")
""", """
import torch


def largest_stable_learning_rate(train, start):
    for halvings in range(31):
        losses = torch.tensor(train(start / 2**halvings))
        if bool(torch.isfinite(losses).all()) and not losses[-1] > losses[0]:
            return start * 0.5**halvings
    raise ValueError(start)
"""]  # fmt: skip

MISTAKES = [
    Mistake("grows", "start large and halve; this one starts small and grows.",
            old="""rate = start
    for _ in range(31):
        losses = train(rate)
        if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:
            return rate
        rate /= 2""",
            new="""rate = start / 2**30
    for _ in range(31):
        losses = train(rate)
        if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:
            return rate
        rate *= 2"""),
    Mistake("once_more", "this is half of the rate that is asked for: the first one that is stable.",
            old="return rate", new="return rate / 2"),
    Mistake("only_infinite", "a run whose loss ends above its start has not learnt either.",
            old="if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:",
            new="if all(math.isfinite(loss) for loss in losses):"),
    Mistake("only_last", "a loss that was infinite on the way has diverged, whatever came after.",
            old="if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:",
            new="if math.isfinite(losses[-1]) and losses[-1] <= losses[0]:"),
    Mistake("tenths", "halve: steps of ten are too coarse.",
            old="rate /= 2", new="rate /= 10"),
    Mistake("endless", "some trainings never work: give up after 30 halvings, with ValueError.",
            old='raise ValueError("no rate is stable")', new="return rate"),
    Mistake("equal_refused", "a last loss that equals the first is not above it: this rate is stable.",
            old="if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:",
            new="if all(math.isfinite(loss) for loss in losses) and losses[-1] < losses[0]:"),
    Mistake("rise_refused", "a finite loss may rise on the way: only the last is compared with the first.",
            old="if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:",
            new="if all(math.isfinite(loss) for loss in losses) and max(losses) <= losses[0]:"),
    Mistake("one_too_few", LAST,
            old="for _ in range(31):", new="for _ in range(30):"),
    Mistake("one_too_many",
            "start itself is the first of the rates: after the 30th halving there is one try, not two.",
            old="for _ in range(31):", new="for _ in range(32):"),
    Mistake("against_the_previous", "the last loss is compared with the first, not with the one before it.",
            old="losses[-1] <= losses[0]",
            new="losses[-1] <= losses[-2]"),
    Mistake("all_tried", "each rate that is tried costs a training: try none after the first that is stable.",
            old="""rate = start
    for _ in range(31):
        losses = train(rate)
        if all""",
            new="""runs = {start / 2**halvings: train(start / 2**halvings) for halvings in range(31)}
    rate = start
    for _ in range(31):
        losses = runs[rate]
        if all"""),
    Mistake("trained_twice", "each call of train is a training, and another one: call it once for a rate.",
            old="""losses = train(rate)
        if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:""",
            new="""if all(math.isfinite(loss) for loss in train(rate)) and train(rate)[-1] <= train(rate)[0]:"""),
]  # fmt: skip
