"""The exercises of chapter 1, neurons and SGD."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Given, Inputs, Seen
from course.exercises.inputs import seeded, these
from course.exercises.operations import keeping, parts, raised, refused
from course.exercises.timeout import TimeUp


@seeded
def points(g: Generator, count: int, inputs: int, activation: str, scale: float = 1.0) -> Inputs:
    """Inputs, weights, bias and the activation's name."""
    x, w = scale * torch.randn(count, inputs, generator=g), torch.randn(inputs, generator=g)
    return {"x": x, "w": w, "b": 0.7, "activation": activation}


UNKNOWN = "an activation that you do not know is refused with ValueError."
NEURON = Exercise(
    "neuron", "01", points=1, minutes=6, difficulty=1,
    cases=(
        Case("sigmoid", points(4, 3, "sigmoid"), keeping("x", "w")),
        Case("tanh", points(5, 2, "tanh"), seed=1),
        Case("ReLU", points(6, 2, "relu"), seed=2),
        *(Case(f"{name}, large pre-activations", points(6, 3, name, 1000.0), seed=5) for name in ("sigmoid", "tanh")),
        Case("a batch of one", points(1, 3, "tanh"), seed=6),
        Case("an unknown name", points(3, 2, "step"), refused, seed=3, hint=UNKNOWN,
             on=(LookupError, UnboundLocalError)),
        Case("one component", points(3, 1, "tanh"), seed=4),
        *(Case(f"5 components, {name}", points(4, 5, name), public=False) for name in ("relu", "sigmoid", "tanh")),
    ),
)  # fmt: skip


@seeded
def scores(g: Generator, count: int, classes: int, scale: float) -> Inputs:
    """Logits and labels."""
    logits = scale * torch.randn(count, classes, generator=g)
    return {"logits": logits, "labels": torch.randint(0, classes, (count,), generator=g)}


def loss_and_gradient(answer: Answer, given: Given) -> Seen:
    """A pair, and the logits afterwards."""
    loss, gradient = parts(answer(given.logits, given.labels), 2)
    yield "the first value returned, the loss, is", loss
    yield "the second value returned, the gradient, is", gradient
    yield given.unchanged("logits")


SOFTMAX = Exercise(
    "softmax_cross_entropy", "01", points=3, minutes=12, difficulty=2,
    cases=(
        Case("4 examples, 3 classes", scores(4, 3, 1.0), loss_and_gradient,
             hint="a pair is returned: the loss, one number, then its gradient, of the shape of the logits."),
        Case("one example", scores(1, 5, 1.0), loss_and_gradient, seed=3),
        Case("5 examples, 10 classes", scores(5, 10, 2.0), loss_and_gradient, seed=1),
        Case("logits of 1,000", scores(3, 4, 1000.0), loss_and_gradient, seed=2),
        Case("two classes", scores(6, 2, 3.0), loss_and_gradient, public=False),
    ),
)  # fmt: skip


class Box:
    """A box of the flow graph: a value and the gradient that has come back to it so far."""

    def __init__(self, value: Tensor, gradient: Tensor):
        self.value, self.gradient = value, gradient

    def __repr__(self) -> str:
        return f"box of {'×'.join(map(str, self.value.shape))}"


@seeded
def boxes(g: Generator, count: int, inputs: int, outputs: int, before: float) -> Inputs:
    """Three boxes that may hold gradients from other boxes already, and what comes back from above."""
    shapes = {"x": (count, inputs), "weight": (outputs, inputs), "bias": (outputs,)}
    made: Inputs = {
        name: Box(torch.randn(shape, generator=g), before * torch.randn(shape, generator=g))
        for name, shape in shapes.items()
    }
    return made | {"above": torch.randn(count, outputs, generator=g)}


def back(answer: Answer, given: Given) -> Seen:
    """What a box hands to the boxes below it once a gradient has come from above."""
    box = answer(given.x, given.weight, given.bias)
    box.fprop()
    box.receive(given.above)
    box.bprop()
    yield "x.gradient is", given.x.gradient
    yield "weight.gradient is", given.weight.gradient
    yield "bias.gradient is", given.bias.gradient
    yield "its own gradient is", box.gradient


TRANSPOSED = "look at the shapes: what came back is (N, m), W is (m, n), and the gradient of x has to be (N, n)."
RECEIVES = "the inputs may be data or parameters, which cannot receive: add to their gradient."
LINEAR = Exercise(
    "Linear", "01", points=3, minutes=12, difficulty=2,
    cases=(
        Case("nothing else uses its inputs", boxes(4, 3, 2, 0.0), back, hint=TRANSPOSED, on=(RuntimeError,)),
        Case("other boxes use its inputs, too", boxes(5, 2, 3, 1.0), back, seed=1, hint=TRANSPOSED, on=(RuntimeError,)),
        Case("3 examples, 3 inputs, 3 outputs", boxes(3, 3, 3, 1.0), back, seed=3, hint=RECEIVES, on=(AttributeError,)),
        Case("one example", boxes(1, 4, 2, 1.0), back, seed=2),
        Case("6 examples, 2 inputs, 5 outputs", boxes(6, 2, 5, 1.0), back, public=False),
    ),
)  # fmt: skip


