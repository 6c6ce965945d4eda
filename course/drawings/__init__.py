"""The drawings of the chapters: a function for each idea, from values of its chapter to a picture.

The language is in `course.drawings.marks`; `views.svg(drawing, "dark", 700)` writes any of them as a file.
"""

from course.drawings.catalogue import IDEAS, listed
from course.drawings.chapter01 import flow_graph, neuron
from course.drawings.chapter02 import dropout, norms
from course.drawings.chapter03 import (
    collapse,
    convolution,
    doing_nothing,
    fading_gradient,
    gain,
    identity,
    layers_removed,
)
from course.drawings.chapter04 import fading, gates_of_digits, highway, lesion, notations
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
from course.drawings.chapter06 import stochastic_depth
from course.drawings.picture import Picture, Scene

__all__ = [
    "IDEAS", "Picture", "Scene", "broken_shortcuts", "changed_size", "collapse", "convolution", "doing_nothing",
    "dropout", "fading", "fading_gradient", "family", "flow_graph", "gain", "gates_of_digits", "highway", "identity",
    "layers_removed", "lesion", "lesion_of_paths", "listed", "nested_classes", "neuron", "norms", "notations", "paths",
    "preactivation", "residual_block", "stochastic_depth",
]  # fmt: skip
