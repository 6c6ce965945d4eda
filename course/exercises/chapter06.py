"""The exercises of chapter 6, stochastic depth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Generator, Tensor, nn

from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Given, Inputs, Seen
from course.exercises.inputs import anew, seeded, these
from course.exercises.operations import average, keeping, numbers, on_average, passes_gradient


@seeded
def some_blocks(g: Generator) -> Inputs:
    """5 to 60 blocks, and the last one's probability, between 0.1 and 0.9."""
    last = 0.1 + 0.8 * float(torch.rand((), generator=g))
    return {"blocks": int(torch.randint(5, 61, (), generator=g)), "last": round(last, 2)}


NEVER = "`last` may be 0: then the last block never computes."
ALWAYS = "`last` may be 1: then the line is level, and every block always stays."
SURVIVAL = Exercise(
    "survival_probabilities", "06", points=1, minutes=5, difficulty=1,
    cases=(
        Case("4 blocks, ½", these(blocks=4, last=0.5)),
        Case("54 blocks, 0.2", these(blocks=54, last=0.2)),
        Case("1 block, 0.7", these(blocks=1, last=0.7)),
        Case("3 blocks, 1", these(blocks=3, last=1.0), hint=ALWAYS, on=(RuntimeError, ArithmeticError, ValueError)),
        Case("2 blocks, 0", these(blocks=2, last=0.0), hint=NEVER, on=(RuntimeError, ArithmeticError, ValueError)),
        Case("other blocks", some_blocks(), public=False),
    ),
)  # fmt: skip


def probabilities(*values: float) -> Callable[[int], Inputs]:
    """Survival probabilities, a tensor."""
    return these(survival=torch.tensor(values))


@seeded
def some_probabilities(g: Generator, blocks: int) -> Inputs:
    """Survival probabilities without a pattern, a tensor."""
    return {"survival": torch.rand(blocks, generator=g)}


ONE = "a single block is a tensor of one number: squeeze() leaves no list of it."
EXPECTED = Exercise(
    "expected_depth", "06", points=1, minutes=5, difficulty=1,
    cases=(
        Case("four blocks", probabilities(0.875, 0.75, 0.625, 0.5)),
        Case("no pattern", probabilities(0.9, 0.1, 0.4), seed=1),
        Case("one block", probabilities(0.3), seed=2, hint=ONE, on=(TypeError,)),
        Case("seven blocks", some_probabilities(7), public=False),
    ),
)  # fmt: skip


class Counting(nn.Module):
    """A linear branch that counts how often it computes."""

    def __init__(self, width: int):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        y: Tensor = self.linear(x)
        return y


@seeded
def block(g: Generator, survival: float) -> Inputs:
    """A branch that counts, its survival probability and inputs."""
    x = torch.randn(6, 4, generator=g)
    branch = Counting(4)
    with torch.no_grad():
        for parameter in branch.parameters():
            parameter.normal_(generator=anew(g))
    return {"branch": branch, "survival": survival, "x": x}


def evaluation(answer: Answer, given: Given) -> Seen:
    """One step in evaluation."""
    yield from once(answer(given.branch, given.survival).eval(), given)


def training(answer: Answer, given: Given) -> Seen:
    """One step in training."""
    yield from once(answer(given.branch, given.survival).train(), given)


def once(block: nn.Module, given: Given) -> Seen:
    """The output, whether the branch has computed, and x afterwards."""
    yield "its output is", block(given.x)
    yield "branch.calls is", given.branch.calls
    yield given.unchanged("x")


def often(answer: Answer, given: Given) -> Seen:
    """The mean output of 4,000 steps of training, how often the branch has computed, and how often a step did as the
    one before: in a fixed pattern that differs from what chance does.
    """
    block, calls = answer(given.branch, given.survival).train(), [0]

    def step() -> Tensor:
        y: Tensor = block(given.x)
        calls.append(given.branch.calls)
        return y

    yield "its mean output is", average(4000, step)
    yield "branch.calls is", given.branch.calls
    yield "how many steps did as the one before is", int((np.diff(calls, 2) == 0).sum())


