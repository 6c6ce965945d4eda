"""The gates lab: what the transform gates of a highway network do, while it trains and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from course import data, measure, networks, wording
from course.labs import trained
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.papers.digits import DARKEST
from course.sweeps import Job
from course.views import Frame, Map

DIALS, ONE, BETWEEN = "The dials, as trained", "For one picture", "Between classes"  # what each pair of maps answers
DIGITS = tuple(str(n) for n in range(10))
SECONDS_PER_LAYER = 0.003  # of one frame, on one core
MOST = 0.5  # end of the colours of a mean gate: few are open wider
APART = 0.2  # end of the bars beside a block: its gates differ by no more, on average


class GatesLab(InstantLab):
    """Six maps, block by unit: gate biases, mean gates, gates and outputs for one example, gates of classes."""

    name, title = "gates", "Gates lab"
    about = "highway network, 50 units wide, digits, gate bias by depth, 15 epochs"
    controls = Controls((
        Number("layers", "Layers", 5, 100, 50, whole=True),
        Number("example", "Example", 0, 359, 0, whole=True),
        Options("first", "Class", DIGITS, "0", small=True),
        Options("second", "against class", DIGITS, "7", small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = ({},)

    def networks(self, settings: Settings) -> tuple[Job, ...]:
        return (trained.job("highway", settings["layers"], settings["seed"]),)

    def seconds(self, settings: Settings) -> float:
        wait = sum(map(trained.seconds, self.networks(settings)))
        return wait and wait + SECONDS_PER_LAYER * settings["layers"] * trained.EPOCHS

    def compute(self, settings: Settings) -> Iterator[Frame]:
        for epoch, network in trained.epochs("highway", settings["layers"], settings["seed"]):
            yield _shown(network, epoch, settings)


def _shown(network: nn.Module, epoch: int, settings: Settings) -> Frame:
    digits = data.load("digits", device="cpu")
    start = networks.gate_bias_for_depth(settings["layers"] - 2)
    biases = measure.gate_biases(network)
    mean = measure.gate_activity(network, digits.train.x)
    example, label = digits.test.x[settings["example"]][None], int(digits.test.y[settings["example"]])
    pixels = digits.test.images[settings["example"], 0] / DARKEST
    one, outputs = measure.gate_activity(network, example), measure.block_outputs(network, example)
    by_class = measure.gate_activity_by_class(network, digits.train.x, digits.train.y)
    first, second = int(settings["first"]), int(settings["second"])
    contrast = by_class[first] - by_class[second]
    moved = biases - start
    views = (
        _map("1. Gate bias, change from start", DIALS, moved, 0.05, diverging=True),
        _map("2. Mean gate T, training images", DIALS, mean, MOST),
        _map(f"3. Gates for example {settings['example']}, a {label}", ONE, one, 1, inset=pixels.tolist()),
        _map(f"4. Block outputs for example {settings['example']}", ONE, outputs, 3, diverging=True),
        _difference(f"5. Class {first} minus the mean", by_class[first] - mean),
        _difference(f"6. Class {first} minus class {second}", contrast),
    )
    below = wording.percent((biases < start).float().mean().item(), 0)
    words = (
        f"{trained.when(epoch)}: {below} of the gate biases lie below their start of "
        f"{wording.decimals(start)}; gates are open by {mean.mean():.2f} on average, {mean[:5].mean():.2f} in the "
        f"first five blocks and {mean[-5:].mean():.2f} in the last five. Classes {first} and {second} differ there by "
        f"{contrast[:5].abs().mean():.3f} and {contrast[-5:].abs().mean():.3f}."
    )
    return Frame(views, words)


def _map(title: str, caption: str, values: torch.Tensor, high: float, **more: Any) -> Map:
    blocks, units = values.shape
    low = -high if more.get("diverging") else 0
    rows, columns = (0.5, blocks + 0.5), (0.5, units + 0.5)
    return Map(title, "unit", "block", values.numpy(), low, high, columns, rows, open=True, caption=caption, **more)


def _difference(title: str, values: torch.Tensor) -> Map:
    """With a bar for each block: how large the differences of its gates are."""
    sizes = values.abs().mean(1).tolist()
    return _map(title, BETWEEN, values, 0.5, diverging=True, share=1.2, margin=sizes, margin_title="mean size",
                margin_high=APART)  # fmt: skip
