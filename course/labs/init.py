"""The init lab: a gain for the random weights, and what becomes of a signal on its way through the layers."""

from __future__ import annotations

import math

import numpy as np
import torch

from course import data, measure
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.views import Frame, Line, Lines, Map
from course.wording import general, percent, tick

WIDTH, IMAGES, BINS = 200, 128, 41
NAMES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
RANGE = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}  # of the histogram; that of ReLU follows its values
FARTHEST, TICKS = 30, 6  # of ReLU's histogram: powers of ten, numbers below it
SAME = "activations as in layer 1"
MARKED = {1.41: "He: √2", 1.0: "Glorot"}  # gains with a name, where all layers are equally wide


class InitLab(InstantLab):
    """Activations and gradients in a random network that has never been trained, layer by layer."""

    name, title = "init", "Initialisation lab"
    about = f"weights of standard deviation gain / √n for n inputs, {WIDTH} units a layer, no biases, {IMAGES} digits"
    controls = Controls((
        Options("activation", "Activation", tuple(NAMES), "relu", tuple(NAMES.values())),
        Number("gain", "Gain", 0.25, 4, 1.7, log=True),
        Number("layers", "Layers", 1, 100, 50, whole=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    def compute(self, settings: Settings) -> Frame:
        name, layers = settings["activation"], settings["layers"]
        gain = math.sqrt(2) if settings["gain"] == 1.41 else settings["gain"]
        digits = data.load("digits", device="cpu").train.x[:IMAGES].flatten(1)
        hidden, gradients = measure.random_signals(digits, name, gain, layers, settings["seed"], WIDTH)
        moments = [h.square().mean().item() for h in hidden]
        sizes = [g.norm().item() for g in gradients]
        at, relative = list(range(1, layers + 1)), _relative(sizes)
        lines = (Line("activations", at, moments, "plain"), Line("gradient", at, relative, "other", slot=2))
        title = "Second moment, relative gradient, log scale"
        views = (
            Lines(
                title,
                "layer",
                lines,
                log=True,
                low=_floor(moments + relative),
                references={SAME: moments[0]},
                share=1.1,
            ),
            _histograms(hidden, name, moments),
        )
        asked = settings["gain"]
        said = f"gain {general(asked)}" + (f" ({MARKED[asked]})" if asked in MARKED else "")
        depth = f"{layers} layer{'s' * (layers > 1)}"
        first, last, gradient = (general(size, 2) for size in (moments[0], moments[-1], relative[0]))
        words = (
            f"{NAMES[name]}, {said}, {depth}: the activations' second moment is {first} in layer 1 and {last} in layer "
            f"{layers}; the gradient at layer 1 is {gradient} times the last layer's.{_left_out(hidden, name)}"
        )
        return Frame(views, words)


def _relative(sizes: list[float]) -> list[float]:
    return [size / sizes[-1] if sizes[-1] else math.nan for size in sizes]


def _floor(sizes: list[float]) -> float:
    return max(1e-30, min(0.01, *(size for size in sizes if size > 0), 0.01))


def _left_out(hidden: list[torch.Tensor], name: str) -> str:
    if name != "relu":
        return ""
    zeros = sum((h == 0).double().mean().item() for h in hidden) / len(hidden)
    return f" {percent(zeros)} of the activations are zero: the histogram leaves them out."


def _span(name: str, moments: list[float]) -> tuple[float, float]:
    """Where the histogram begins and ends; of ReLU, whose values are drawn by their exponents of ten, these."""
    if name in RANGE:
        return RANGE[name]
    sizes = [math.log10(moment) / 2 for moment in moments if moment > 0] or [0.0]
    return max(math.floor(min(sizes)) - 2, -FARTHEST), min(math.ceil(max(sizes)) + 1, FARTHEST)


def _histograms(hidden: list[torch.Tensor], name: str, moments: list[float]) -> Map:
    """Which values the units take: a row for each layer, its fullest bin 1; the first layer at the bottom. What lies
    beyond the map is counted at its edge.
    """
    (low, high), log = _span(name, moments), name not in RANGE
    seen = [h[h > 0].log10() if log else h for h in hidden]
    counts = np.stack([np.histogram(h.clamp(low, high).numpy(), BINS, (low, high))[0] for h in seen]).astype(float)
    shares = counts / np.maximum(counts.max(axis=1, keepdims=True), 1)
    step = math.ceil((high - low) / TICKS)
    ticks = tuple((n, tick(n)) for n in range(int(low), int(high) + 1) if n % step == 0) if log else ()
    axis = "value of a unit above zero" if log else "value of a unit"
    rows = (0.5, len(hidden) + 0.5)
    return Map("Histogram of each layer's activations", axis, "layer", shares, 0, 1, (low, high), rows, share=0.9,
               ticks=ticks)  # fmt: skip
