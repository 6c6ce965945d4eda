"""The exercises of chapter 6, stochastic depth."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def given(**values: Any) -> Any:
    """These very inputs."""
    return lambda seed: dict(values)


DECAY = (("call", "blocks", "last"),)
SURVIVAL = Exercise(
    "survival_probabilities", "06", points=1, minutes=5, difficulty=1,
    cases=(
        Case("4 blocks, ½", given(blocks=4, last=0.5), DECAY),
        Case("54 blocks, 0.2", given(blocks=54, last=0.2), DECAY),
        Case("10 blocks, 0.3", given(blocks=10, last=0.3), DECAY, public=False),
    ),
    hints={
        "from_zero": "the first block is l = 1, so it may be dropped already; p = 1 belongs to the input.",
        "linspace": "between 1 and the last there are L steps, not L − 1: the first block lies one step below 1.",
        "dropped": "these are the probabilities of being dropped; asked are those of staying.",
        "constant": "the probability falls from block to block.",
        "geometric": "a straight line, not a power.",
        "last_ignored": "the line ends at `last`, whatever its value.",
        "reversed": "the order is from the input on: the first block is dropped least.",
    },
)  # fmt: skip


def probabilities(*values: float) -> Any:
    """Survival probabilities, a tensor."""
    return lambda seed: {"survival": torch.tensor(values)}


EXPECT = (("call", "survival"),)
EXPECTED = Exercise(
    "expected_depth", "06", points=1, minutes=5, difficulty=1,
    cases=(
        Case("four blocks", probabilities(0.875, 0.75, 0.625, 0.5), EXPECT),
        Case("no pattern", probabilities(0.9, 0.1, 0.4), EXPECT, seed=1),
        Case("one block", probabilities(0.3), EXPECT, seed=2, public=False),
    ),
    hints={
        "product": "that is the probability that all of them stay; asked is how many stay on average.",
        "mean": "this is the share that stays; the number is their sum.",
        "rounded": "an expected number need not be whole.",
        "last_times_number": "each block has its own probability: add them up.",
        "formula_for_linear": "(3L − 1) / 4 holds for linear decay to ½ alone.",
        "ends_alone": "half of first and last, times their number, holds for a straight line alone.",
        "dropped": "that is how many are dropped on average; asked is how many stay.",
    },
)  # fmt: skip


class Counting(nn.Module):
    """A linear branch that counts how often it computes."""

    def __init__(self, width: int, seed: int):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.calls = 0
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.normal_(generator=_random(seed))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.linear(x)


def block(survival: float) -> Any:
    """A branch that counts, its survival probability and inputs."""

    def inputs(seed: int) -> Inputs:
        x = torch.randn(6, 4, generator=_random(seed))
        return {"branch": Counting(4, seed), "survival": survival, "x": x}

    return inputs


NEW, CALLS = ("call", "branch", "survival"), ("input", "branch", "calls")
ONCE = (("apply", "x"), CALLS, ("unchanged", "x"))
OFTEN = (NEW, ("mode", "train"), ("over", 4000, "x"), CALLS)
AT_HOME = "the branch computes at every step: one draw for the whole batch should say beforehand whether it has to."
STOCHASTIC = Exercise(
    "StochasticDepth", "06", points=3, minutes=12, difficulty=2,
    cases=(
        Case("evaluation", block(0.75), (NEW, ("mode", "eval"), *ONCE), seed=5),
        Case("always there", block(1.0), (NEW, ("mode", "train"), *ONCE), seed=2),
        Case("4,000 steps of training", block(0.75), OFTEN, tolerance=0.06, seed=142),  # 3,000 of them compute
        Case("more away than there", block(0.4), OFTEN, tolerance=0.12, seed=17),  # 1,600 of them compute
        Case("seldom there", block(0.3), OFTEN, tolerance=0.12, seed=3, public=False),
    ),
    hints={
        "always_computes": AT_HOME,
        "draw_per_row": AT_HOME,
        "never_dropped": "in training the branch is there at every step: each call of `forward` needs its own draw.",
        "drawn_once": "in training the branch is never there: each call of `forward` needs its own draw.",
        "survival_ignored": "the branch does not compute as often as the `survival` that was given says.",
        "not_scaled_at_test": "in training the branch is there only sometimes: evaluation weighs it by its chance.",
        "scaled_in_training": "in this form nothing is scaled in training; the evaluation is.",
        "drops_at_test": "in evaluation nothing is left to chance.",
        "survival_is_drop": "`survival` is the probability of staying.",
        "relu_kept": "a ReLU still cuts what is below zero: here none comes behind the sum.",
        "no_shortcut": "x is not added to what the branch returns.",
        "shortcut_scaled": "in evaluation the branch alone is weighed by its chance: x is always there.",
        "in_place": "something here writes into the x that was given.",
        "shortcut_dropped": "a block that stays at home returns its input, not zero.",
    },
)  # fmt: skip


def branch_output(rate: float, training: bool, ones: bool = False, shape: tuple[int, ...] = (5, 3, 2, 2)) -> Any:
    """A branch's output for a batch, the rate and the mode."""

    def inputs(seed: int) -> Inputs:
        x = torch.ones(1000, 30) if ones else torch.randn(shape, generator=_random(seed))
        return {"x": x, "rate": rate, "training": training}

    return inputs


PATH = ("x", "rate", "training")
WHOLE = (
    "x is all ones here: some examples should come out as zeros, the others as 1 / (1 − rate), each as a whole: look "
    "at the shape of the mask."
)
DROP_PATH = Exercise(
    "drop_path", "06", points=2, minutes=10, difficulty=2,
    cases=(
        Case("evaluation", branch_output(0.4, False), (("call", *PATH), ("unchanged", "x")),
             hint="in evaluation nothing is dropped and nothing scaled."),
        Case("mean, 2 dimensions", branch_output(0.4, True, shape=(4, 4)), (("average", 4000, *PATH),),
             tolerance=0.07, seed=2),
        Case("one draw for each example", branch_output(0.4, True, ones=True), (("rows", *PATH), ("unchanged", "x")),
             tolerance=0.12, seed=16, hint=WHOLE),
        Case("mean, 4 dimensions", branch_output(0.4, True), (("average", 4000, *PATH),), tolerance=0.07, seed=1),
        Case("everything dropped", branch_output(1.0, True), (("call", *PATH), ("unchanged", "x")),
             hint="at a rate of 1 each number is 0."),
        Case("nothing dropped", branch_output(0.0, True), (("call", *PATH),), public=False),
    ),
    hints={
        "one_for_all": "in this form each example of the batch has a draw of its own.",
        "each_number": WHOLE,
        "one_per_column": WHOLE,
        "four_dimensions": "the mask has more dimensions than x: one 1 for each dimension of x after the first.",
        "not_scaled": "what is kept is divided by 1 − rate, so that the mean stays.",
        "divided_by_rate": "what is kept is divided by the chance of being kept, not by that of being dropped.",
        "multiplied": "what is kept grows, so that the mean stays; here it shrinks.",
        "nan_at_rate_1": "0 / 0 is not a number: a rate of 1 goes a way of its own.",
        "in_place": "something here writes into the x that was given.",
        "drops_at_test": "in evaluation the branch passes unchanged.",
        "scales_at_test": "scaled in training, so not in evaluation.",
        "keeps_with_rate": "`rate` is the probability of being dropped.",
    },
)  # fmt: skip

EXERCISES = (SURVIVAL, EXPECTED, STOCHASTIC, DROP_PATH)
