"""The gates lab: what the transform gates of a highway network do, while it trains and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from course import measure, networks, wording
from course.data import Split
from course.labs import trained
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.papers.digits import DARKEST, digits
from course.sweeps import Job
from course.views import Frame, Map

DIGITS = tuple(str(n) for n in range(10))
SECONDS_PER_LAYER = 0.003  # of one frame, on one core
APART = 0.3  # end of the bars beside a block: from 50 layers on its gates differ by no more, on average
Named = tuple[str, Split]  # one picture or many, and how they are called


class GatesLab(InstantLab):
    """How far the gates for a picture, or for its class, differ from the mean or from a class: a map, block by unit,
    beside the two as pictures. Below it the gates of both, block outputs, and how far the gate biases moved.
    """

    name, title = "gates", "Gates lab"
    about = "highway network, 50 units wide, digits, gate bias by depth, 15 epochs"
    controls = Controls((
        Number("layers", "Layers", 5, 100, 50, whole=True),
        Number("picture", "Picture", 0, 359, 0, whole=True),
        Options("of", "Gates for", ("picture", "class"), "picture", ("this picture", "its whole class")),
        Options("minus", "minus", ("mean", *DIGITS), "mean", ("the mean", *DIGITS)),
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
    (one, first), (other, second) = _compared(settings)
    gates, others = (measure.gate_activity(network, some.x) for some in (first, second))
    apart = gates - others
    start = networks.gate_bias_for_depth(settings["layers"] - 2)
    moved = measure.gate_biases(network) - start
    views = (
        _pictures((one, first), (other, second)),
        _map(f"Gates for {one} minus {other}", apart, 0.5, diverging=True, margin=apart.abs().mean(1).tolist(),
             margin_title="mean |difference|", margin_high=APART,
             caption=f"blue: open wider for {one} than for {other}"),
        _map(f"Gates for {one}", gates, 1, small=True),
        _map(f"Gates for {other}", others, 1, small=True),
        _map(f"Block outputs, {one}", measure.block_outputs(network, first.x), 3, diverging=True, small=True),
        _map("Gate biases, change", moved, 0.05, diverging=True, small=True),
    )  # fmt: skip
    below = wording.percent((moved < 0).float().mean().item(), 0)
    words = (
        f"{trained.when(epoch)}: the gates for {one} and for {other} differ by {apart[:5].abs().mean():.3f} on average "
        f"in the first five blocks, by {apart[-5:].abs().mean():.3f} in the last five. They are open by "
        f"{gates.mean():.2f} for {one}, by {others.mean():.2f} for {other}. {below} of the gate biases lie below their "
        f"start of {wording.decimals(start)}."
    )
    return Frame(views, words)


def _compared(settings: Settings) -> tuple[Named, Named]:
    train, test = digits().train, digits().test
    picture = test.select(torch.tensor([settings["picture"]]))
    label = int(picture.y)
    one = (f"this {label}", picture) if settings["of"] == "picture" else _class_of(train, label)
    other = ("the mean", train) if settings["minus"] == "mean" else _class_of(train, int(settings["minus"]))
    return one, other


def _class_of(train: Split, label: int) -> Named:
    return f"class {label}", train.select(train.y == label)


def _pictures(*named: Named) -> Map:
    """What is compared, one below the other, each the mean of its images."""
    means = [some.images[:, 0].float().mean(0) / DARKEST for _, some in named]
    pixels, rows = torch.cat(means).flip(0).numpy(), tuple((name, "") for name, _ in named)
    return Map("Pictures", "", "", pixels, 0, 1, (0, 1), (0, 1), pictures=rows)


def _map(title: str, values: Tensor, high: float, **more: Any) -> Map:
    blocks, units = values.shape
    low = -high if more.get("diverging") else 0
    rows, columns = (0.5, blocks + 0.5), (0.5, units + 0.5)
    return Map(title, "unit", "block", values.numpy(), low, high, columns, rows, open=True, **more)
