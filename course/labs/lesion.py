"""The lesion lab: how much worse a trained network gets when one block is taken out, then another, by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from course import data, measure, networks, themes, wording
from course.data import Dataset, Split
from course.labs import trained
from course.labs.controls import Blocks, Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.sweeps import Job
from course.training import evaluate
from course.views import Frame, Line, Lines

KINDS = ("plain", "highway", "residual", "stochastic_depth")
COSTLY = 0.01  # a rise of the error by one point
HIGHEST = (0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.75, 1.0)  # ends of the error's axis
EVERY = 3  # epochs between two frames
SECONDS_PER_BLOCK = 0.0002  # of one frame, and of each layer that is then evaluated, on one core
MOST_NAMED = 3  # groups of blocks, in a sentence
FEWEST, MOST = 6, 50  # layers
COUNTS = {
    kind: {n: networks.block_count(kind, networks.nearest_depth(kind, n)) for n in range(FEWEST, MOST + 1)}
    for kind in KINDS
}


class LesionLab(InstantLab):
    """Error and loss of a network without one of its blocks, for each block in turn; `without` says which blocks are
    gone already.

    `dataset`: another data set than the digits, such as `data.load("mnist", subset=2000)`; the rule then searches a
    learning rate for each network first, which takes about four times as long as a training.
    """

    name, title = "lesion", "Lesion lab"
    controls = Controls((
        Options("kind", "Network", KINDS, "highway", tuple(themes.label(k) for k in KINDS), role="kind"),
        Number("layers", "Layers", FEWEST, MOST, 20, whole=True),
        Blocks("without", "Blocks of the network", "layers", COUNTS),
        Options("split", "Measured on", ("train", "test"), "train", ("training images", "test images"), small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = (
        {},
        {"layers": 50},
        {"kind": "plain", "layers": 10},
        {"kind": "plain"},
        {"kind": "residual"},
        {"kind": "residual", "layers": 50},
        {"kind": "stochastic_depth", "layers": 50},
    )

    def __init__(self, dataset: Dataset | None = None, question: str = ""):
        self.dataset = dataset
        self.has_recordings = dataset is None
        name = "digits" if dataset is None else dataset.name
        self.about = f"50 units wide, {name}, 15 epochs; a block is replaced by its shortcut, a plain layer is left out"
        super().__init__(question)

    def networks(self, settings: Settings) -> tuple[Job, ...]:
        return (trained.job(settings["kind"], _layers(settings), settings["seed"]),)

    def seconds(self, settings: Settings) -> float:
        if self.dataset is not None:
            return 0.0
        wait = sum(map(trained.seconds, self.networks(settings)))
        return wait and wait + SECONDS_PER_BLOCK * settings["layers"] ** 2 * trained.EPOCHS / EVERY

    def compute(self, settings: Settings) -> Iterator[Frame]:
        kind, layers, last = settings["kind"], _layers(settings), None
        images = data.load("digits", device="cpu") if self.dataset is None else self.dataset
        for epoch, network in trained.epochs(kind, layers, settings["seed"], self.dataset):
            if epoch != last and (epoch == trained.EPOCHS or epoch % EVERY == 0):
                shown, last = _shown(network, epoch, settings, images), epoch
            yield shown


def _layers(settings: Settings) -> int:
    return networks.nearest_depth(settings["kind"], settings["layers"])


@dataclass(frozen=True)
class Lesion:
    """What one more block costs a network that lacks some already: nan for a block that is gone."""

    out: tuple[int, ...]
    error: float  # of the network as it stands, and its loss
    loss: float
    whole: float  # the error with all blocks
    errors: list[float]
    losses: list[float]

    @property
    def left(self) -> list[int]:
        """The blocks that are there."""
        return [block for block in range(1, len(self.errors) + 1) if block not in self.out]


def _measured(network: nn.Module, split: Split, out: tuple[int, ...]) -> Lesion:
    with measure.delete_blocks(network, [block - 1 for block in out]):
        found = measure.lesion(network, split)
    whole = 1 - evaluate(network, split)[1] if out else found.base_error
    errors, losses = (
        [math.nan if block in out else value for block, value in enumerate(values.tolist(), 1)]
        for values in (found.error, found.loss)
    )
    return Lesion(out, found.base_error, found.base_loss, whole, errors, losses)


def _views(found: Lesion, kind: str) -> tuple[Lines, Lines]:
    blocks, span = range(1, len(found.errors) + 1), (0.5, len(found.errors) + 0.5)
    most = max([found.error, *(found.errors[block - 1] for block in found.left)])
    worst = max([1.0, found.loss, *(found.losses[block - 1] for block in found.left)])
    now = "now" if found.out else "whole network"  # crosses and the words say what is gone
    less = "one more block" if found.out else "one block"
    taken = "block taken out (×: already out)" if found.out else "block taken out"
    return (
        Lines(f"Error without {less}, per cent", taken, (Line("", blocks, found.errors, kind, "bars"),),
              low=0, high=next(high for high in HIGHEST if most <= high), x=span, out=found.out, percent=True,
              references={f"{now}: {wording.percent(found.error)}": found.error}),
        Lines(f"Loss without {less}, nats, log scale", taken,
              (Line("", blocks, found.losses, kind, "points"),), log=True, low=1e-4, high=worst, x=span, out=found.out,
              references={f"{now}: {wording.number(found.loss)}": found.loss}),
    )  # fmt: skip


def _shown(network: nn.Module, epoch: int, settings: Settings, dataset: Dataset) -> Frame:
    split = dataset.train if settings["split"] == "train" else dataset.test
    found = _measured(network, split, settings["without"])
    return Frame(_views(found, settings["kind"]), f"{trained.when(epoch)}: {_words(found)}")


def _words(found: Lesion) -> str:
    """The finding, then the numbers."""
    count, left = len(found.errors), found.left
    now, whole = wording.percent(found.error), wording.percent(found.whole)
    if not left:
        return f"without any block the network errs on {now}, with all of them on {whole}. Put some back."
    costly = sum(found.errors[block - 1] - found.error > COSTLY for block in left)
    worst = max(left, key=lambda block: found.losses[block - 1])
    error, loss = wording.percent(found.errors[worst - 1]), wording.number(found.losses[worst - 1])
    costliest = f"by its loss the costliest is block {worst} ({error}, loss {loss})."
    if not found.out:
        return (
            f"one block less costs more than a point of error for {costly} of {count} blocks. The whole network errs "
            f"on {now}; {costliest}"
        )
    worse = "hardly worse" if found.error - found.whole <= COSTLY else "worse"
    return (
        f"without {_named(found.out)} the network is {worse}: it errs on {now}, whole on {whole}. One block more adds "
        f"more than a point for {costly} of the {len(left)} that are left; {costliest}"
    )


def _named(out: tuple[int, ...]) -> str:
    """Blocks by their numbers, or how many there are where these would be too many for a sentence."""
    words = wording.ranges(out)
    if words.count(",") >= MOST_NAMED:
        return wording.counted(len(out), "block")
    return f"block{'s' * (len(out) > 1)} {words}"
