"""The SGD lab: learning rate, batch size, momentum, weight decay, on one small network."""

from __future__ import annotations

from course import data, networks
from course.labs.controls import Choice, Number
from course.labs.lab import Built, Lab, Settings
from course.labs.panels import GRADIENTS
from course.recipes import Constant, Cosine, Recipe, Schedule, Steps

SCHEDULES: dict[str, Schedule] = {"constant": Constant(), "steps": Steps(), "cosine": Cosine()}
CONTROLS = (
    Number("learning_rate", "Learning rate", 0.0001, 8, 0.05, log=True, short="rate"),
    Number("batch_size", "Batch size", 1, 1437, 64, whole=True, log=True, short="batch"),
    Number("momentum", "Momentum", 0, 0.99, 0.9),
    Number("weight_decay", "Weight decay", 0, 0.1, 0.0, short="decay"),
    Choice("schedule", "Schedule", tuple(SCHEDULES), "constant"),
    Number("epochs", "Epochs", 1, 200, 15, whole=True, small=True),
    Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
)
CODE = """dataset = data.load("digits", device="cpu")
network = networks.mlp("plain", depth=4, seed={seed})"""


def SGDLab() -> Lab:  # noqa: N802  (a reader sees a lab, as with DepthLab)
    """Stochastic gradient descent on a 4-layer network and the digits; a rate that is too large is shown as
    diverged.
    """
    return Lab("sgd", CONTROLS, _build, lambda settings: GRADIENTS, about="digits, 4 layers of 50", title="SGD lab")


def _build(settings: Settings) -> Built:
    recipe = Recipe(**{k: v for k, v in settings.items() if k != "schedule"}, schedule=SCHEDULES[settings["schedule"]])
    network = networks.mlp("plain", depth=4, seed=settings["seed"])
    return Built(network, data.load("digits", device="cpu"), recipe, _label(settings), CODE.format(**settings))


def _label(settings: Settings) -> str:
    """The rate, and what else differs from where the controls start."""
    named = [c for c in CONTROLS if c.name == "learning_rate" or settings[c.name] != c.default]
    return ", ".join(f"{getattr(c, 'short', '') or c.name} {settings[c.name]}" for c in named)
