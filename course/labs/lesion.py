"""The lesion lab: how much worse a trained network gets when one block is taken out."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from course import data, measure, networks, themes, wording
from course.data import Dataset
from course.labs import trained
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.sweeps import Job
from course.views import Frame, Line, Lines

KINDS = ("plain", "highway", "residual", "stochastic_depth")
COSTLY = 0.01  # a rise of the error by one point
HIGHEST = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # ends of the error's axis: as far as it must reach, and steady in a film
EVERY = 3  # epochs between two frames
SECONDS_PER_BLOCK = 0.0004  # of one frame, and of each layer that is then evaluated, on one core


class LesionLab(InstantLab):
    """Error and loss of a network without one of its blocks, for each block in turn.

    `dataset`: another data set than the digits, such as `data.load("mnist", subset=2000)`; the rule then searches a
    learning rate for each network first, which takes about four times as long as a training.
    """

    name, title = "lesion", "Lesion lab"
    controls = Controls((
        Options("kind", "Network", KINDS, "highway", tuple(themes.label(k) for k in KINDS), role="kind"),
        Number("layers", "Layers", 6, 50, 20, whole=True),
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


def _views(
    blocks: list[int], errors: list[float], losses: list[float], error: float, loss: float, kind: str
) -> tuple[Lines, Lines]:
    span, most = (0.5, len(blocks) + 0.5), max(*errors, error)
    return (
        Lines("Error without one block, per cent", "block taken out", (Line("", blocks, errors, kind, "bars"),), low=0,
              high=next(high for high in HIGHEST if most <= high), x=span, percent=True,
              references={"whole network": error}),
        Lines("Loss without one block, nats, log scale", "block taken out", (Line("", blocks, losses, kind, "points"),),
              log=True, low=1e-4, high=max(1.0, *losses), x=span, references={"whole network": loss}),
    )  # fmt: skip


def _shown(network: nn.Module, epoch: int, settings: Settings, dataset: Dataset) -> Frame:
    found = measure.lesion(network, dataset.train if settings["split"] == "train" else dataset.test)
    blocks = list(range(1, len(found.error) + 1))
    kind = settings["kind"]
    views = _views(blocks, found.error.tolist(), found.loss.tolist(), found.base_error, found.base_loss, kind)
    costly = [b for b, e in zip(blocks, found.error.tolist(), strict=True) if e - found.base_error > COSTLY]
    worst = int(found.loss.argmax()) + 1
    words = (
        f"{trained.when(epoch)}: the whole network errs on {wording.percent(found.base_error)}. Without one block the "
        f"error rises by more than a point for {len(costly)} of {len(blocks)} blocks; by its loss the costliest is "
        f"block {worst} ({wording.percent(found.error[worst - 1].item())}, "
        f"loss {wording.number(found.loss[worst - 1].item())})."
    )
    return Frame(views, words)
