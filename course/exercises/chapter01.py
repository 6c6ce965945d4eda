"""The exercises of chapter 1, neurons and SGD."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from course.exercises.declared import Case, Exercise

Inputs = dict[str, Any]


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def points(count: int, inputs_: int, activation: str) -> Any:
    """Inputs, weights, bias and the activation's name."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        x, w = torch.randn(count, inputs_, generator=g), torch.randn(inputs_, generator=g)
        return {"x": x, "w": w, "b": 0.7, "activation": activation}

    return inputs


FIRE = (("call", "x", "w", "b", "activation"),)
NEURON = Exercise(
    "neuron", "01", points=1, minutes=6, difficulty=1,
    cases=(
        Case("sigmoid", points(4, 3, "sigmoid"), FIRE),
        Case("tanh", points(5, 2, "tanh"), FIRE, seed=1),
        Case("ReLU", points(6, 2, "relu"), FIRE, seed=2),
        Case("an unknown name", points(3, 2, "step"), (("raises", "ValueError", "x", "w", "b", "activation"),), seed=3,
             hint="an activation that you do not know is refused with ValueError."),
        Case("one input", points(3, 1, "tanh"), FIRE, seed=4, public=False),
    ),
    hints={
        "no_bias": "the bias is added to w · x before the activation.",
        "bias_after": "the bias belongs inside the activation: g(w · x + b).",
        "no_activation": "this is the pre-activation; the activation is still missing.",
        "not_summed": "a neuron gives one number for each input: sum over the components.",
        "relu_is_abs": "ReLU sets negative values to zero, it does not mirror them.",
        "sigmoid_without_minus": "the sigmoid is 1 / (1 + e to the power of *minus* a).",
        "tanh_half_as_steep": "a sigmoid stretched to −1 … 1 is half as steep as tanh: a 2 is missing inside.",
    },
)  # fmt: skip


def scores(count: int, classes: int, scale: float) -> Any:
    """Logits and labels."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        logits = scale * torch.randn(count, classes, generator=g)
        return {"logits": logits, "labels": torch.randint(0, classes, (count,), generator=g)}

    return inputs


LOSS = (("call", "logits", "labels"), ("part", 0), ("part", 1), ("unchanged", "logits"))
SOFTMAX = Exercise(
    "softmax_cross_entropy", "01", points=3, minutes=12, difficulty=2,
    cases=(
        Case("4 examples, 3 classes", scores(4, 3, 1.0), LOSS,
             hint="a pair is returned: the loss, one number, then its gradient, of the shape of the logits."),
        Case("5 examples, 10 classes", scores(5, 10, 2.0), LOSS, seed=1),
        Case("logits of 1,000", scores(3, 4, 1000.0), LOSS, seed=2,
             hint="if only this fails: e to the power of 1,000 is infinite, and small probabilities round to 0."),
        Case("one example", scores(1, 5, 1.0), LOSS, seed=3, public=False),
    ),
    hints={
        "summed": "loss and gradient are those of the mean over the examples.",
        "gradient_summed": "the loss is a mean, so its gradient has a factor 1 / N as well.",
        "no_labels": "the gradient is f − e_y: subtract 1 at the true class.",
        "wrong_sign": "the gradient points uphill: f − e_y, not e_y − f.",
        "over_examples": "softmax runs over the classes of one example, dimension 1.",
        "base_two": "nats: the natural logarithm.",
        "no_maximum": "e to the power of 1,000 is infinite: subtract the largest logit of each row first.",
        "log_of_zero": "p is rounded to 0 here, and log 0 is infinite: make log p of the shifted logits, without p.",
        "in_place": "the logits belong to the caller and have changed: an operation such as -= writes into them.",
    },
)  # fmt: skip


class Box:
    """A box of the flow graph: a value and the gradient that has come back to it so far."""

    def __init__(self, value: Tensor, gradient: Tensor):
        self.value, self.gradient = value, gradient

    def __repr__(self) -> str:
        return f"box of {'×'.join(map(str, self.value.shape))}"


def boxes(count: int, inputs_: int, outputs: int, before: float) -> Any:
    """Three boxes that may hold gradients of other parents already, and what comes back from above."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        shapes = {"x": (count, inputs_), "weight": (outputs, inputs_), "bias": (outputs,)}
        made: Inputs = {
            name: Box(torch.randn(shape, generator=g), before * torch.randn(shape, generator=g))
            for name, shape in shapes.items()
        }
        return made | {"above": torch.randn(count, outputs, generator=g)}

    return inputs


