"""The identity lab: how hard is it to do nothing? Plain and residual blocks learn H(x) = x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch

from course import wording
from course.labs.controls import Controls, Number, Settings
from course.labs.instant import InstantLab
from course.papers.digits import DARKEST, digits
from course.papers.identity_block import BATCH, WIDTH, Lesson, lessons
from course.views import Frame, Line, Lines, Map

EVERY = 5  # steps between two frames
IMAGES = [34, 9, 25, 20, 16]  # of the test set: 0, 2, 3, 4, 5


class IdentityLab(InstantLab):
    """Two stacks of two-layer blocks learn to return their input, one plain, one residual, side by side."""

    name, title = "identity", "Identity lab"
    about = f"digits of {WIDTH} numbers, batches of {BATCH}, SGD with momentum 0.9"
    controls = Controls((
        Number("blocks", "Blocks in a row", 1, 16, 8, whole=True),
        Number("perturbation", "Perturbation ε: x + ε g(x)", 0, 1, 0.0),
        Number("weight_decay", "Weight decay", 0, 0.1, 0.0),
        Number("learning_rate", "Learning rate", 0.01, 3, 0.3, log=True),
        Number("steps", "Steps", 50, 2000, 100, whole=True, small=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded, anew = ({},), "Train trains anew"

    def compute(self, settings: Settings) -> Iterator[Frame]:
        steps = settings["steps"]
        chosen = {name: settings[name] for name in ("seed", "blocks", "weight_decay", "perturbation")}
        rate = settings["learning_rate"]
        running = {name: lessons(name == "residual", steps, rate, **chosen) for name in ("plain", "residual")}
        found: dict[str, list[float]] = {name: [] for name in running}
        for step in range(steps):
            now = {name: next(stack) for name, stack in running.items()}
            for name, lesson in now.items():
                found[name].append(lesson.error)
            if step % EVERY == 0 or step == steps - 1:
                first = "wanted" if settings["perturbation"] else "goes in"
                yield Frame((_pictures(now, first), _curves(found, steps)), _said(found))


def _pictures(now: Mapping[str, Lesson], first: str) -> Map:
    """Test images as they shall come back, and as each stack returns them. first: how the first row is called."""
    split = digits().test
    x = split[torch.tensor(IMAGES)][0].flatten(1)
    with torch.no_grad():
        returned = [now["plain"].wanted(x), *(lesson.stack(x) for lesson in now.values())]
    pixels = torch.stack(returned).unflatten(2, (8, 8)) * split.std + split.mean  # (rows, images, 8, 8)
    values = pixels.transpose(1, 2).reshape(len(returned) * 8, -1).flip(0)  # the first row of a map is its lowest
    rows = ((first, ""), *((name, name) for name in now))
    return Map(
        "What each stack returns for test images", "", "", values.numpy(), 0, DARKEST, (0, 1), (0, 1), pictures=rows
    )


def _curves(found: Mapping[str, list[float]], steps: int) -> Lines:
    lines = tuple(Line(name, range(1, len(curve) + 1), curve, name) for name, curve in found.items())
    title = "Mean squared error of the batch, log scale"
    return Lines(title, f"step ({BATCH} pictures)", lines, log=True, low=1e-4, high=10, x=(1, steps))


def _said(found: Mapping[str, list[float]]) -> str:
    now = ", ".join(f"{name} {wording.number(curve[-1])}" for name, curve in found.items())
    return f"Step {len(found['plain'])}: error {now}."
