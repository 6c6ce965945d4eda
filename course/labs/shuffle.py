"""The shuffle lab: blocks taken out, or exchanged, more and more of them, in a plain and in a residual network."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from statistics import fmean
from typing import Any

from torch import nn

from course import data, measure, networks, themes, wording
from course.labs import trained
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.sweeps import Job
from course.training import evaluate
from course.views import Frame, Line, Lines

DRAWS, FEW = 5, 8
KINDS = ("plain", "residual")
SECONDS_PER_LAYER = 0.001  # of evaluating with fewer and fewer of them, on one core


class ShuffleLab(InstantLab):
    """Error against the number of blocks that are gone, or that have changed places."""

    name, title = "shuffle", "Lesion and shuffle lab"
    about = f"50 units wide, digits, 15 epochs; mean of {DRAWS} draws; in the plain network layers in place of blocks"
    controls = Controls((
        Options("change", "Blocks are", ("deleted", "exchanged"), "deleted", ("deleted", "exchanged in pairs")),
        Number("layers", "Layers", 8, 50, 20, whole=True),
        Options("split", "Measured on", ("train", "test"), "test", ("training images", "test images"), small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = ({}, {"change": "exchanged"})

    def networks(self, settings: Settings) -> tuple[Job, ...]:
        return tuple(trained.job(kind, _layers(settings), settings["seed"]) for kind in KINDS)

    def seconds(self, settings: Settings) -> float:
        wait = sum(map(trained.seconds, self.networks(settings)))
        return wait and wait + SECONDS_PER_LAYER * settings["layers"] ** 2

    def compute(self, settings: Settings) -> Iterator[Frame]:
        waits = self.seconds(settings) > 0  # else only the whole picture is worth a look
        before, whole = _before(settings) if waits else None, dict[str, nn.Module]()
        for kind in KINDS:
            for _, network in trained.epochs(kind, _layers(settings), settings["seed"]):
                whole[kind] = network
                if before is not None:
                    yield before  # a place to stop
        found: dict[str, list[float]] = {kind: [] for kind in KINDS}
        counts = range((_layers(settings) - 2) // 2 + 1)
        for k in counts:
            for kind in KINDS:
                found[kind].append(_error(whole[kind], k, settings))
            if waits or k == counts[-1]:
                yield Frame((_view(found, settings, counts),), _words(found, settings, k))


def _layers(settings: Settings) -> int:
    return networks.nearest_depth("residual", settings["layers"])  # both kinds have it


def _before(settings: Settings) -> Frame:
    """What untrained networks do: whatever they lose, they guess. One draw for a few numbers of blocks shows it."""
    layers = _layers(settings)
    last = (layers - 2) // 2
    untrained = {kind: networks.mlp(kind, layers, seed=settings["seed"]) for kind in KINDS}
    few = range(0, last + 1, -(-last // FEW))
    found = {kind: [_error(network, k, settings, draws=1) for k in few] for kind, network in untrained.items()}
    return Frame((_view(found, settings, few),), f"Before training. {_words(found, settings, few[-1])}")


def _error(network: nn.Module, k: int, settings: Settings, draws: int = DRAWS) -> float:
    digits = data.load("digits", device="cpu")
    split = digits.train if settings["split"] == "train" else digits.test
    errors = []
    for draw in range(draws if k else 1):
        with _changed(network, settings["change"], k, draw):
            errors.append(1 - evaluate(network, split)[1])
    return fmean(errors)


def _changed(network: nn.Module, change: str, k: int, draw: int) -> AbstractContextManager[Any]:
    """The network while k blocks are gone, or k pairs of blocks have changed places."""
    if change == "exchanged":
        return measure.shuffle_blocks(network, k, draw)
    count = len(measure.residual_blocks(network)) or len(measure.weighted_layers(network)) - 2
    return measure.delete_blocks(network, random.Random(draw).sample(range(count), k))


def _view(found: dict[str, list[float]], settings: Settings, counts: range) -> Lines:
    """counts: of the blocks that are gone, or have changed places, for each of the errors found so far."""
    lines = tuple(Line(themes.label(kind), counts[: len(errors)], errors, kind) for kind, errors in found.items())
    what = "blocks or layers deleted" if settings["change"] == "deleted" else "exchanges of two blocks or layers"
    last = (settings["layers"] - 2) // 2
    images = "training" if settings["split"] == "train" else "test"
    return Lines(f"Error on {images} images, per cent", what, lines, low=0, high=1, x=(0, max(last, 1)), percent=True,
                 references={"guessing": 0.9})  # fmt: skip


def _words(found: dict[str, list[float]], settings: Settings, k: int) -> str:
    ends = {kind: f"{wording.percent(errors[0])} to {wording.percent(errors[-1])}" for kind, errors in found.items()}
    done = "deleted" if settings["change"] == "deleted" else "exchanges"
    return f"{k} {done}: the error goes from {ends['plain']} (plain) and from {ends['residual']} (residual)."
