"""Labs: real networks that train while you watch. Each has a headless face: the same object, driven by method calls."""

import os
from pathlib import Path

from course.labs import display
from course.labs.base import BaseLab
from course.labs.batch_norm import BatchNormLab
from course.labs.capacity import CapacityLab
from course.labs.controls import RULE, Controls, Number, Options
from course.labs.depth import DepthLab
from course.labs.display import Displayed
from course.labs.dropout import DropoutLab
from course.labs.folded import Folded, folded
from course.labs.gates import GatesLab
from course.labs.gradients import GradientsLab
from course.labs.hidden_units import HiddenUnitsLab
from course.labs.identity import IdentityLab
from course.labs.init import InitLab
from course.labs.instant import InstantLab
from course.labs.lab import Built, Lab
from course.labs.lab_run import LabRun
from course.labs.landscape import LandscapeLab
from course.labs.lesion import LesionLab
from course.labs.neuron import NeuronLab
from course.labs.panels import ALIVE, GATES, GRADIENTS, Panel
from course.labs.paths import PathsLab
from course.labs.question import Prediction, predict
from course.labs.sgd import SGDLab
from course.labs.shuffle import ShuffleLab
from course.labs.time import TimeLab

__all__ = [
    "ALIVE",
    "GATES",
    "GRADIENTS",
    "RULE",
    "BaseLab",
    "BatchNormLab",
    "Built",
    "CapacityLab",
    "Controls",
    "DepthLab",
    "Displayed",
    "DropoutLab",
    "Folded",
    "GatesLab",
    "GradientsLab",
    "HiddenUnitsLab",
    "IdentityLab",
    "InitLab",
    "InstantLab",
    "Lab",
    "LabRun",
    "LandscapeLab",
    "LesionLab",
    "NeuronLab",
    "Number",
    "Options",
    "Panel",
    "PathsLab",
    "Prediction",
    "SGDLab",
    "ShuffleLab",
    "TimeLab",
    "folded",
    "predict",
]  # fmt: skip


def _on_the_page(shown: Displayed) -> None:
    """The one place where labs and page meet: the page is loaded when something is first displayed."""
    from course.page import show

    show(shown)


def _as_a_page(shown: Displayed, path: str | os.PathLike[str]) -> Path:
    from course.page import write

    return write(shown, path)


display.connect(_on_the_page, _as_a_page)