@seeded
def state(g: Generator, momentum: float, rate: float, fresh: bool) -> Inputs:
    """Weights, velocity and gradient of one parameter."""
    weights, velocity, gradient = (torch.randn(3, 2, generator=g) for _ in range(3))
    velocity = torch.zeros(3, 2) if fresh else velocity
    return {"weights": weights, "velocity": velocity, "gradient": gradient, "rate": rate, "momentum": momentum}


def step(answer: Answer, given: Given) -> Seen:
    """New weights and velocity; the given ones stay as they were."""
    weights, velocity = parts(answer(*given), 2)
    yield "the first value returned, the weights, is", weights
    yield "the second value returned, the velocity, is", velocity
    yield given.unchanged("weights")
    yield given.unchanged("velocity")
    yield given.unchanged("gradient")


MOMENTUM = Exercise(
    "sgd_momentum_step", "01", points=2, minutes=8, difficulty=1,
    cases=(
        Case("on the way", state(0.9, 0.1, fresh=False), step),
        Case("the first step", state(0.9, 0.5, fresh=True), step, seed=1),
        Case("no momentum", state(0.0, 0.1, fresh=False), step, seed=2),
        Case("momentum 0.5", state(0.5, 0.2, fresh=False), step, public=False),
    ),
)  # fmt: skip


class Valley:
    """f(w) = Σ (exp(R w) − 1) with a matrix R of rates, and a gradient in which some coordinates are off by a factor.
    What a coordinate does depends on where the others are.
    """

    def __init__(self, rates: Tensor, factors: Tensor):
        self.rates, self.factors = rates, factors

    def __call__(self, w: Tensor) -> float:
        return float((self.rates @ w).expm1().sum())  # exact where the rates are tiny

    def gradient(self, w: Tensor) -> Tensor:
        """Its gradient, times the factors."""
        return self.factors * ((self.rates @ w).exp() @ self.rates)

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


@seeded
def valley(g: Generator, size: int, wrong: dict[int, float], scale: float = 1.0) -> Inputs:
    """A function, a gradient that is wrong in places, and where to look. scale: of the rates."""
    factors = torch.ones(size, dtype=torch.float64)
    for place, factor in wrong.items():
        factors[place] = factor
    own, others = (torch.rand(shape, generator=g, dtype=torch.float64) for shape in ((size,), (size, size)))
    f = Valley(scale * (torch.diag(1 + own) + 0.5 * others), factors)
    w = torch.randn(size, generator=g, dtype=torch.float64) / max(1.0, scale)
    return {"f": f, "gradient": Claimed(f), "w": w}


@seeded
def one_off(g: Generator, size: int) -> Inputs:
    """A gradient of which some component is too large, by up to one half."""
    place, factor = int(torch.randint(size, (), generator=g)), 1.1 + 0.4 * float(torch.rand((), generator=g))
    return valley(size, {place: factor})(g.initial_seed())


CHECK = Exercise(
    "gradient_check", "01", points=3, minutes=12, difficulty=2,
    cases=(
        Case("one of five is 10 % off", valley(5, {3: 1.1}), keeping("w"), tolerance=0.01),
        Case("two are off", valley(6, {2: 0.5, 4: 1.2}), keeping("w"), tolerance=0.01, seed=1),
        Case("0.01 % off", valley(4, {3: 1.0001}), keeping("w"), tolerance=0.02, seed=2),
        Case("downhill, one is 30 % off", valley(5, {2: 1.3}, -1.0), keeping("w"), tolerance=0.01, seed=4),
        Case("downhill, one is 30 % too small", valley(5, {1: 0.7}, -1.0), keeping("w"), tolerance=0.01, seed=7),
        Case("nearly flat", valley(4, {1: 3.0}, 1e-9), keeping("w"), tolerance=0.01, seed=5),
        Case("all right, strongly bent", valley(3, {}, 1e4), keeping("w"), tolerance=0.01, seed=6),
        Case("the wrong sign", valley(3, {0: -1.0}), keeping("w"), tolerance=0.01, seed=3),
        Case("one of six is off", one_off(6), keeping("w"), tolerance=0.01, public=False),
    ),
)  # fmt: skip


LOSSES = {
    "learns": (2.3, 1.1, 0.5), "stays": (2.3, 2.3, 2.3), "rises and falls": (2.3, 290.0, 0.5), "rises": (2.3, 2.0, 2.4),
    "falls from above": (2.3, 3.0, 2.6),
    "nan": (2.3, 9.0, math.nan), "nan inside": (2.3, math.nan, 0.4), "inf": (2.3, math.inf, 1.0),
}  # fmt: skip


class Training:
    """Stands for a training: it learns up to a rate, beyond it the losses go another way. `tries` counts the calls."""

    def __init__(self, learns: float, beyond: str):
        self.learns, self.beyond = learns, beyond
        self.tries = 0

    def __call__(self, rate: float) -> list[float]:
        self.tries += 1
        return list(LOSSES["learns" if rate <= self.learns else self.beyond])

    def __repr__(self) -> str:
        return "train"


