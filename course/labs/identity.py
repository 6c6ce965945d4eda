"""The identity lab: how hard is it for two layers to do nothing? A plain and a residual block learn H(x) = x."""

from __future__ import annotations

from collections.abc import Iterator

from course import wording
from course.labs.controls import Controls, Number, Settings
from course.labs.instant import InstantLab
from course.papers.identity_block import BATCH, WIDTH, errors
from course.views import Frame, Line, Lines

EVERY = 5  # steps between two frames


class IdentityLab(InstantLab):
    """Two stacks of two-layer blocks learn to return their input, one plain, one residual, side by side."""

    name, title = "identity", "Identity lab"
    about = f"digits of {WIDTH} numbers, batches of {BATCH}, SGD with momentum 0.9"
    controls = Controls((
        Number("blocks", "Blocks, one behind the other", 1, 8, 1, whole=True),
        Number("perturbation", "Perturbation ε: H(x) = x + ε g(x)", 0, 1, 0.0),
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
        running = {name: errors(name == "residual", steps, rate, **chosen) for name in ("plain", "residual")}
        found: dict[str, list[float]] = {"plain": [], "residual": []}
        for step in range(steps):
            for name, curve in found.items():
                curve.append(next(running[name]))
            if step % EVERY == 0 or step == steps - 1:
                yield _shown(found, steps)


def _shown(found: dict[str, list[float]], steps: int) -> Frame:
    lines = tuple(Line(name, range(1, len(curve) + 1), curve, name) for name, curve in found.items())
    now = {name: wording.number(curve[-1]) for name, curve in found.items()}
    title = "Mean squared error of the batch, log scale"
    view = Lines(title, f"step ({BATCH} pictures)", lines, log=True, low=1e-4, high=10, x=(1, steps))
    return Frame((view,), f"Step {len(found['plain'])}: plain {now['plain']}, residual {now['residual']}.")
