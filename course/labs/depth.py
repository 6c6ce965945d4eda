"""The depth lab: the course's central one. Kind x depth, by the rule or at a rate of your own."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from torch import nn

from course import data as data_room
from course import networks, themes
from course.data import Dataset
from course.labs.controls import RULE, Choice, Number
from course.labs.lab import Built, Lab, Settings
from course.labs.panels import ALIVE, GATES, GRADIENTS, Panel
from course.recipes import Recipe

if TYPE_CHECKING:
    from course.labs.question import Prediction

CONTROLS = (
    Choice("kind", "Network", networks.KINDS, "plain", tuple(themes.label(k) for k in networks.KINDS)),
    Number("depth", "Depth", 1, 1000, 10, whole=True),
    Number("learning_rate", "Learning rate", 0.0001, 4, RULE, log=True, or_rule=True, short="rate"),
    Number("gate_bias", "Gate bias", -10, 2, None, only_for="highway", short="bias"),
    Number(
        "survival_probability",
        "Survival of the last block",
        0.05,
        1,
        0.5,
        only_for="stochastic_depth",
        short="survival",
    ),
    Number("width", "Width", 1, 500, 50, whole=True, small=True),
    Choice("data", "Data", ("digits", "mnist", "fashion-mnist", "cifar10"), "digits", small=True),
    Number("epochs", "Epochs", 1, 1000, 15, whole=True, small=True),
    Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
)
ALL = "all, one after another"


class DepthLab(Lab):
    """Drag the depth, train, compare. With `networks={label: network}` deep copies of the given networks instead, one
    after another, each from the given weights.

    Depths that a kind does not have are moved to the nearest one.
    """

    def __init__(
        self,
        networks: dict[str, nn.Module] | None = None,
        data: Dataset | None = None,
        question: Prediction | None = None,
        **settings: Any,
    ):
        about = "batches of 64, SGD with momentum 0.9"
        super().__init__("depth", CONTROLS, self._build, _panel, question, about)
        self.networks, self.data = networks, data
        if networks:
            label = Choice("network", "Network", (ALL, *networks), ALL)
            self.controls = (label, *(c for c in CONTROLS if c.name in ("learning_rate", "epochs", "seed")))
            self.settings = {c.name: c.default for c in self.controls}
        self.set(**settings)

    def in_turn(self, settings: Settings) -> list[Settings]:
        """One run for each given network, unless one of them was chosen."""
        chosen = self.networks or {} if settings.get("network") == ALL else {}
        return [settings | {"network": name} for name in chosen] or [settings]

    def _build(self, settings: Settings) -> Built:
        dataset = self.data or _load(settings.get("data", "digits"))
        rate = settings["learning_rate"]
        by_rule = rate == RULE
        recipe = Recipe(epochs=settings["epochs"], seed=settings["seed"], learning_rate=0.1 if by_rule else rate)
        if self.networks:
            label = settings["network"]
            return Built(copy.deepcopy(self.networks[label]), dataset, recipe, label, by_rule=by_rule)
        arguments = _arguments(settings, dataset)
        network = networks.mlp(**arguments)
        label = f"{themes.label(settings['kind'])} {arguments['depth']}"
        return Built(network, dataset, recipe, label, _code(settings, arguments), settings["kind"], by_rule)


def _arguments(settings: Settings, dataset: Dataset) -> dict[str, Any]:
    """The arguments of `networks.mlp`."""
    arguments = {
        "kind": settings["kind"],
        "depth": networks.nearest_depth(settings["kind"], settings["depth"]),
        "width": settings["width"],
        "inputs": dataset.inputs,
        "classes": len(dataset.classes),
        "seed": settings["seed"],
    }
    if settings["kind"] == "highway" and settings["gate_bias"] is not None:
        arguments["gate_bias"] = settings["gate_bias"]
    if settings["kind"] == "stochastic_depth":
        arguments["survival_probability"] = settings["survival_probability"]
    return arguments


def _code(settings: Settings, arguments: dict[str, Any]) -> str:
    subset = "" if settings["data"] == "digits" else ", subset=6400"
    given = ", ".join(f"{k}={v!r}" for k, v in arguments.items())
    return f'dataset = data.load({settings["data"]!r}, device="cpu"{subset})\nnetwork = networks.mlp({given})'


def _panel(settings: Settings) -> Panel:
    if settings.get("kind") == "stochastic_depth" and settings["depth"] > 3:
        return ALIVE
    return GATES if settings.get("kind") == "highway" and settings["depth"] > 2 else GRADIENTS


@lru_cache(maxsize=2)
def _load(name: str) -> Dataset:
    return data_room.load(name, device="cpu", subset=None if name == "digits" else 6400)
