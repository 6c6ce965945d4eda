"""The batch norm lab: one sigmoid network with and without it, and what happens to one pre-activation in both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from course import data, wording
from course.labs.controls import Controls, Number, Settings
from course.labs.instant import InstantLab
from course.papers.batchnorm2015 import WIDTH, percentiles, sigmoid_network
from course.recipes import Recipe
from course.training import train
from course.views import Frame, Line, Lines

Losses = dict[bool, list[tuple[int, float]]]  # (step, loss)
Bands = dict[bool, list[tuple[float, ...]]]  # (step, three percentiles)
EVERY = 10  # steps between two measurements
BATCH = 60
NAMES = {False: "without", True: "batch norm"}
REACHES = (1.0, 2.0, 5.0)  # of the axis of the pre-activations
KINDS = {False: "plain", True: "plain_bn"}


class BatchNormLab(InstantLab):
    """The paper's first experiment: loss, and the 15th, 50th and 85th percentile of a last-layer pre-activation."""

    name, title = "batch norm", "Batch norm lab"
    about = f"three hidden layers of {WIDTH} sigmoid units, digits, batches of {BATCH}, SGD without momentum"
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
                    losses[bn].append((record.step, record.loss))
                    if step % EVERY == 0:
                        bands[bn].append((step, *percentiles(networks[bn], digits.train.x)))
                if step % EVERY == 0 or step == steps:
                    yield _shown(losses, bands, steps)


def _shown(losses: Losses, bands: Bands, steps: int) -> Frame:
    span = (0.0, float(steps))
    curves = tuple(
        Line(NAMES[bn], [s for s, _ in found], [v for _, v in found], KINDS[bn]) for bn, found in losses.items()
    )
    views = [Lines("Loss of the batch, nats, log scale", "step", curves, log=True, low=0.01, high=10, x=span)]
    farthest = max(abs(value) for found in bands.values() for row in found for value in row[1:])
    reach = next((reach for reach in REACHES if farthest <= reach), REACHES[-1])
    for bn, found in bands.items():
        lines = tuple(
            Line(name, [row[0] for row in found], [row[i] for row in found], KINDS[bn])
            for i, name in ((3, "85 %"), (2, "50 %"), (1, "15 %"))
        )
        views.append(Lines(f"Pre-activation, {NAMES[bn]}", "step", lines, low=-reach, high=reach, x=span))
    said = [f"{NAMES[bn]} loss {wording.number(_recent(found))}" for bn, found in losses.items() if found]
    moved = [
        f"{NAMES[bn]} {wording.decimals(found[0][2])} to {wording.decimals(found[-1][2])}"
        for bn, found in bands.items()
    ]
    step = bands[True][-1][0]
    return Frame(tuple(views), f"Step {step}: {', '.join(said) or 'not trained yet'}. Median: {', '.join(moved)}.")


def _recent(found: list[tuple[int, float]]) -> float:
    last = [loss for _, loss in found[-20:]]
    return sum(last) / len(last)
