"""The SGD lab: learning rate, batch size, momentum, weight decay, on one small network."""

from __future__ import annotations

from course import data, networks
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.lab import Built, Lab
from course.labs.panels import GRADIENTS, Panel
from course.recipes import Constant, Cosine, Recipe, Schedule, Steps

SCHEDULES: dict[str, Schedule] = {"constant": Constant(), "steps": Steps(), "cosine": Cosine()}
DEPTH = 4
SOURCE = """dataset = data.load("digits", device="cpu")
network = networks.mlp("plain", depth=4, seed={seed})"""


class SGDLab(Lab):
    """Stochastic gradient descent on a 4-layer network and the digits; a rate that is too large is shown as
    diverged.
    """

    name, title = "sgd", "SGD lab"
    about = "digits, 4 layers of 50"
    controls = Controls((
        Number("learning_rate", "Learning rate", 0.0001, 8, 0.05, log=True, short="rate", role="rate"),
        Number("batch_size", "Batch size", 1, 1437, 64, whole=True, log=True, short="batch"),
        Number("momentum", "Momentum", 0, 0.99, 0.9),
        Number("weight_decay", "Weight decay", 0, 0.1, 0.0, short="decay"),
        Options("schedule", "Schedule", tuple(SCHEDULES), "constant"),
        Number("epochs", "Epochs", 1, 200, 15, whole=True, small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip
    recorded = ({"learning_rate": 0.005}, {"learning_rate": 0.2}, {})

    def build(self, settings: Settings) -> Built:
        """The small network, and a recipe of all settings."""
        schedule = SCHEDULES[settings["schedule"]]
        recipe = Recipe(**{k: v for k, v in settings.items() if k != "schedule"}, schedule=schedule)
        network = networks.mlp("plain", depth=DEPTH, seed=settings["seed"])
        return Built(network, data.load("digits", device="cpu"), recipe, "plain")

    def depth(self, settings: Settings) -> int:
        """It has one."""
        return DEPTH

    def label(self, settings: Settings) -> str:
        """The rate, and what else differs from where the controls start."""
        named = [c for c in self.controls if c.role == "rate" or settings[c.name] != c.default]
        return ", ".join(f"{c.short or c.name} {settings[c.name]}" for c in named)

    def source(self, settings: Settings) -> str:
        """The digits and the small network."""
        return SOURCE.format(**settings)

    def panel(self, settings: Settings) -> Panel:
        """Gradients of its four layers."""
        return GRADIENTS