def gradients(answer: Answer, given: Given) -> Seen:
    """The gradient of half the squared output with respect to x, in both modes."""
    block, x = answer(given.branch, given.survival), given.x.requires_grad_()
    for mode in ("evaluation", "training"):
        y = block.train(mode == "training")(x)
        yield f"the gradient at its input, in {mode}, is", torch.autograd.grad(y.square().sum() / 2, x)[0]


STOCHASTIC = Exercise(
    "StochasticDepth", "06", points=3, minutes=12, difficulty=2,
    cases=(
        Case("evaluation", block(0.75), evaluation, seed=5),
        Case("always there", block(1.0), training, seed=2),
        Case("never there", block(0.0), training, seed=4),
        Case("the gradient", block(1.0), gradients, seed=6),
        Case("4,000 steps of training", block(0.75), often, tolerance=0.06, seed=142),  # 3,000 of them compute
        Case("more away than there", block(0.4), often, tolerance=0.12, seed=17),  # 1,600 of them compute
        Case("another probability, in evaluation", block(0.3), evaluation, public=False),
        Case("seldom there", block(0.3), often, tolerance=0.16, public=False),
    ),
)  # fmt: skip


@seeded
def branch_output(
    g: Generator, rate: float, training: bool, ones: bool = False, shape: tuple[int, ...] = (5, 3, 2, 2)
) -> Inputs:
    """A branch's output for a batch, the rate and the mode."""
    x = torch.ones(1000, 30) if ones else torch.randn(shape, generator=g)
    return {"x": x, "rate": rate, "training": training}


@seeded
def some_rate(g: Generator) -> Inputs:
    """Outputs of 1 in training, and a rate between 0.25 and 0.4."""
    rate = round(0.25 + 0.15 * float(torch.rand((), generator=g)), 2)
    return branch_output(rate, True, ones=True)(g.initial_seed())


def rows(answer: Answer, given: Given) -> Seen:
    """How much numbers differ within an example, and how much examples do."""
    values = numbers(answer(*given))
    yield "spread within rows, of row means, and mean are", _spreads(values)


def rows_and_x(answer: Answer, given: Given) -> Seen:
    """The same, and x afterwards."""
    yield from rows(answer, given)
    yield given.unchanged("x")


def _spreads(values: np.ndarray) -> np.ndarray:
    if not values.size or values.ndim < 2:
        return values  # there are no rows: what came back says enough
    return np.array([values.std(axis=1).mean(), values.mean(axis=1).std(), values.mean()])


WHOLE = (
    "x is all ones here: some examples should come out as zeros, the others as 1 / (1 − rate), each as a whole: look "
    "at the shape of the mask."
)
DIMENSIONS = "the mask has one 1 for each dimension of x after the first: x may have three."
DIVIDED = "at a rate of 1 each number is 0, and 1 − rate is 0: nothing is left to divide."
DROP_PATH = Exercise(
    "drop_path", "06", points=2, minutes=10, difficulty=2,
    cases=(
        Case("evaluation", branch_output(0.4, False), keeping("x")),
        Case("mean, one vector", branch_output(0.4, True, shape=(1, 4)), on_average, tolerance=0.07, seed=2),
        Case("one draw for each example", branch_output(0.4, True, ones=True), rows_and_x,
             tolerance=0.12, seed=16, hint=WHOLE, on=(RuntimeError,)),
        Case("mean, 4 dimensions", branch_output(0.4, True), on_average, tolerance=0.07, seed=1),
        Case("everything dropped", branch_output(1.0, True), keeping("x"), hint=DIVIDED, on=(ZeroDivisionError,)),
        Case("rate 1 in evaluation", branch_output(1.0, False), keeping("x"), seed=3),
        Case("nothing dropped", branch_output(0.0, True)),
        Case("the gradient, 3 dimensions", branch_output(0.5, True, shape=(6, 3, 2)), passes_gradient, seed=4,
             hint=DIMENSIONS, on=(RuntimeError,)),
        Case("one draw for each example, another rate", some_rate(), rows, tolerance=0.2, public=False),
        Case("mean, another rate", branch_output(0.3, True), on_average, tolerance=0.1, public=False),
    ),
)  # fmt: skip

EXERCISES = (SURVIVAL, EXPECTED, STOCHASTIC, DROP_PATH)
