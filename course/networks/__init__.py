"""Builders of whole networks: plain `nn.Module`s, parameter count in the docstring and in a test."""

from course.networks.mlp import KINDS, gate_bias_for_depth, mlp, nearest_depth

__all__ = ["KINDS", "gate_bias_for_depth", "mlp", "nearest_depth"]