def search(learns: float, beyond: str, start: float = 1.0) -> Callable[[int], Inputs]:
    """A training, and the rate to begin with."""
    return these(train=Training(learns, beyond), start=start)


@seeded
def some_search(g: Generator, beyond: str) -> Inputs:
    """A start, and a training that some halvings of it, 2 to 9, make stable."""
    start, learns = (0.5 + torch.rand(2, generator=g)).tolist()
    halvings = int(torch.randint(2, 10, (), generator=g))
    return search(start / 2**halvings * (0.5 + learns), beyond, start)(0)


def tried(answer: Answer, given: Given) -> Seen:
    """The rate, and how many trainings it took to find it."""
    yield "returned", answer(*given)
    yield "train.tries is", given.train.tries


def gives_up(answer: Answer, given: Given) -> Seen:
    """It refuses, after so many tries."""
    yield raised(ValueError, lambda: answer(*given))
    yield "train.tries is", given.train.tries


GIVE_UP = "start and 30 halvings of it are tried, then it gives up, with ValueError."
LAST = "start itself is tried before the first halving: one more rate is due before it gives up."
RATE = Exercise(
    "largest_stable_learning_rate", "01", points=2, minutes=8, difficulty=2,
    cases=(
        Case("0.3 is stable", search(0.3, "rises"), tried),
        Case("not a number", search(0.07, "nan"), seed=1),
        Case("infinite on the way", search(0.2, "inf", 0.8), seed=2),
        Case("the first will do", search(2.0, "rises"), seed=3),
        Case("a loss that stays", search(0.3, "stays")),
        Case("a loss that rises and falls", search(0.3, "rises and falls")),
        Case("a loss that ends above its start", search(0.3, "falls from above")),
        Case("not a number inside", search(0.1, "nan inside", 3.0)),
        Case("only the last", search(2.0**-30, "rises"), hint=LAST, on=(ValueError,)),
        Case("never", search(0.0, "nan"), gives_up, hint=GIVE_UP, on=(TimeUp,)),
        Case("another start", some_search("rises"), tried, public=False),
        Case("not a number inside, another start", some_search("nan inside"), public=False),
        Case("a loss that ends above its start, another start", some_search("falls from above"), public=False),
    ),
)  # fmt: skip


def errors(*values: float, patience: int = 2) -> Callable[[int], Inputs]:
    """Validation errors by epoch, and the patience."""
    return these(errors=list(values), patience=patience)


@seeded
def some_errors(g: Generator, epochs: int, patience: int, noise: float = 0.3, digits: int = 3) -> Inputs:
    """Validation errors that fall and rise somewhere between. digits: few make ties."""
    low = 0.3 + 0.4 * torch.rand((), generator=g)
    curve = (torch.arange(epochs) / epochs - low).abs() + noise * torch.rand(epochs, generator=g)
    return {"errors": [round(error, digits) for error in curve.tolist()], "patience": patience}


EMPTY = "an empty list has no best epoch: refuse it with ValueError before anything is read from it."


def epochs(answer: Answer, given: Given) -> Seen:
    """Two epochs, and the errors afterwards."""
    best, stopped = parts(answer(*given), 2)
    yield "the first value returned, the best epoch, is", best
    yield "the second value returned, the epoch at which it stopped, is", stopped
    yield given.unchanged("errors")


EARLY = Exercise(
    "early_stop", "01", points=2, minutes=10, difficulty=2,
    cases=(
        Case("falls, then rises", errors(0.5, 0.3, 0.2, 0.25, 0.3, 0.35), epochs),
        Case("a second valley too late", errors(0.5, 0.3, 0.4, 0.45, 0.1, 0.2), epochs, seed=1),
        Case("a second valley in time", errors(0.5, 0.3, 0.4, 0.2, 0.3, 0.4, 0.1), epochs, seed=2),
        Case("a tie", errors(0.4, 0.3, 0.3, 0.35, 0.36, 0.2), epochs, seed=3),
        Case("never rises", errors(0.4, 0.3, 0.2, patience=3), epochs, seed=4),
        Case("falls again, not below the best", errors(0.5, 0.1, 0.4, 0.3, 0.2, 0.25, 0.15), epochs, seed=5),
        Case("one epoch alone", errors(0.3), epochs),
        Case("patience 1", errors(0.3, 0.4, 0.1, patience=1), epochs),
        Case("no errors", errors(), refused, hint=EMPTY, on=(LookupError, UnboundLocalError)),
        Case("falls, then rises, 12 epochs", some_errors(12, 2, noise=0.0), epochs, public=False),
        Case("15 epochs with noise", some_errors(15, 3), epochs, public=False),
        Case("15 epochs with ties", some_errors(15, 3, digits=1), epochs, public=False),
    ),
)  # fmt: skip

EXERCISES = (NEURON, SOFTMAX, LINEAR, CHECK, MOMENTUM, RATE, EARLY)