BPROP = (
    ("call", "x", "weight", "bias"), ("method", "fprop"), ("method", "receive", "above"), ("method", "bprop"),
    ("input", "x", "gradient"), ("input", "weight", "gradient"), ("input", "bias", "gradient"), ("field", "gradient"),
)  # fmt: skip
LINEAR = Exercise(
    "Linear", "01", points=3, minutes=12, difficulty=2,
    cases=(
        Case("the only parent", boxes(4, 3, 2, 0.0), BPROP),
        Case("one of several parents", boxes(5, 2, 3, 1.0), BPROP, seed=1),
        Case("one example", boxes(1, 4, 2, 1.0), BPROP, seed=2, public=False),
    ),
    hints={
        "overwrites": "other boxes may have put a gradient there already: add yours to it.",
        "bias_not_summed": "one bias serves all examples: its gradient is the sum over the batch.",
        "bias_averaged": "the bias adds to every example: its gradient is the sum of theirs, not the mean.",
        "mean_over_batch": "sum over the batch; the mean is the loss's business, and is in the gradient already.",
        "only_x": "weight and bias are inputs of this box as well.",
        "wrong_weight_gradient": "the weight's gradient pairs what came back with what went in: the value of x.",
        "gradient_of_value": "what is handed on is made of self.gradient, not of self.value.",
    },
)  # fmt: skip


