"""The shuffle lab: blocks taken out, or exchanged, more and more of them, in a plain and in a residual network."""

from __future__ import annotations

import math
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

DRAWS, FEW, MOST_TICKS = 5, 8, 10
KINDS = ("plain", "residual")
Found = dict[str, list[list[float]]]  # of each network, for each number of changes the errors of all draws
RANGE = f"line: mean of {DRAWS} draws; band: lowest to highest"
SECONDS_PER_LAYER = 0.001  # of evaluating with fewer and fewer of them, on one core


class ShuffleLab(InstantLab):
    """Error against the number of blocks that are gone, or that have changed places."""

    name, title = "shuffle", "Lesion and shuffle lab"
    about = (
        "50 units wide, digits, 15 epochs; blocks of two layers in the residual network, single layers in the plain one"
    )
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
        found: Found = {kind: [] for kind in KINDS}
        counts = range((_layers(settings) - 2) // 2 + 1)
        for k in counts:
            for kind in KINDS:
                found[kind].append(_errors(whole[kind], k, settings))
            if waits or k == counts[-1]:
                yield Frame((_view(found, settings, counts),), _words(found, settings))


def _layers(settings: Settings) -> int:
    return networks.nearest_depth("residual", settings["layers"])  # both kinds have it


def _before(settings: Settings) -> Frame:
    """What untrained networks do: whatever they lose, they guess. One draw for a few numbers of blocks shows it."""
    layers = _layers(settings)
    last = (layers - 2) // 2
    untrained = {kind: networks.mlp(kind, layers, seed=settings["seed"]) for kind in KINDS}
    few = range(0, last + 1, -(-last // FEW))
    found = {kind: [_errors(network, k, settings, draws=1) for k in few] for kind, network in untrained.items()}
    return Frame((_view(found, settings, few, "one draw each"),), f"Before training. {_untrained(found)}")


def _errors(network: nn.Module, k: int, settings: Settings, draws: int = DRAWS) -> list[float]:
    """The error of each draw; the whole network has nothing to draw."""
    digits = data.load("digits", device="cpu")
    split = digits.train if settings["split"] == "train" else digits.test
    errors = []
    for draw in range(draws if k else 1):
        with _changed(network, settings["change"], k, draw):
            errors.append(1 - evaluate(network, split)[1])
    return errors


def _changed(network: nn.Module, change: str, k: int, draw: int) -> AbstractContextManager[Any]:
    """The network while k blocks are gone, or k pairs of blocks have changed places."""
    if change == "exchanged":
        return measure.shuffle_blocks(network, k, draw)
    count = len(measure.residual_blocks(network)) or len(measure.weighted_layers(network)) - 2
    return measure.delete_blocks(network, random.Random(draw).sample(range(count), k))


def _view(found: Found, settings: Settings, counts: range, caption: str = RANGE) -> Lines:
    """counts: of the blocks that are gone, or have changed places, for each of the errors found so far."""
    lines = tuple(_line(kind, errors, settings, counts) for kind, errors in found.items())
    what = "blocks or layers deleted" if settings["change"] == "deleted" else "exchanges of two blocks or layers"
    last = (settings["layers"] - 2) // 2
    ticks = range(last, -1, -math.ceil(last / MOST_TICKS))
    images = "training" if settings["split"] == "train" else "test"
    return Lines(f"Error on {images} images, per cent", what, lines, low=0, high=1, x=(0, max(last, 1)), percent=True,
                 references={"guessing": 0.9}, ticks=tuple((k, str(k)) for k in reversed(ticks)),
                 caption=caption)  # fmt: skip


def _line(kind: str, errors: list[list[float]], settings: Settings, counts: range) -> Line:
    means, bands = [fmean(draws) for draws in errors], [(min(draws), max(draws)) for draws in errors]
    drawn = any(low < high for low, high in bands)
    says = [
        f"{_done(k, settings)}: {wording.percent(mean)}, draws from {wording.percent(low)} to {wording.percent(high)}"
        for k, mean, (low, high) in zip(counts, means, bands, strict=False)
    ]
    return Line(themes.label(kind), counts[: len(errors)], means, kind, band=bands * drawn, says=says * drawn)


def _words(found: Found, settings: Settings) -> str:
    """What the first change does, and what all of them do."""
    means = {kind: [wording.percent(fmean(draws)) for draws in errors] for kind, errors in found.items()}
    last = len(means["plain"]) - 1
    if not last:
        return f"{_done(0, settings).capitalize()}: {_each(means, 0)}."
    first = ", ".join(f"{kind} from {errors[0]} to {errors[1]}" for kind, errors in means.items())
    more = f"; {_done(last, settings)}: {_each(means, last)}" if last > 1 else ""
    return f"{_done(1, settings).capitalize()}: {first}{more}."


def _each(means: dict[str, list[str]], k: int) -> str:
    return ", ".join(f"{kind} {errors[k]}" for kind, errors in means.items())


def _untrained(found: Found) -> str:
    seen = [error for errors in found.values() for draws in errors for error in draws]
    low, high = wording.percent(min(seen)), wording.percent(max(seen))
    return f"Both networks guess, whole or not: errors from {low} to {high}."


def _done(k: int, settings: Settings) -> str:
    """So many changes in words."""
    if settings["change"] == "deleted":
        return {0: "nothing deleted yet", 1: "one block or layer deleted"}.get(k, f"{k} deleted")
    return {0: "nothing exchanged yet", 1: "one exchange"}.get(k, f"{k} exchanges")
