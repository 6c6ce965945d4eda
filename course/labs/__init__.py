"""Labs: real networks that train while you watch. Each has a headless face: the same object, driven by method calls."""

from course.labs.batch_norm import BatchNormLab
from course.labs.controls import RULE, Choice, Number
from course.labs.depth import DepthLab
from course.labs.dropout import DropoutLab
from course.labs.engine import LabRun
from course.labs.gates import GatesLab
from course.labs.gradients import GradientsLab
from course.labs.hidden_units import HiddenUnitsLab
from course.labs.identity import IdentityLab
from course.labs.init import InitLab
from course.labs.instant import InstantLab
from course.labs.lab import Built, Lab
from course.labs.lesion import LesionLab
from course.labs.neuron import CapacityLab, NeuronLab
from course.labs.panels import ALIVE, GATES, GRADIENTS, Panel
from course.labs.paths import PathsLab
from course.labs.question import Prediction, predict
from course.labs.sgd import SGDLab
from course.labs.shuffle import ShuffleLab
from course.labs.time import TimeLab
from course.views import Frame, Line, Lines, Map

__all__ = [
    "ALIVE", "GATES", "GRADIENTS", "RULE", "BatchNormLab", "Built", "CapacityLab", "Choice", "DepthLab",
    "DropoutLab", "Frame", "GatesLab", "GradientsLab", "HiddenUnitsLab", "IdentityLab", "InitLab", "InstantLab", "Lab",
    "LabRun", "LesionLab", "Line", "Lines", "Map", "NeuronLab", "Number", "Panel", "PathsLab", "Prediction", "SGDLab",
    "ShuffleLab", "TimeLab", "predict",
]  # fmt: skip
