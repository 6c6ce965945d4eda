"""The drawings of the chapters: a function for each idea, from values of its chapter to a picture.

The language is in `course.drawings.marks`; `views.svg(drawing, "dark", 700)` writes any of them as a file.
"""

from course.drawings.catalogue import IDEAS, listed
from course.drawings.chapter01 import early_stopping, flow_graph, mini_batches, neuron, rates, valley
from course.drawings.chapter02 import batch_norm, dropout, norms, two_modes
from course.drawings.chapter03 import (
    collapse,
    convolution,
    doing_nothing,
    fading_gradient,
    gain,
    identity,
    layers_removed,
    quadrant,
)
from course.drawings.chapter04 import cut, fading, gates_of_digits, highway, lesion, notations, routes
from course.drawings.chapter05 import (
    broken_shortcuts,
    changed_size,
    family,
    lesion_of_paths,
    nested_classes,
    paths,
    preactivation,
    residual_block,
)
from course.drawings.chapter06 import batch_or_example, means, stochastic_depth, survival, train_and_use
from course.drawings.chapter07 import branches, five_techniques, looks_linear, noises, shattering, switches
from course.drawings.picture import Picture, Scene

__all__ = [
    "IDEAS", "Picture", "Scene", "batch_norm", "batch_or_example", "branches", "broken_shortcuts", "changed_size",
    "collapse", "convolution", "cut", "doing_nothing", "dropout", "early_stopping", "fading", "fading_gradient",
    "family", "five_techniques", "flow_graph", "gain", "gates_of_digits", "highway", "identity", "layers_removed",
    "lesion", "lesion_of_paths", "listed", "looks_linear", "means", "mini_batches", "nested_classes", "neuron",
    "noises", "norms", "notations", "paths", "preactivation", "quadrant", "rates", "residual_block", "routes",
    "shattering", "stochastic_depth", "survival", "switches", "train_and_use", "two_modes", "valley",
]  # fmt: skip
