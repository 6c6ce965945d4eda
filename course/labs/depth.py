"""The depth lab: the course's central one. Kind x depth, by the rule or at a rate of your own."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from torch import nn

from course import data as data_room
from course import themes
from course.data import Dataset
from course.labs.controls import RULE, Controls, Number, Options, Settings
from course.labs.lab import Built, Lab
from course.labs.panels import ALIVE, GATES, GRADIENTS, Panel
from course.networks import KINDS, gate_bias_for_depth, mlp, nearest_depth
from course.recipes import Recipe

if TYPE_CHECKING:
    from course.labs.question import Prediction

RATE = Number("learning_rate", "Learning rate", 0.0001, 4, RULE, log=True, or_rule=True, short="rate", role="rate")
EPOCHS = Number("epochs", "Epochs", 1, 1000, 15, whole=True, small=True)
SEED = Number("seed", "Seed", 0, 1000, 0, whole=True, small=True)
ALL = "all, one after another"


class DepthLab(Lab):
    """Drag the depth, train, compare. With `networks={label: network}` deep copies of the given networks instead, one
    after another, each from the given weights.

    Depths that a kind does not have are moved to the nearest one.
    """

    name = "depth"
    about = "batches of 64, SGD with momentum 0.9"
    controls = Controls((
        Options("kind", "Network", KINDS, "plain", tuple(themes.label(k) for k in KINDS), role="kind"),
        Number("depth", "Depth", 1, 1000, 10, whole=True, reach=100, role="depth"),
        RATE,
        Number("gate_bias", "Gate bias", -10, 2, None, only_for="highway", short="bias"),
        Number("survival_probability", "Survival of the last block", 0.05, 1, 0.5, only_for="stochastic_depth",
               short="survival"),
        Number("width", "Width", 1, 500, 50, whole=True, small=True),
        Options("data", "Data", ("digits", "mnist", "fashion-mnist", "cifar10"), "digits", small=True),
        EPOCHS,
        SEED,
    ))  # fmt: skip

    def __init__(
        self,
        networks: dict[str, nn.Module] | None = None,
        data: Dataset | None = None,
        question: Prediction | str | None = None,
        **settings: Any,
    ):
        self.networks, self.data = networks, data
        self.has_recordings = not networks and data is None
        if networks:
            given = Options("network", "Network", (ALL, *networks), ALL, role="network")
            self.controls = Controls((given, RATE, EPOCHS, SEED))
        super().__init__(question, **settings)

    def in_turn(self, settings: Settings) -> list[Settings]:
        """One run for each given network, unless one of them was chosen."""
        chosen = self.networks or {} if settings.get("network") == ALL else {}
        return [settings | {"network": name} for name in chosen] or [settings]

    def build(self, settings: Settings) -> Built:
        """The network of that kind and depth, or a copy of the given one."""
        dataset = self.data or _load(settings.get("data", "digits"))
        rate = settings["learning_rate"]
        by_rule = rate == RULE
        recipe = Recipe(epochs=settings["epochs"], seed=settings["seed"], learning_rate=0.1 if by_rule else rate)
        if self.networks:
            return Built(copy.deepcopy(self.networks[settings["network"]]), dataset, recipe, by_rule=by_rule)
        network = mlp(**_arguments(settings), inputs=dataset.inputs, classes=len(dataset.classes))
        return Built(network, dataset, recipe, settings["kind"], by_rule)

    def label(self, settings: Settings) -> str:
        """Kind and depth, or what the given network is called."""
        if self.networks:
            return str(settings["network"])
        return f"{themes.label(settings['kind'])} {self.depth(settings)}"

    def depth(self, settings: Settings) -> int | None:
        """The nearest depth that the kind has."""
        return None if self.networks else nearest_depth(settings["kind"], settings["depth"])

    def automatic(self, settings: Settings) -> dict[str, float | None]:
        """The rule's recorded rate, and the gate bias by depth."""
        recorded = self._recorded_rate(settings)
        gates = max(0, (self.depth(settings) or 0) - 2)
        return {
            "learning_rate": recorded[0] if recorded else None,
            "gate_bias": gate_bias_for_depth(gates) if gates else None,
        }

    def source(self, settings: Settings) -> str:
        """Data set and network as a reader would make them; nothing of networks that were given."""
        if self.networks:
            return ""
        subset = "" if settings["data"] == "digits" else ", subset=6400"
        given = ", ".join(f"{k}={v!r}" for k, v in _arguments(settings).items())
        sizes = "inputs=dataset.inputs, classes=len(dataset.classes)"
        load = f'dataset = data.load({settings["data"]!r}, device="cpu"{subset})'
        return f"{load}\nnetwork = networks.mlp({given}, {sizes})"

    def panel(self, settings: Settings) -> Panel:
        """Gates of a highway network, which blocks of one with stochastic depth computed, else gradients."""
        kind, depth = settings.get("kind"), settings.get("depth", 0)
        if kind == "stochastic_depth" and depth > 3:
            return ALIVE
        return GATES if kind == "highway" and depth > 2 else GRADIENTS


def _arguments(settings: Settings) -> dict[str, Any]:
    """The arguments of `networks.mlp` that the controls set."""
    arguments = {
        "kind": settings["kind"],
        "depth": nearest_depth(settings["kind"], settings["depth"]),
        "width": settings["width"],
        "seed": settings["seed"],
    }
    if settings["kind"] == "highway" and settings["gate_bias"] is not None:
        arguments["gate_bias"] = settings["gate_bias"]
    if settings["kind"] == "stochastic_depth":
        arguments["survival_probability"] = settings["survival_probability"]
    return arguments


@lru_cache(maxsize=2)
def _load(name: str) -> Dataset:
    return data_room.load(name, device="cpu", subset=None if name == "digits" else 6400)
