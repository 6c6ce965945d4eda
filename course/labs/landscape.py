"""The landscape lab: the loss around the weights at which training ended, plain against residual."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from course import data, measure, networks, themes, wording
from course.labs import trained
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.sweeps import Job
from course.views import Frame, Line, Lines, Map, View

IMAGES, SIDE, WALKS, STEPS = 256, 17, 8, 10  # the map has SIDE points a side; a walk goes from 0 to 1 in STEPS
LOW, HIGH, BANDS = 1e-3, 1e4, 2  # nats; bands of a map for each factor of ten
FINER = 6  # cells that are drawn from one point of the map to the next
COARSER = 2  # of these the line takes so many at once
KINDS = ("plain", "plain_bn")
GUESSING, LEVEL = math.log(10), 1.0
SECONDS_PER_LAYER = 0.00018  # of the loss at one point, on one core


class Walks(NamedTuple):
    """Losses along random directions: (walks, distances), at those distances."""

    distances: Tensor
    losses: Tensor


class LandscapeLab(InstantLab):
    """Two slices of the loss surface, and random walks away from their middle, for two networks of one depth."""

    name, title = "landscape", "Landscape lab"
    about = (
        f"50 units wide, digits, 15 epochs; training loss of {IMAGES} images, batch norm by their statistics; "
        f"{WALKS} random directions; the first two make the maps, interpolated between {SIDE} × {SIDE} points"
    )
    controls = Controls((
        Options("kind", "Beside residual", KINDS, "plain", tuple(themes.label(k) for k in KINDS), role="kind"),
        Number("layers", "Layers", 6, 50, 20, whole=True),
        Options("length", "Distance 1 is", ("own", "same"), "own",
                ("the length of each unit's weights", "that of He's initial weights"), small=True),
        Number("directions", "Directions, seed", 0, 1000, 0, whole=True, small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = ({},)

    def networks(self, settings: Settings) -> tuple[Job, ...]:
        return tuple(trained.job(kind, _layers(settings), settings["seed"]) for kind in _kinds(settings))

    def seconds(self, settings: Settings) -> float:
        points = 2 * (SIDE**2 + WALKS * (STEPS + 1))
        return sum(map(trained.seconds, self.networks(settings))) + points * SECONDS_PER_LAYER * _layers(settings)

    def compute(self, settings: Settings) -> Iterator[Frame]:
        empty = np.full((SIDE, SIDE), np.nan)
        before = _frame(_untrained(settings), dict.fromkeys(_kinds(settings), empty), settings, "Before training")
        yield before
        whole: dict[str, nn.Module] = {}
        for kind in _kinds(settings):
            for _, network in trained.epochs(kind, _layers(settings), settings["seed"]):
                whole[kind] = network.train()  # so that batch norm takes the statistics of the images, as in training
                yield before  # a place to stop
        walks = {kind: _walks(network, settings, WALKS, STEPS) for kind, network in whole.items()}
        maps = {kind: empty.copy() for kind in whole}
        said = trained.when(trained.EPOCHS)
        yield _frame(walks, maps, settings, said)
        across = torch.linspace(-1, 1, SIDE)
        first, second = ({k: _direction(n, settings, i) for k, n in whole.items()} for i in (0, 1))
        for row, up in enumerate(across.tolist()):
            for kind, network in whole.items():
                start = {name: up * d for name, d in second[kind].items()}
                maps[kind][row] = measure.loss_along(network, *_images(), first[kind], across, start).numpy()
            yield _frame(walks, maps, settings, said)


def _layers(settings: Settings) -> int:
    return networks.nearest_depth("residual", settings["layers"])  # both kinds have it


def _kinds(settings: Settings) -> tuple[str, str]:
    return settings["kind"], "residual"


def _images() -> tuple[Tensor, Tensor]:
    x, y = data.load("digits", device="cpu").train[:IMAGES]
    return x, y


def _direction(network: nn.Module, settings: Settings, number: int) -> dict[str, Tensor]:
    seed = WALKS * settings["directions"] + number  # others for the next seed
    return measure.random_direction(network, seed, normalised=settings["length"] == "own")


def _walks(network: nn.Module, settings: Settings, walks: int, steps: int) -> Walks:
    distances = torch.linspace(0, 1, steps + 1)
    ways = [_direction(network, settings, number) for number in range(walks)]
    return Walks(distances, torch.stack([measure.loss_along(network, *_images(), d, distances) for d in ways]))


def _untrained(settings: Settings) -> dict[str, Walks]:
    """What the networks begin with, in a few steps, for the picture before training need not be exact."""
    layers, seed = _layers(settings), settings["seed"]
    fresh = {kind: networks.mlp(kind, layers, seed=seed) for kind in _kinds(settings)}
    return {kind: _walks(network, settings, WALKS // 2, STEPS // 2) for kind, network in fresh.items()}


def _frame(walks: dict[str, Walks], maps: dict[str, np.ndarray], settings: Settings, when: str) -> Frame:
    views: tuple[View, ...] = (*(_map(kind, maps[kind]) for kind in walks), _lines(walks))
    said = "; ".join(f"{themes.label(kind)} {_reached(walked)}" for kind, walked in walks.items())
    unit = "each unit's weights" if settings["length"] == "own" else "He's initial weights"
    words = (
        f"{when}, {_layers(settings)} layers. How far one can walk until the loss is 1, in lengths of {unit}, mean of "
        f"{wording.counted(len(next(iter(walks.values())).losses), 'direction')}: {said}."
    )
    return Frame(views, words)


def _reached(walks: Walks) -> str:
    if walks.losses[0, 0] > LEVEL:
        return f"not at all, it stands at {wording.number(walks.losses[0, 0].item())}"
    found = [measure.reach(walks.distances, losses, LEVEL) for losses in walks.losses]
    mean, low, high = (wording.decimals(value) for value in (fmean(found), min(found), max(found)))
    return f"{mean} ({low} to {high}{' or more' * (max(found) == 1)})"


def _map(kind: str, losses: np.ndarray) -> Map:
    """Losses as bands, each in the colour of its middle; their edges are lines of equal height."""
    levels = _between(_between(np.log10(np.clip(losses, 1e-30, 1e30))).T).T
    bands = 10 ** ((np.floor(levels * BANDS) + 0.5) / BANDS)
    pieces, span = _line_at(math.log10(LEVEL), levels[::COARSER, ::COARSER]), (-1.0, 1.0)
    return Map(f"{themes.label(kind)}: training loss, nats ({_named(losses)})", "first direction", "second direction",
               bands, LOW, HIGH, span, span, log=True, open=True, square=True, contour=pieces)  # fmt: skip


def _named(losses: np.ndarray) -> str:
    """What the line of a map is, or why there is none."""
    if losses.min() > LEVEL:  # not so while a loss is not known
        return f"above {LEVEL:g} everywhere"
    return f"below {LEVEL:g} everywhere" if losses.max() < LEVEL else f"line: {LEVEL:g}"


def _line_at(level: float, rows: np.ndarray) -> list[tuple[float, ...]]:
    """Straight pieces (x, y, x, y) of the line at a level, through each square of four points that it crosses."""
    places = np.linspace(-1, 1, len(rows))
    above, known = rows > level, np.isfinite(rows)

    def between(a: tuple[int, int], b: tuple[int, int]) -> tuple[float, float]:
        share = (level - rows[a]) / (rows[b] - rows[a])
        y, x = (places[i] + share * (places[j] - places[i]) for i, j in zip(a, b, strict=True))
        return round(float(x), 3), round(float(y), 3)

    found: list[tuple[float, ...]] = []
    for r, c in np.ndindex(len(rows) - 1, len(rows) - 1):
        corners = [(r, c), (r, c + 1), (r + 1, c + 1), (r + 1, c)]
        if all(known[corner] for corner in corners):
            sides = pairwise([*corners, corners[0]])
            ends = [between(a, b) for a, b in sides if above[a] != above[b]]
            found += [(*start, *end) for start, end in zip(ends[::2], ends[1::2], strict=True)]
    return found


def _between(rows: np.ndarray) -> np.ndarray:
    """Each row with what lies between its points; what is not known yet is not, nor what lies before it."""
    points = np.arange(rows.shape[1])
    places = np.linspace(0, points[-1], FINER * points[-1] + 1)
    return np.stack([np.interp(places, points, row) for row in rows])


def _lines(walks: dict[str, Walks]) -> Lines:
    lines = tuple(_line(kind, walked) for kind, walked in walks.items())
    return Lines("Loss, nats, log scale: median and range", "distance", lines, log=True, low=1e-4, high=HIGH,
                 x=(0, 1), references={"guessing": GUESSING}, dodge=True)  # fmt: skip


def _line(kind: str, walks: Walks) -> Line:
    low, middle, high = (walks.losses.quantile(q, dim=0, interpolation="nearest").clamp(max=HIGH).tolist()
                         for q in (0.0, 0.5, 1.0))  # fmt: skip
    whiskers: Sequence[tuple[float, float]] = list(zip(low, high, strict=True))
    return Line(themes.label(kind), walks.distances.tolist(), middle, kind, whiskers=whiskers)
