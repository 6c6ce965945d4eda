"""The exercises of chapter 3, plain vs deep."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from course import networks
from course.exercises.exercise import Case, Exercise
from course.exercises.given import Answer, Conduct, Given, Inputs, Seen, tensors
from course.exercises.inputs import anew, drawn, seeded, these
from course.exercises.operations import count, keeping, parameters, parts, raised, twice


@seeded
def picture(
    g: Generator, channels: int, height: int, width: int, out: int, kernel: int, stride: int, padding: int
) -> Inputs:
    """Inputs for a convolution: x (C, H, W), weight (O, C, k, k), bias (O)."""
    x = torch.randn(channels, height, width, generator=g)
    weight = torch.randn(out, channels, kernel, kernel, generator=g)
    bias = torch.randn(out, generator=g)
    return {"x": x, "weight": weight, "bias": bias, "stride": stride, "padding": padding}


KERNEL = "the size of the window is that of the kernel: k = weight.shape[-1]."
FITS = "how many places fit? (n + 2p − k) / s is rounded down, and one is added."
CONV = Exercise(
    "conv2d_by_loops", "03", points=3, minutes=15, difficulty=2,
    cases=(
        Case("one channel", picture(1, 5, 5, 1, 3, 1, 0)),
        Case("stride 2", picture(1, 7, 7, 1, 3, 2, 0), seed=1),
        Case("padding 1, 3 to 2 channels", picture(3, 5, 6, 2, 3, 1, 1), keeping("x"), seed=2),
        Case("stride 2, 6 × 8 pixels", picture(1, 6, 8, 2, 3, 2, 0), seed=4, hint=FITS, on=(RuntimeError, IndexError)),
        Case("padding 2", picture(2, 5, 4, 3, 3, 1, 2), seed=5),
        Case("kernel 5", picture(2, 9, 6, 3, 5, 1, 1), seed=6, hint=KERNEL, on=(RuntimeError, IndexError)),
        Case("stride 2, padding 1", picture(2, 7, 8, 2, 3, 2, 1), seed=7, hint=FITS, on=(RuntimeError, IndexError)),
        Case("2 channels", picture(2, 6, 5, 3, 3, 1, 0), public=False),
        Case("stride 3", picture(1, 8, 10, 2, 3, 3, 0), public=False),
        Case("stride 2, padding 2, kernel 5", picture(2, 9, 6, 3, 5, 2, 2), public=False),
    ),
)  # fmt: skip


@seeded
def some_removed(g: Generator, count: int) -> Inputs:
    """So many layers to remove, in order."""
    places = torch.randperm(len(REMOVABLE), generator=g)[:count].sort().values
    return {"removed": [REMOVABLE[place] for place in places]}


REMOVABLE = ("conv2", "conv3", "conv4", "conv5", "fc6", "fc7")
COUNT = Exercise(
    "count_parameters", "03", points=2, minutes=12, difficulty=2,
    cases=(
        Case("all of AlexNet", these(removed=[]), tolerance=1e-9),
        Case("without fc7", these(removed=["fc7"]), keeping("removed"), tolerance=1e-9),
        Case("without four layers", these(removed=["conv3", "conv4", "fc6", "fc7"]), tolerance=1e-9),
        Case("without fc6 and fc7", these(removed=["fc6", "fc7"]), tolerance=1e-9),
        Case("without some two", some_removed(2), tolerance=1e-9, public=False),
        Case("without some three", some_removed(3), tolerance=1e-9, public=False),
    ),
)  # fmt: skip


@seeded
def curves(
    g: Generator, rates: int, epochs: int, rounds: list[tuple[int, int]], diverged: int = 0, turned: bool = False
) -> Inputs:
    """Losses of rates 1, 1/2 … after each epoch: some fall fast, others far. turned: the last epoch changes much."""
    losses = {}
    for k in range(rates):
        low, speed = torch.rand(2, generator=g).tolist()
        losses[2.0**-k] = [low + (2.3 - low) * math.exp(-speed * epoch) for epoch in range(1, epochs + 1)]
    for curve in losses.values() if turned else ():
        curve[-1] *= 0.5 + float(torch.rand((), generator=g))
    for k in range(diverged):
        losses[2.0**-k][k:] = [math.inf] * (epochs - k)
    return {"losses": losses, "rounds": rounds}


def rate_and_ratio(answer: Answer, given: Given) -> Seen:
    """Two numbers, and the losses afterwards."""
    rate, ratio = parts(answer(*given), 2)
    yield "the first value returned, the rate, is", rate
    yield "the second value returned, its loss over the best, is", ratio
    yield given.unchanged("losses")


PLAY = Exercise(
    "play_rule", "03", points=3, minutes=12, difficulty=2,
    cases=(
        Case("two rounds", curves(8, 12, [(2, 4), (5, 2)]), rate_and_ratio, seed=302),
        Case("some diverged", curves(9, 12, [(2, 5), (5, 2)], diverged=2), rate_and_ratio, seed=532),
        Case("one round", curves(8, 12, [(3, 4)]), rate_and_ratio, seed=4),
        Case("the last epoch changes much", curves(8, 9, [(3, 5)], turned=True), rate_and_ratio, seed=828),
        Case("no round: all rates to the end", curves(6, 10, []), rate_and_ratio, seed=3),
        Case("three rounds", curves(10, 15, [(1, 7), (3, 4), (8, 2)], diverged=1), rate_and_ratio, public=False),
        Case("three rounds, the last epoch changes much", curves(10, 9, [(2, 7), (3, 4), (5, 3)], turned=True),
             rate_and_ratio, public=False),
    ),
)  # fmt: skip


@seeded
def four_layers(g: Generator, gradients: bool = False) -> Inputs:
    """A 4-layer network with biases that are not zero, images and labels. gradients: whether it has some already."""
    network = networks.mlp("plain", 4, width=12, inputs=9, classes=3, seed=g.initial_seed())
    with torch.no_grad():
        for layer in network:
            if isinstance(layer, nn.Linear):
                layer.bias.normal_(0, 0.1, generator=g)
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter) if gradients else None
    x, y = torch.randn(16, 1, 3, 3, generator=g), torch.randint(0, 3, (16,), generator=g)
    return {"network": network, "x": x, "y": y}


@seeded
def narrowing(g: Generator, depth: int) -> Inputs:
    """A 3-layer network whose last hidden layer is narrower than its first, images, and the depth to reach."""
    layers = (nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 3))
    return {"network": drawn(nn.Sequential(nn.Flatten(), *layers), g), "depth": depth,
            "x": torch.randn(6, 1, 3, 3, generator=g)}  # fmt: skip


def deepening(depth: int) -> Callable[[int], Inputs]:
    """A 4-layer network with images and labels, and the depth to reach."""
    return lambda seed: four_layers()(seed) | {"depth": depth}


@seeded
def some_depth(g: Generator) -> Inputs:
    """A 4-layer network with images and labels, and a depth to reach, 10 to 20."""
    return deepening(int(torch.randint(10, 21, (), generator=g)))(g.initial_seed())


def sizes(answer: Answer, given: Given) -> Seen:
    """Layers and parameters."""
    deeper = answer(given.network, given.depth)
    yield "the number of linear layers is", count(deeper, nn.Linear)
    yield "the number of ReLUs is", count(deeper, nn.ReLU)
    yield "the number of parameters is", parameters(deeper)


def depth_and_outputs(answer: Answer, given: Given) -> Seen:
    """Both: a mere copy has the same outputs, too."""
    yield "the number of linear layers is", count(answer(given.network, given.depth), nn.Linear)
    yield from same_outputs(answer, given)


def same_outputs(answer: Answer, given: Given) -> Seen:
    """Outputs, and the network that was given."""
    yield "its output is", answer(given.network, given.depth)(given.x)
    yield given.unchanged("network")


def new_network(answer: Answer, given: Given) -> Seen:
    """One step of SGD on the result, to see whether it trains and whom it takes along."""
    before = copy.deepcopy(given.network)
    deeper = answer(given.network, given.depth)
    yield given.shared("network", deeper)
    _train_one_step(deeper, given.x, given.y)
    yield "a step of training moved the given network by", _farthest(given.network, before)
    yield "the number of linear layers is", count(deeper, nn.Linear)


def nothing_new(answer: Answer, given: Given) -> Seen:
    """Outputs, and what is shared."""
    deeper = answer(given.network, given.depth)
    yield "its output is", deeper(given.x)
    yield given.shared("network", deeper)


def too_shallow(answer: Answer, given: Given) -> Seen:
    """A depth below that of the network is refused."""
    yield raised(ValueError, lambda: answer(given.network, given.depth))


def _train_one_step(network: nn.Module, x: Tensor, y: Tensor, rate: float = 0.1) -> None:
    parameters = list(network.parameters())
    gradients = torch.autograd.grad(F.cross_entropy(network(x), y), parameters, allow_unused=True)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            if gradient is not None:
                parameter.sub_(rate * gradient)


def _farthest(network: nn.Module, before: nn.Module) -> float:
    pairs = zip(tensors(network), tensors(before), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


NARROW = "the new layers are as wide as what enters the last one: last.in_features."
EQUAL = "for the network's own depth there is nothing to add: return a copy."
DEEPEN = Exercise(
    "deepen_with_identity", "03", points=3, minutes=10, difficulty=2,
    cases=(
        Case("depth=9", deepening(9), sizes),
        Case("depth=6", deepening(6), sizes, seed=3),
        Case("same outputs", deepening(9), same_outputs, tolerance=1e-6, seed=1),
        Case("a new network", deepening(9), new_network, seed=2,
             hint="the result cannot be trained: leave requires_grad of its parameters as it is.", on=(RuntimeError,)),
        Case("nothing to add", deepening(4), nothing_new, hint=EQUAL, on=(ValueError,)),
        Case("a network that narrows", narrowing(5), same_outputs, tolerance=1e-6, seed=5, hint=NARROW,
             on=(RuntimeError,)),
        Case("too small a depth", deepening(3), too_shallow),
        Case("another depth", some_depth(), sizes, public=False),
        Case("another depth, same outputs", some_depth(), depth_and_outputs, tolerance=1e-6, public=False),
    ),
)  # fmt: skip


@seeded
def matrices(g: Generator, *shapes: tuple[int, int]) -> Inputs:
    """Random weight matrices of these shapes."""
    return {"weights": [torch.randn(shape, generator=g) for shape in shapes]}


BOUND = Exercise(
    "sigmoid_gradient_bound", "03", points=1, minutes=8, difficulty=1,
    cases=(
        Case("one layer", matrices((4, 4))),
        Case("three layers", matrices((6, 5), (6, 6), (3, 6)), keeping("weights"), seed=1),
        Case("fifty layers", matrices(*[(20, 20)] * 50), public=False),
    ),
)  # fmt: skip


def tensor(*shape: int) -> Callable[[int], Inputs]:
    """A weight of this shape, filled with ones."""
    return lambda seed: {"weight": torch.ones(shape)}


@seeded
def some_tensor(g: Generator) -> Inputs:
    """A weight, filled with ones, of 300 to 500 inputs and as many outputs."""
    return tensor(*torch.randint(300, 501, (2,), generator=g).tolist())(0)


def spread(answer: Answer, given: Given) -> Seen:
    """What the given weight is filled with. The mean size tells a normal distribution from others."""
    answer(given.weight)
    values = given.weight.detach().double()
    mean, deviation, size = float(values.mean()), float(values.std(correction=0)), float(values.abs().mean())
    yield "mean and standard deviation are", [mean, deviation]
    yield "the mean size, in standard deviations, is", size / max(deviation, 1e-30)


def parameter(*shape: int) -> Callable[[int], Inputs]:
    """A parameter of a network, filled with ones."""
    return lambda seed: {"weight": nn.Parameter(torch.ones(shape))}


def in_place(answer: Answer, given: Given) -> Seen:
    """What is returned is the weight itself, it goes on learning, and another call fills in other numbers."""
    yield given.returned("weight", answer(given.weight))
    yield Conduct(given.weight.requires_grad, "has switched off requires_grad", "has left requires_grad on")
    first = given.weight.detach().clone()
    answer(given.weight)
    again = bool((given.weight == first).all())
    yield Conduct(again, "fills in other numbers in a second call", "fills in the same numbers in a second call")


HE = Exercise(
    "he_normal_", "03", points=2, minutes=8, difficulty=1,
    cases=(
        Case("linear 100 to 400", tensor(400, 100), spread, tolerance=0.03),
        Case("conv 3×3, 32 to 64", tensor(64, 32, 3, 3), spread, tolerance=0.03, seed=1),
        Case("a parameter, in place", parameter(30, 20), in_place, seed=2),
        Case("a larger linear layer", some_tensor(), spread, tolerance=0.03, public=False),
    ),
)  # fmt: skip


@seeded
def layers(g: Generator, depth: int) -> Inputs:
    """A network of this depth, images and labels."""
    network = networks.mlp("plain", depth, width=6, inputs=4, classes=2, seed=g.initial_seed())
    x, y = torch.randn(8, 1, 2, 2, generator=g), torch.randint(0, 2, (8,), generator=g)
    return {"network": network, "x": x, "y": y}


def twice_and_kept(answer: Answer, given: Given) -> Seen:
    """Two calls, and the network afterwards."""
    yield from twice(answer, given)
    yield given.unchanged("network")


NORMS = Exercise(
    "gradient_norms", "03", points=2, minutes=10, difficulty=2,
    cases=(
        Case("4 layers", four_layers(), keeping("network"), tolerance=1e-4),
        Case("called twice", layers(6), twice_and_kept, tolerance=1e-4, seed=1),
        Case("with gradients of before", four_layers(gradients=True), keeping("network"), tolerance=1e-4, seed=3),
        Case("12 layers", layers(12), tolerance=1e-4, public=False),
    ),
)  # fmt: skip


@seeded
def some_cosine(g: Generator, layers: int) -> Inputs:
    """A cosine between -0.9 and 0.9."""
    return {"cosine": 1.8 * float(torch.rand((), generator=g)) - 0.9, "layers": layers}


COSINES = Exercise(
    "cosine_through_layers", "03", points=2, minutes=8, difficulty=1,
    cases=(
        Case("unrelated pictures, 5 layers", these(cosine=0.0, layers=5)),
        Case("one layer", these(cosine=-0.5, layers=1)),
        Case("50 layers", these(cosine=0.3, layers=50), tolerance=1e-6),
        Case("opposite pictures", these(cosine=-1.0, layers=20)),
        Case("the same picture", these(cosine=1.0, layers=3)),
        Case("other pictures, 2 layers", some_cosine(2), public=False),
        Case("other pictures, 30 layers", some_cosine(30), tolerance=1e-6, public=False),
    ),
)  # fmt: skip


class _Block(nn.Module):
    """Two linear layers with a ReLU between them, their input added or not."""

    def __init__(self, residual: bool, width: int):
        super().__init__()
        self.residual, self.first, self.second = residual, nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.second(torch.relu(self.first(x)))
        return x + y if self.residual else y


@seeded
def block(g: Generator, residual: bool, rate: float, gradients: bool = False) -> Inputs:
    """A block, inputs to pass on, the number of steps and the learning rate. gradients: whether it has some already."""
    x, block = torch.randn(32, 6, generator=g), drawn(_Block(residual, 6), anew(g), deviation=0.4)
    for parameter in block.parameters():
        parameter.grad = torch.ones_like(parameter) if gradients else None
    return {"block": block, "x": x, "steps": 12, "rate": rate}


def trained(answer: Answer, given: Given) -> Seen:
    """The errors, the one of the given block afterwards, and x."""
    yield "returned", answer(*given)
    with torch.no_grad():
        yield "afterwards the error of the block that was given is", F.mse_loss(given.block(given.x), given.x)
    yield given.unchanged("x")


FIT_IDENTITY = Exercise(
    "fit_identity", "03", points=3, minutes=12, difficulty=2,
    seconds=60.0,  # the first optimiser of a process loads PyTorch's compiler, which takes long on a busy machine
    cases=(
        Case("a plain block", block(False, 0.05), trained, tolerance=1e-3),
        Case("a residual block", block(True, 0.05), trained, tolerance=1e-3, seed=1),
        Case("with gradients of before", block(True, 0.05, gradients=True), trained, tolerance=1e-3, seed=3),
        Case("a larger rate", block(True, 0.2), trained, tolerance=1e-3, public=False),
    ),
)  # fmt: skip

EXERCISES = (CONV, COUNT, PLAY, DEEPEN, BOUND, HE, NORMS, COSINES, FIT_IDENTITY)
