"""The dropout lab: a wide network on few images, with and without noise in its hidden layers."""

from __future__ import annotations

from torch import nn

from course import blocks, data, networks
from course.labs.controls import Controls, Number, Settings
from course.labs.lab import Built, Lab
from course.recipes import Recipe

DEPTH = 3
SOURCE = """dataset = data.load("digits", device="cpu").subset({images}, 360)
plain = networks.mlp("plain", depth=3, width={width}, seed={seed})
layers = [[layer, blocks.Dropout({drop_probability})] if type(layer).__name__ == "ReLU" else [layer] for layer in plain]
network = type(plain)(*(part for parts in layers for part in parts))"""


class DropoutLab(Lab):
    """Dropout on a small training set: the training loss rises, and that of the test images may fall.

    Of ten seeds it opens with the one in the middle: in what dropout does to the test loss, and to the test accuracy.
    """

    name = "dropout"
    about = "digits, 3 layers, dropout after each ReLU"
    scale = "linear"
    controls = Controls((
        Number("drop_probability", "Share of units dropped", 0, 0.9, 0.5, short="dropout"),
        Number("images", "Training images", 50, 1437, 100, whole=True, short="images"),
        Number("width", "Width", 10, 500, 200, whole=True, small=True),
        Number("learning_rate", "Learning rate", 0.0001, 4, 0.02, log=True, short="rate", role="rate"),
        Number("epochs", "Epochs", 1, 1000, 150, whole=True, small=True),
        Number("seed", "Seed", 0, 1000, 2, whole=True, small=True),
    ))  # fmt: skip
    recorded = ({"drop_probability": 0.0}, {})

    def build(self, settings: Settings) -> Built:
        """The network with dropout after each ReLU, and so many of the digits."""
        plain = networks.mlp("plain", depth=DEPTH, width=settings["width"], seed=settings["seed"])
        p = settings["drop_probability"]
        parts = ([layer, blocks.Dropout(p)] if isinstance(layer, nn.ReLU) else [layer] for layer in plain)
        network = nn.Sequential(*(part for two in parts for part in two))
        recipe = Recipe(
            epochs=settings["epochs"], learning_rate=settings["learning_rate"], seed=settings["seed"],
            batch_size=min(64, settings["images"]), evaluate_every=max(1, settings["epochs"] // 20),
        )  # fmt: skip
        return Built(network, data.load("digits", device="cpu").subset(settings["images"], 360), recipe, "plain")

    def depth(self, settings: Settings) -> int:
        """It has one."""
        return DEPTH

    def label(self, settings: Settings) -> str:
        """The share that is dropped."""
        return f"dropout {settings['drop_probability']:g}"

    def source(self, settings: Settings) -> str:
        """Data set and network in four lines."""
        return SOURCE.format(**settings)
