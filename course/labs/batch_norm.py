"""The batch norm lab: one sigmoid network with and without it, and what one unit is given for all images in both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from statistics import fmean

from course import data, wording
from course.labs.controls import Controls, Number, Settings
from course.labs.instant import InstantLab
from course.papers.batchnorm2015 import WIDTH, percentiles, sigmoid_network
from course.recipes import Recipe
from course.training import train
from course.views import Frame, Line, Lines

Losses = dict[bool, list[tuple[int, float, float]]]  # (step, loss, mean of the recent ones)
Bands = dict[bool, list[tuple[float, ...]]]  # (step, three percentiles)
EVERY = 10  # steps between two measurements
BATCH, RECENT = 60, 20  # images; batches of whose losses the mean is drawn and said, as in the paper's claims
NAMES = {False: "without", True: "batch norm"}
REACHES = (1.0, 2.0, 5.0, 10.0)  # of the axis of the pre-activations
KINDS = {False: "plain", True: "plain_bn"}
MEANS = f"line: mean of the last {RECENT} batches; thin: each batch"
UNIT = "unit 1 of layer 3: median, middle 70 % of images"
GUESSING = {"guessing": math.log(10)}


class BatchNormLab(InstantLab):
    """The paper's first experiment: loss, and the 15th, 50th and 85th percentile of a last-layer pre-activation."""

    name, title = "batch norm", "Batch norm lab"
    about = (
        f"three hidden layers of {WIDTH} sigmoid units, digits, batches of {BATCH}, SGD without momentum; "
        "one unit is watched, over all training images"
    )
    controls = Controls((
        Number("learning_rate", "Learning rate", 0.01, 20, 0.5, log=True),
        Number("std", "Deviation of the initial weights", 0.01, 3, 0.1, log=True),
        Number("epochs", "Epochs", 1, 30, 10, whole=True, small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded, anew = ({},), "Train trains anew"

    def compute(self, settings: Settings) -> Iterator[Frame]:
        digits = data.load("digits", device="cpu")
        chosen = {name: settings[name] for name in ("epochs", "learning_rate", "seed")}
        recipe = Recipe(batch_size=BATCH, momentum=0.0, **chosen)
        networks = {bn: sigmoid_network(bn, settings["seed"], settings["std"]) for bn in (False, True)}
        steps = recipe.epochs * (len(digits.train) // BATCH)
        losses: Losses = {False: [], True: []}
        bands: Bands = {bn: [(0, *percentiles(net, digits.train.x))] for bn, net in networks.items()}
        yield _shown(losses, bands, steps)
        with (
            closing(train(networks[False], digits, recipe)) as plain,
            closing(train(networks[True], digits, recipe)) as norm,
        ):
            going = {False: plain, True: norm}
            for step in range(1, steps + 1):
                for bn, records in going.items():
                    record = next((r for r in records if r.split == "train"), None)
                    if record is None:
                        continue
                    recent = [*(loss for _, loss, _ in losses[bn][1 - RECENT :]), record.loss]
                    losses[bn].append((record.step, record.loss, fmean(recent)))
                    if step % EVERY == 0 or step == steps:
                        bands[bn].append((step, *percentiles(networks[bn], digits.train.x)))
                if step % EVERY == 0 or step == steps:
                    yield _shown(losses, bands, steps)


def _shown(losses: Losses, bands: Bands, steps: int) -> Frame:
    span = (0.0, float(steps))
    farthest = max(abs(value) for found in bands.values() for row in found for value in row[1:])
    reach = next((reach for reach in REACHES if farthest <= reach), REACHES[-1])
    curves = tuple(_curve(found, bn) for bn, found in losses.items())
    views = (
        Lines("Loss, nats, log scale", "step", curves, log=True, low=0.01, high=10, x=span, references=GUESSING,
              caption=MEANS, share=1.4),
        *(Lines(f"Pre-activation, {'with' if bn else 'without'} batch norm", "step", (_unit(found, bn),), low=-reach,
                high=reach, x=span, caption=UNIT) for bn, found in bands.items()),
    )  # fmt: skip
    return Frame(views, _words(losses, bands))


def _curve(found: list[tuple[int, float, float]], bn: bool) -> Line:
    return Line(NAMES[bn], [s for s, _, _ in found], [m for _, _, m in found], KINDS[bn], raw=[v for _, v, _ in found])


def _unit(found: list[tuple[float, ...]], bn: bool) -> Line:
    band = [(low, high) for _, low, _, high in found]
    return Line("median", [row[0] for row in found], [row[2] for row in found], KINDS[bn], band=band)


def _words(losses: Losses, bands: Bands) -> str:
    """How far both have come, and how far the unit parts the images."""
    ends = {bn: wording.number(found[-1][2]) for bn, found in losses.items() if found}
    spans = {bn: wording.decimals(found[-1][3] - found[-1][1]) for bn, found in bands.items()}
    told = f"without batch norm the loss is {ends[False]}, with it {ends[True]}" if ends else "not trained yet"
    means = f" (mean of the last {RECENT} batches)" * bool(ends)
    apart = f"The watched unit: the middle 70 % of the images span {spans[False]} without, {spans[True]} with it."
    return f"Step {bands[True][-1][0]}: {told}{means}. {apart}"
