"""Looking inside a network: a model and data go in, tensors come out, and the model is left as it was found.

Nothing that is measured trains, moves running averages or changes what a training draws next: see `preserved`.
"""

from course.measure.checking import gradient_check
from course.measure.counting import count_parameters, multiply_adds
from course.measure.gradients import autocorrelation, gradient_cosines, input_gradient, line_gradient
from course.measure.highway import block_outputs, gate_activity, gate_activity_by_class, gate_biases
from course.measure.landscape import loss_along, random_direction, reach
from course.measure.layers import ActivationStatistics, activation_cosines, activation_statistics, gradient_norms
from course.measure.lesions import (
    Lesions,
    Shuffle,
    block_layers,
    delete_blocks,
    kendall_tau,
    lesion,
    rearrange_blocks,
    shuffle_blocks,
)
from course.measure.paths import gradient_by_path, gradient_by_path_length, path_lengths
from course.measure.preserving import preserved
from course.measure.signals import arc_cosine_map, random_signals
from course.measure.structure import residual_blocks, weighted_layers

__all__ = [
    "ActivationStatistics", "Lesions", "Shuffle", "activation_cosines", "activation_statistics", "arc_cosine_map",
    "autocorrelation", "block_layers", "block_outputs", "count_parameters", "delete_blocks", "gate_activity",
    "gate_activity_by_class", "gate_biases", "gradient_by_path", "gradient_by_path_length", "gradient_check",
    "gradient_cosines", "gradient_norms", "input_gradient", "kendall_tau", "lesion", "line_gradient", "loss_along",
    "multiply_adds", "path_lengths", "preserved", "random_direction", "random_signals", "reach", "rearrange_blocks",
    "residual_blocks", "shuffle_blocks", "weighted_layers",
]  # fmt: skip
