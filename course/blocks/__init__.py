"""One class per idea of the course; the formula is in the docstring and in the line of `forward`.

Blocks keep their input's shape unless the name says otherwise. A block that draws random numbers has a `generator`:
`train` sets it, so that a run depends on its recipe's seed alone.
"""

from course.blocks.conv import (
    Fixup,
    HighwayConv,
    PreActivation,
    ShortcutA,
    SkipInit,
    basic_branch,
    bottleneck_branch,
    conv,
    preact_basic_branch,
    preact_bottleneck_branch,
    projection,
)
from course.blocks.dense import CReLU, Highway, Layer, LooksLinear, Residual, ReZero, dense_branch
from course.blocks.from_scratch import BatchNorm, Dropout
from course.blocks.stochastic import DropPath, StochasticDepth, expected_blocks, survival_probabilities

__all__ = [
    "BatchNorm", "CReLU", "DropPath", "Dropout", "Fixup", "Highway", "HighwayConv", "Layer", "LooksLinear",
    "PreActivation", "ReZero", "Residual", "ShortcutA", "SkipInit", "StochasticDepth", "basic_branch",
    "bottleneck_branch", "conv", "dense_branch", "expected_blocks", "preact_basic_branch", "preact_bottleneck_branch",
    "projection", "survival_probabilities",
]  # fmt: skip
