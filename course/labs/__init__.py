"""Labs: real networks that train while you watch. Each has a headless face: the same object, driven by method calls."""

from course.labs.controls import RULE, Choice, Number
from course.labs.depth import DepthLab
from course.labs.dropout import DropoutLab
from course.labs.engine import LabRun
from course.labs.lab import Built, Lab
from course.labs.panels import ALIVE, GATES, GRADIENTS, Panel
from course.labs.question import Prediction, predict
from course.labs.sgd import SGDLab

__all__ = [
    "ALIVE", "GATES", "GRADIENTS", "RULE", "Built", "Choice", "DepthLab", "DropoutLab", "Lab", "LabRun", "Number",
    "Panel", "Prediction", "SGDLab", "predict",
]  # fmt: skip
