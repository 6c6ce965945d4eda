"""Right answers to `from_carry_notation`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
def from_carry_notation(weight, bias):
    return -weight, -bias
""", """
import torch


def from_carry_notation(weight, bias):
    w, b = torch.zeros_like(weight), torch.zeros_like(bias)
    for unit in range(len(bias)):
        w[unit] = -1.0 * weight[unit]
        b[unit] = -1.0 * bias[unit]
    return [w, b]
"""]  # fmt: skip

MISTAKES = [
    Mistake("bias_only", "σ(−a) = 1 − σ(a) turns the sign of the whole pre-activation, W x as well as b.",
            old="return -weight, -bias", new="return weight, -bias"),
    Mistake("weight_only", "the bias is part of the pre-activation: its sign turns as well.",
            old="return -weight, -bias", new="return -weight, bias"),
    Mistake("one_minus", "1 − σ(a) is not σ(1 − a). Which a' has σ(a') = 1 − σ(a)?",
            old="return -weight, -bias", new="return 1 - weight, 1 - bias"),
    Mistake("bias_one_minus", "the weight is right; of the bias only the sign turns, as for the weight.",
            old="return -weight, -bias", new="return -weight, 1 - bias"),
    Mistake("in_place", "make new tensors: the ones that you were given belong to somebody else.",
            old="return -weight, -bias", new="return weight.neg_(), bias.neg_()"),
    Mistake("squeezed", "squeeze() takes a dimension away where there is one unit: the shapes stay as they are.",
            old="return -weight, -bias",
            new="return -weight.squeeze(), -bias.squeeze()"),
]  # fmt: skip
