"""The capacity lab: what a hidden layer of neurons can tell apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import wording
from course.labs import plane
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.recipes import Recipe
from course.training import SGD
from course.views import Frame, Line, Lines

FOLDS = "; lines: units' w·x + b = 0"
SETS = ("xor", "circles", "moons", "stripes")


class CapacityLab(InstantLab):
    """A small network learns to tell two kinds of points apart: its boundary, and its loss, while it trains."""

    name, title = "capacity", "Capacity lab"
    about = "200 points, one hidden layer, gradient descent with momentum on all points at once"
    controls = Controls((
        Options("points", "Points", SETS, "xor", ("XOR", "circles", "moons", "stripes")),
        Number("units", "Hidden units (0: none)", 0, 64, 2, whole=True),
        Options("activation", "Activation", tuple(plane.ACTIVATIONS), "tanh", plane.LABELS, small=True),
        Number("learning_rate", "Learning rate", 0.001, 3, 0.3, log=True, small=True),
        Number("steps", "Steps", 50, 3000, 600, whole=True, small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded, anew = ({},), "Train trains anew"

    def compute(self, settings: Settings) -> Iterator[Frame]:
        x, y = two_kinds(settings["points"])
        units = settings["units"]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings["seed"])
            hidden = [nn.Linear(2, units), plane.ACTIVATIONS[settings["activation"]]] if units else []
            network = nn.Sequential(*hidden, nn.Linear(units or 2, 2))
        sgd, losses = SGD(network, Recipe()), list[float]()
        for step in range(settings["steps"] + 1):
            loss = F.cross_entropy(network(x), y)
            losses.append(loss.item())
            if step % 20 == 0 or step == settings["steps"]:
                yield _boundary(network, x, y, losses, settings)
            network.zero_grad()
            loss.backward()
            sgd.step(settings["learning_rate"])


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


def _boundary(network: nn.Sequential, x: Tensor, y: Tensor, losses: list[float], settings: Settings) -> Frame:
    with torch.no_grad():
        share = network(plane.points()).softmax(1)[:, 1]
        wrong = (network(x).argmax(1) != y).float().mean().item()
    points = [(float(a), float(b), int(c)) for (a, b), c in zip(x, y, strict=True)]
    title = "Probability of ●" + FOLDS * bool(settings["units"])
    surface = plane.surface(title, share, 0, 1, diverging=True, points=points, folds=_folds(network))
    line = Line("loss", range(len(losses)), losses, "plain")
    curve = Lines("Loss, nats, log scale", "step", (line,), log=True, low=0.001, high=10, x=(0, settings["steps"]),
                  references={"guessing: ln 2": math.log(2)})  # fmt: skip
    units = wording.counted(settings["units"], "hidden unit")
    words = (
        f"Step {len(losses) - 1}: {units}, loss {wording.number(losses[-1])}, "
        f"{wording.percent(wrong)} of the points on the wrong side."
    )
    return Frame((surface, curve), words)


def _folds(network: nn.Sequential) -> list[tuple[float, float, float, float, float]]:
    """Where each hidden unit's activation begins, and how much it bends the output there, beside the one that bends it
    most.
    """
    if len(network) == 1:
        return []
    (w, b), (v, _) = network[0].parameters(), network[-1].parameters()
    bends = w.norm(dim=1) * (v[1] - v[0]).abs()
    each = zip(w.tolist(), b.tolist(), (bends / bends.max()).tolist(), strict=True)
    return [(*ends, bend) for (w1, w2), at, bend in each for *ends, _ in plane.zero_line(w1, w2, at)]
