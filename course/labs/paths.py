"""The paths lab: how long the paths through a residual network are, and through which of them its gradient comes."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from course import data, measure, wording
from course.labs import trained
from course.labs.controls import Controls, Number, Settings
from course.labs.instant import InstantLab
from course.networks import nearest_depth
from course.sweeps import Job
from course.views import Frame, Line, Lines

IMAGES, SAMPLES, SHOWN_AFTER = 32, 2, (0, 1, 5, trained.EPOCHS)  # epochs
HEAD_ROOM = 1.1  # the axis ends so much above the highest value
SECONDS_PER_LAYER = 0.0001  # of one frame, and of each length of a path, on one core


class PathsLab(InstantLab):
    """The share of paths of each length, the gradient through one of them, and the product of the two."""

    name, title = "paths", "Paths lab"
    about = f"residual, 50 units wide, digits; gradients of {IMAGES} images, {SAMPLES} paths drawn for each length"
    controls = Controls((
        Number("layers", "Layers", 4, 110, 50, whole=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = ({},)

    def networks(self, settings: Settings) -> tuple[Job, ...]:
        layers = nearest_depth("residual", settings["layers"])
        return (trained.job("residual", layers, settings["seed"]),)

    def seconds(self, settings: Settings) -> float:
        wait = sum(map(trained.seconds, self.networks(settings)))
        return wait and wait + SECONDS_PER_LAYER * settings["layers"] ** 2 * len(SHOWN_AFTER)

    def compute(self, settings: Settings) -> Iterator[Frame]:
        (job,) = self.networks(settings)
        for epoch, network in trained.epochs("residual", job.network["depth"], settings["seed"]):
            if epoch in SHOWN_AFTER:
                yield _shown(network, epoch)


def _shown(network: nn.Module, epoch: int) -> Frame:
    train = data.load("digits", device="cpu").train
    sizes = measure.gradient_by_path_length(network, train.x[:IMAGES], train.y[:IMAGES], samples=SAMPLES).double()
    paths = measure.path_lengths(len(sizes) - 1)
    weighted = sizes * paths / (sizes * paths).sum()
    lengths = torch.arange(len(sizes))
    mean = (weighted * lengths).sum().item()
    at, span = lengths.tolist(), (-1.0, float(len(sizes)))
    one = (sizes / sizes.max()).tolist()
    high = HEAD_ROOM * max(paths.max().item(), weighted.max().item())
    low = min([size for size in one if size > 0], default=1e-3)
    views = (
        Lines("Share of the paths, and of the gradient", "length of the path, blocks",
              (Line("paths", at, paths.tolist(), "plain", "bars", bold=False),
               Line("gradient", at, weighted.tolist(), "residual")), low=0, high=high, x=span,
              peaks=True),
        Lines("Gradient through one path, largest 1, log scale", "length of the path, blocks",
              (Line("", at, one, "residual", "points"),), log=True, low=low, high=1,
              x=span),
    )  # fmt: skip
    blocks = len(sizes) - 1
    words = (
        f"{trained.when(epoch)}, {blocks} blocks: the mean path has {blocks / 2:g} of them; weighted by the gradient "
        f"that comes through them it has {wording.number(mean)}. A path through all blocks carries {_size(one[-1])} "
        "times as much as the one that carries most."
    )
    return Frame(views, words)


def _size(value: float) -> str:
    return wording.number(value) if value > 1e-30 else "less than 10⁻³⁰"