def state(momentum: float, rate: float, fresh: bool) -> Any:
    """Weights, velocity and gradient of one parameter."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        weights, velocity, gradient = (torch.randn(3, 2, generator=g) for _ in range(3))
        velocity = torch.zeros(3, 2) if fresh else velocity
        return {"weights": weights, "velocity": velocity, "gradient": gradient, "rate": rate, "momentum": momentum}

    return inputs


STEP = (("call", "weights", "velocity", "gradient", "rate", "momentum"), ("part", 0), ("part", 1),
        ("unchanged", "weights"), ("unchanged", "velocity"))  # fmt: skip
MOMENTUM = Exercise(
    "sgd_momentum_step", "01", points=2, minutes=8, difficulty=1,
    cases=(
        Case("on the way", state(0.9, 0.1, fresh=False), STEP),
        Case("the first step", state(0.9, 0.5, fresh=True), STEP, seed=1),
        Case("no momentum", state(0.0, 0.1, fresh=False), STEP, seed=2, public=False),
    ),
    hints={
        "averaged": "momentum here is a sum of gradients, not an average: no factor (1 − β).",
        "nesterov": "the step goes along the new velocity, without looking ahead.",
        "rate_in_velocity": "the velocity is made of gradients alone; the rate comes in when the weights move.",
        "old_velocity": "first the velocity is brought up to date, then the weights move along it.",
        "uphill": "against the gradient, not along it.",
        "in_place": "return new tensors: the given ones belong to the caller.",
        "swapped": "the new weights come first, the new velocity second.",
        "velocity_downhill": "this velocity runs downhill, with the rate inside; in the formulas it sums gradients.",
    },
)  # fmt: skip


class Valley:
    """f(w) = Σ (exp(a w) − 1) with the rates a, and a gradient in which some coordinates are off by a factor."""

    def __init__(self, rates: Tensor, factors: Tensor):
        self.rates, self.factors = rates, factors

    def __call__(self, w: Tensor) -> float:
        return float((self.rates * w).expm1().sum())  # exact where the rates are tiny

    def gradient(self, w: Tensor) -> Tensor:
        """Its gradient, times the factors."""
        return self.factors * self.rates * (self.rates * w).exp()

    def __repr__(self) -> str:
        return "f"


class Claimed:
    """The gradient that somebody claims."""

    def __init__(self, of: Valley):
        self.of = of

    def __call__(self, w: Tensor) -> Tensor:
        return self.of.gradient(w)

    def __repr__(self) -> str:
        return "gradient"


def valley(size: int, wrong: dict[int, float], scale: float = 1.0) -> Any:
    """A function, a gradient that is wrong in places, and where to look. scale: of the rates."""

    def inputs(seed: int) -> Inputs:
        g = _random(seed)
        factors = torch.ones(size, dtype=torch.float64)
        for place, factor in wrong.items():
            factors[place] = factor
        f = Valley(scale * (1 + 2 * torch.rand(size, generator=g, dtype=torch.float64)), factors)
        w = torch.randn(size, generator=g, dtype=torch.float64) / max(1.0, scale)
        return {"f": f, "gradient": Claimed(f), "w": w}

    return inputs


COMPARE = (("call", "f", "gradient", "w"), ("unchanged", "w"))
CHECK = Exercise(
    "gradient_check", "01", points=3, minutes=12, difficulty=2,
    cases=(
        Case("one of five is 10 % off", valley(5, {3: 1.1}), COMPARE, tolerance=0.01),
        Case("two are off", valley(6, {2: 0.5, 4: 1.2}), COMPARE, tolerance=0.01, seed=1),
        Case("0.01 % off", valley(4, {1: 1.0001}), COMPARE, tolerance=0.02, seed=2),
        Case("downhill, one is 30 % off", valley(5, {2: 1.3}, -1.0), COMPARE, tolerance=0.01, seed=4,
             hint="all gradients are negative here; the formula compares by their sizes."),
        Case("nearly flat", valley(4, {1: 3.0}, 1e-9), COMPARE, tolerance=0.01, seed=5,
             hint="all gradients are below 1e-8 here, so the denominator is 1e-8."),
        Case("all right, strongly bent", valley(3, {}, 1e4), COMPARE, tolerance=0.01, seed=6,
             hint="the gradient is right here; what is left is the error of the difference, by which ε can be told."),
        Case("the wrong sign", valley(3, {0: -1.0}), COMPARE, tolerance=0.01, seed=3, public=False),
    ),
    hints={
        "one_sided": "f(w + ε) − f(w) is off by a term in ε: use f(w + ε) − f(w − ε), divided by 2ε.",
        "large_step": "with a step that large the curve is no straight line: take 1e-5.",
        "mean_for_max": "one wrong coordinate among many must show: the largest error, not the mean.",
        "absolute": "divide by the larger of the two sizes: an error of 0.1 is much for 0.2 and little for 1,000.",
        "first_only": "every coordinate is checked in its turn.",
        "changes_w": "w has to be as it was: move a copy.",
        "sum_below": "the denominator is the larger of the two sizes, not their sum.",
        "no_sizes": "a gradient may be negative: the denominator is made of absolute values.",
        "no_floor": "both gradients are next to nothing here: the denominator has a floor of 1e-8.",
        "step_too_large": "this result shows the ε that was taken: it is larger than 1e-5.",
        "step_too_small": "this result shows the ε that was taken: it is smaller than 1e-5.",
    },
)  # fmt: skip


LOSSES = {
    "learns": (2.3, 1.1, 0.5), "stays": (2.3, 2.3, 2.3), "rises and falls": (2.3, 2.9, 0.5), "rises": (2.3, 2.0, 2.4),
    "nan": (2.3, 9.0, math.nan), "nan inside": (2.3, math.nan, 0.4), "inf": (2.3, math.inf, 1.0),
}  # fmt: skip


class Training:
    """Stands for a training: it learns up to a rate, beyond it the losses go another way. `tries` counts the rates."""

    def __init__(self, learns: float, beyond: str):
        self.learns, self.beyond = learns, beyond
        self.rates: set[float] = set()

    def __call__(self, rate: float) -> list[float]:
        self.rates.add(float(rate))
        return list(LOSSES["learns" if rate <= self.learns else self.beyond])

    @property
    def tries(self) -> int:
        """How many rates it was called with."""
        return len(self.rates)

    def __repr__(self) -> str:
        return "train"


def search(learns: float, beyond: str, start: float = 1.0) -> Any:
    """A training, and the rate to begin with."""
    return lambda seed: {"train": Training(learns, beyond), "start": start}


FIND = (("call", "train", "start"),)
GIVE_UP = (("raises", "ValueError", "train", "start"), ("input", "train", "tries"))
RATE = Exercise(
    "largest_stable_learning_rate", "01", points=2, minutes=8, difficulty=2,
    cases=(
        Case("0.3 is stable", search(0.3, "rises"), FIND),
        Case("not a number", search(0.07, "nan"), FIND, seed=1),
        Case("infinite on the way", search(0.2, "inf", 0.8), FIND, seed=2),
        Case("the first will do", search(2.0, "rises"), FIND, seed=3),
        Case("a loss that stays", search(0.3, "stays"), FIND),
        Case("a loss that rises and falls", search(0.3, "rises and falls"), FIND),
        Case("never", search(0.0, "nan"), GIVE_UP,
             hint="start and 30 halvings of it are tried, then it gives up, with ValueError."),
        Case("only the last", search(2.0**-30, "rises"), FIND,
             hint="the rate after the 30th halving is stable here: it is judged like the others."),
        Case("not a number inside", search(0.1, "nan inside", 3.0), FIND, public=False),
    ),
    hints={
        "grows": "start large and halve; this one starts small and grows.",
        "once_more": "this is half of the rate that is asked for: the first one that is stable.",
        "only_infinite": "a run whose loss ends above its start has not learnt either.",
        "only_last": "a loss that was infinite on the way has diverged, whatever came after.",
        "tenths": "halve: steps of ten are too coarse.",
        "endless": "some trainings never work: give up after 30 halvings, with ValueError.",
        "equal_refused": "a last loss that equals the first is not above it: this rate is stable.",
        "rise_refused": "a finite loss may rise on the way: only the last is compared with the first.",
        "one_too_few": "start itself is tried before the first halving: one more rate is due before it gives up.",
        "one_too_many": "start itself is the first of the rates: after the 30th halving there is one try, not two.",
    },
)  # fmt: skip


def errors(*values: float, patience: int = 2) -> Any:
    """Validation errors by epoch, and the patience."""
    return lambda seed: {"errors": list(values), "patience": patience}


STOP = (("call", "errors", "patience"),)
EMPTY = "an empty list has no best epoch: refuse it with ValueError before anything is read from it."
EARLY = Exercise(
    "early_stop", "01", points=2, minutes=10, difficulty=2,
    cases=(
        Case("falls, then rises", errors(0.5, 0.3, 0.2, 0.25, 0.3, 0.35), STOP),
        Case("a second valley too late", errors(0.5, 0.3, 0.4, 0.45, 0.1, 0.2), STOP, seed=1),
        Case("a second valley in time", errors(0.5, 0.3, 0.4, 0.2, 0.3, 0.4, 0.1), STOP, seed=2),
        Case("a tie", errors(0.4, 0.3, 0.3, 0.35, 0.36, 0.2), STOP, seed=3),
        Case("never rises", errors(0.4, 0.3, 0.2, patience=3), STOP, seed=4),
        Case("falls again, not below the best", errors(0.5, 0.1, 0.4, 0.3, 0.2, 0.25, 0.15), STOP, seed=5),
        Case("no errors", errors(), (("raises", "ValueError", "errors", "patience"),), hint=EMPTY),
        Case("patience 1", errors(0.3, 0.4, 0.1, patience=1), STOP, public=False),
    ),
    hints={
        "ties_move_on": "only a *lower* error is an improvement; a tie keeps the earlier epoch.",
        "first_rise": "with patience it does not stop at the first rise.",
        "chooses_the_last": "chosen is the epoch with the lowest error so far, not the one where it stopped.",
        "sees_the_future": "when training stops, later errors are never measured.",
        "one_late": "count the epochs since the best one: at `patience` it stops.",
        "counts_rises": "patience counts epochs since the best, whether the error rises in each of them or not.",
        "waits_anew": "an error below the one before is no improvement while it stays above the best.",
        "best_is_lower": "the best epoch has the lowest error so far; to be lower than the one before is not enough.",
        "empty_accepted": EMPTY,
        "swapped": "the best epoch comes first, the one at which it stopped second.",
    },
)  # fmt: skip

EXERCISES = (NEURON, SOFTMAX, LINEAR, CHECK, MOMENTUM, RATE, EARLY)
