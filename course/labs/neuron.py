"""The neuron lab and the capacity lab: what one neuron computes, and what a hidden layer of them can tell apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import wording
from course.labs.controls import Choice, Number
from course.labs.instant import InstantLab, Settings
from course.recipes import Recipe
from course.training import SGD
from course.views import Frame, Line, Lines, Map

GRID, REACH = 61, 3.0
RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, 4.0)}
FUNCTIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
NEURON = (
    Choice("activation", "Activation", tuple(FUNCTIONS), "sigmoid", ("sigmoid", "tanh", "ReLU")),
    Number("w1", "Weight w₁", -5, 5, 2.0),
    Number("w2", "Weight w₂", -5, 5, 1.0),
    Number("b", "Bias b", -5, 5, 0.0),
)
SETS = ("xor", "circles", "moons", "stripes")
CAPACITY = (
    Choice("points", "Points", SETS, "xor", ("XOR", "circles", "moons", "stripes")),
    Number("units", "Hidden units (0: none)", 0, 64, 2, whole=True),
    Choice("activation", "Activation", tuple(FUNCTIONS), "tanh", ("sigmoid", "tanh", "ReLU"), small=True),
    Number("learning_rate", "Learning rate", 0.001, 3, 0.3, log=True, small=True),
    Number("steps", "Steps", 50, 3000, 600, whole=True, small=True),
    Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
)


def NeuronLab() -> InstantLab:  # noqa: N802  (a reader sees a lab, as with DepthLab)
    """One neuron over the plane: the direction of its ridge, its steepness, its place."""
    return InstantLab("neuron", NEURON, _neuron, title="Neuron lab", about="g(w₁ x₁ + w₂ x₂ + b) over the plane")


def CapacityLab() -> InstantLab:  # noqa: N802  (a reader sees a lab, as with DepthLab)
    """A small network learns to tell two kinds of points apart: its boundary, and its loss, while it trains."""
    about = "200 points, one hidden layer, gradient descent with momentum on all points at once"
    return InstantLab("capacity", CAPACITY, _capacity, title="Capacity lab", about=about)


def _plane() -> Tensor:
    """The grid as points, (GRID * GRID, 2), the lowest row first."""
    axis = torch.linspace(-REACH, REACH, GRID)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def _neuron(settings: Settings) -> Frame:
    name, w, b = settings["activation"], torch.tensor([settings["w1"], settings["w2"]]), settings["b"]
    low, high = RANGES[name]
    values = FUNCTIONS[name](_plane() @ w + b).reshape(GRID, GRID)
    edges = (-REACH, REACH)
    surface = Map("Output of the neuron", "x₁", "x₂", values.numpy(), low, high, edges, edges, diverging=name == "tanh")
    along = torch.linspace(-REACH, REACH, 121)
    size = float(w.norm())
    line = Line(name, along.tolist(), FUNCTIONS[name](size * along + b).tolist(), "plain")
    cut = Lines(
        "Output along the direction of w", "signed distance from the origin", (line,), low=low, high=high, x=edges
    )
    angle = math.degrees(math.atan2(float(w[1]), float(w[0]))) if size else 0.0
    where = f"on a straight line at distance {abs(b) / size:.2f} from the origin" if size else "nowhere, for w is zero"
    turned = f"{angle:.0f}".replace("-", "−")
    words = (
        f"w points in the direction {turned}° and has length {size:.2f}: the larger, the steeper. The pre-activation "
        f"is zero {where}."
    )
    return Frame((surface, cut), words)


@cache
def two_kinds(name: str, count: int = 200, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Points of the plane (count, 2) and their class, 0 or 1."""
    g = torch.Generator().manual_seed(seed)
    y = torch.arange(count) % 2
    noise = torch.randn(count, 2, generator=g)
    if name == "xor":
        corner = torch.stack([1 - 2 * (torch.arange(count) // 2 % 2), torch.zeros(count)], dim=1)
        corner[:, 1] = corner[:, 0] * (1 - 2 * y)
        return 1.5 * corner + 0.4 * noise, y
    turn = 2 * math.pi * torch.rand(count, generator=g)
    if name == "circles":
        radius = 0.6 + 1.5 * y
        return torch.stack([radius * turn.cos(), radius * turn.sin()], dim=1) + 0.2 * noise, y
    if name == "moons":
        half = turn / 2
        x = torch.stack([half.cos() * 1.5 + 1.5 * y - 0.75, (half.sin() * 1.5 - 0.5) * (1 - 2 * y)], dim=1)
        return x + 0.15 * noise, y
    x = 2.5 * (2 * torch.rand(count, 2, generator=g) - 1)
    return x, (torch.floor(x[:, 0] + 0.3 * x[:, 1]) % 2).long()


def _capacity(settings: Settings) -> Iterator[Frame]:
    x, y = two_kinds(settings["points"])
    units = settings["units"]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings["seed"])
        hidden = [nn.Linear(2, units), _Activation(settings["activation"])] if units else []
        network = nn.Sequential(*hidden, nn.Linear(units or 2, 2))
    sgd, losses, plane = SGD(network, Recipe()), [], _plane()
    for step in range(settings["steps"] + 1):
        loss = F.cross_entropy(network(x), y)
        losses.append(loss.item())
        if step % 20 == 0 or step == settings["steps"]:
            yield _boundary(network, plane, x, y, losses, settings)
        network.zero_grad()
        loss.backward()
        sgd.step(settings["learning_rate"])


class _Activation(nn.Module):
    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def forward(self, x: Tensor) -> Tensor:
        return FUNCTIONS[self.name](x)


def _boundary(
    network: nn.Module, plane: Tensor, x: Tensor, y: Tensor, losses: list[float], settings: Settings
) -> Frame:
    with torch.no_grad():
        share = network(plane).softmax(1)[:, 1].reshape(GRID, GRID) - 0.5
        wrong = (network(x).argmax(1) != y).float().mean().item()
    points = [(float(a), float(b), int(c)) for (a, b), c in zip(x, y, strict=True)]
    edges = (-REACH, REACH)
    surface = Map("Probability of ● minus one half", "x₁", "x₂", share.numpy(), -0.5, 0.5, edges, edges, True, points)
    line = Line("loss", range(len(losses)), losses, "plain")
    curve = Lines("Loss, nats, log scale", "step", (line,), log=True, low=0.001, high=10, x=(0, settings["steps"]),
                  references={"guessing: ln 2": math.log(2)})  # fmt: skip
    words = (
        f"Step {len(losses) - 1}: {settings['units']} hidden units, loss {wording.number(losses[-1])}, "
        f"{wording.percent(wrong)} of the points on the wrong side."
    )
    return Frame((surface, curve), words)
