"""The neuron lab: what one neuron computes."""

from __future__ import annotations

import math

import torch

from course import wording
from course.labs import plane
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.views import Frame, Line, Lines

TITLE = "Output; arrow: w; dashed: where w·x + b = 0"
RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, 4.0)}


class NeuronLab(InstantLab):
    """One neuron over the plane: the direction of its ridge, its steepness, its place."""

    name, title = "neuron", "Neuron lab"
    about = "g(w₁ x₁ + w₂ x₂ + b) over the plane"
    controls = Controls((
        Options("activation", "Activation", tuple(plane.ACTIVATIONS), "sigmoid", plane.LABELS),
        Number("w1", "Weight w₁", -5, 5, 2.0),
        Number("w2", "Weight w₂", -5, 5, 1.0),
        Number("b", "Bias b", -5, 5, 0.0),
    ))  # fmt: skip

    def compute(self, settings: Settings) -> Frame:
        name, w, b = settings["activation"], torch.tensor([settings["w1"], settings["w2"]]), settings["b"]
        g, (low, high) = plane.ACTIVATIONS[name], RANGES[name]
        values = g(plane.points() @ w + b)
        w1, w2 = settings["w1"], settings["w2"]
        shown = min(1.0, plane.REACH / max(abs(w1), abs(w2))) if w1 or w2 else 0.0  # of the arrow, up to the edge
        segments = [*plane.zero_line(w1, w2, b), *([(0.0, 0.0, shown * w1, shown * w2, True)] if shown else [])]
        surface = plane.surface(TITLE, values, low, high, diverging=name == "tanh", segments=segments,
                                handle=(shown * w1, shown * w2, "w1", "w2"))  # fmt: skip
        along, size = torch.linspace(*plane.EDGES, 121), float(w.norm())
        line = Line(name, along.tolist(), g(size * along + b).tolist(), "plain")
        title, where = "Output along the direction of w", "signed distance from the origin"
        cut = Lines(title, where, (line,), low=low, high=high, x=plane.EDGES)
        angle = math.degrees(math.atan2(float(w[1]), float(w[0]))) if size else 0.0
        distance = wording.decimals(abs(b) / size) if size else ""
        at = f"on a straight line at distance {distance} from the origin" if size else "nowhere: w is zero"
        words = (
            f"w points in the direction {wording.decimals(angle, 0)}° and has length {wording.decimals(size)}: the "
            f"larger, the steeper. The pre-activation is zero {at}."
        )
        return Frame((surface, cut), words)
