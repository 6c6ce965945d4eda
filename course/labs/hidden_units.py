"""The hidden units lab: which unit answers to which picture, while a network learns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import torch
from torch import Tensor, nn

from course import data, wording
from course.labs import trained
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.recipes import Recipe
from course.training import evaluate, train
from course.views import Frame, Map

UNITS, PICTURES = 40, 100
ORDER = "unit, by the class that it answers to most"
VARIES = 1e-6  # standard deviation over the pictures
ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class HiddenUnitsLab(InstantLab):
    """Units by pictures, both ordered by class: a good picture is sparse, a bad one has stripes."""

    name, title = "hidden units", "Hidden units lab"
    about = f"one hidden layer of {UNITS} units, {PICTURES} digits ordered by class, 10 epochs"
    controls = Controls((
        Options("activation", "Activation", tuple(ACTIVATIONS), "relu", ("ReLU", "sigmoid", "tanh")),
        Number("scale", "Initial weights, times He's", 0.05, 20, 1.0, log=True),
        Number("offset", "Added to every input", 0, 5, 0.0),
        Number("learning_rate", "Learning rate", 0.001, 2, 0.05, log=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = ({}, {"activation": "sigmoid"}, {"activation": "sigmoid", "scale": 8.0, "offset": 2.0})

    def compute(self, settings: Settings) -> Iterator[Frame]:
        digits = data.load("digits", device="cpu")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings["seed"])
            first, last = nn.Linear(64, UNITS), nn.Linear(UNITS, 10)
            nn.init.normal_(first.weight, 0, settings["scale"] * (2 / 64) ** 0.5)
            nn.init.zeros_(first.bias)
        activation = ACTIVATIONS[settings["activation"]]()
        network = nn.Sequential(nn.Flatten(), Shift(settings["offset"]), first, activation, last)
        classes, order = digits.train.y[:PICTURES].sort(stable=True)
        pictures = digits.train.x[:PICTURES][order], classes
        yield _shown(network, pictures, settings, trained.when(0), evaluate(network, digits.test)[1])
        recipe = Recipe(epochs=10, learning_rate=settings["learning_rate"], seed=settings["seed"])
        steps = len(digits.train) // recipe.batch_size
        with closing(train(network, digits, recipe)) as records:
            for record in records:
                when = f"Training diverged at step {record.step}" if record.diverged else trained.when(record.epoch)
                if record.diverged or (record.split == "train" and record.step % steps == 0):
                    yield _shown(network, pictures, settings, when, evaluate(network, digits.test)[1])


class Shift(nn.Module):
    """x + offset: inputs that are not centred."""

    def __init__(self, offset: float):
        super().__init__()
        self.offset = offset

    def forward(self, x: Tensor) -> Tensor:
        """(N, n) to (N, n)."""
        return x + self.offset


def _shown(
    network: nn.Sequential, pictures: tuple[Tensor, Tensor], settings: Settings, when: str, accuracy: float
) -> Frame:
    images, classes = pictures
    with torch.no_grad():
        hidden = network[:4](images).T  # (units, pictures)
    hidden = hidden[_by_preference(hidden, classes)]
    name = settings["activation"]
    low, high = {"relu": (0.0, 4.0), "sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}[name]
    edges = (0.5, PICTURES + 0.5), (0.5, UNITS + 0.5)
    ends = torch.bincount(classes).cumsum(0).tolist()
    ticks = [((start + end + 1) / 2, str(digit)) for digit, (start, end) in enumerate(pairwise([0, *ends]))]
    varying = hidden[hidden.std(1) > VARIES]
    picture = Map("Activation of each unit for each picture", "class of the picture", ORDER, hidden.numpy(), low, high,
                  *edges, diverging=name == "tanh", open=True, ticks=ticks, rules=[end + 0.5 for end in ends[:-1]],
                  marked=tuple(range(len(varying), UNITS)))  # fmt: skip
    correlation = torch.corrcoef(varying) if len(varying) > 1 else torch.zeros(1, 1)
    off = correlation.clone().fill_diagonal_(0).abs().sum() / max(1, len(varying) * (len(varying) - 1))
    among = Map("Correlation of units that vary", "unit", "unit, in the same order", correlation.numpy(), -1, 1,
                (0.5, len(correlation) + 0.5), (0.5, len(correlation) + 0.5), diverging=True, square=True)  # fmt: skip
    words = (
        f"{when}: test accuracy {wording.percent(accuracy)}. {_state(hidden, name)} "
        f"{_constant(UNITS - len(varying))} Mean size of the correlation of two units: {off:.2f}."
    )
    return Frame((picture, among), words)


def _by_preference(hidden: Tensor, classes: Tensor) -> Tensor:
    """Places of the units, (units,): by the class whose pictures raise them most above their mean, those that never
    change last.
    """
    means = torch.stack([hidden[:, classes == digit].mean(1) for digit in classes.unique()], dim=1)
    preferred = (means - hidden.mean(1, keepdim=True)).argmax(1)
    preferred[hidden.std(1) <= VARIES] = means.shape[1]
    return preferred.argsort(stable=True)


def _constant(count: int) -> str:
    """How many units never change, and which: they stand last."""
    which = f"{UNITS - count + 1} to {UNITS}" if count > 1 else f"{UNITS}"
    return f"{count} of {UNITS} units never change{'s' * (count == 1)}{f': {which} ◂' * bool(count)}."


def _state(hidden: Tensor, name: str) -> str:
    if name == "relu":
        return f"{wording.percent((hidden == 0).float().mean().item(), 0)} of the activations are exactly zero."
    low = -1.0 if name == "tanh" else 0.0
    flat = ((hidden - low < 0.05) | (1 - hidden < 0.05)).float().mean()
    return f"{wording.percent(flat.item(), 0)} of the activations are saturated."
