"""Right answers to `gate_bias_for_depth`, and usual mistakes in the first of them."""

from course.exercises.chapter04 import NO_BIAS, NO_LAYERS
from course.exercises.mistakes import Mistake

RIGHT = ["""
import math


def gate_bias_for_depth(depth, kept):
    if depth < 1 or not 0 < kept < 1:
        raise ValueError(f"depth must be 1 or more and kept between 0 and 1; got {depth} and {kept}")
    carried = kept ** (1 / depth)
    return math.log((1 - carried) / carried)
""", """
import torch


def gate_bias_for_depth(depth, kept):
    if not (depth >= 1 and kept > 0 and kept < 1):
        raise ValueError("no such gate")
    log_carry = torch.log(torch.tensor(kept, dtype=torch.float64)) / depth
    return torch.logit(-torch.expm1(log_carry))
"""]  # fmt: skip

MISTAKES = [
    Mistake("wrong_sign", "the sign is turned: σ(b) is what a layer transforms, one minus what it keeps.",
            old="return math.log((1 - carried) / carried)", new="return math.log(carried / (1 - carried))"),
    Mistake("root_forgotten",
            "each layer keeps a share, and the shares of all layers multiply: take the depth-th root.",
            old="carried = kept ** (1 / depth)", new="carried = kept"),
    Mistake("divided", "shares multiply, they do not add: the root of the share, not the share divided by the depth.",
            old="carried = kept ** (1 / depth)", new="carried = kept / depth"),
    Mistake("transform_share", "what is kept in a layer is 1 − σ(b), the carried share.",
            old="""carried = kept ** (1 / depth)
    return math.log((1 - carried) / carried)""",
            new="""transformed = (1 - kept) ** (1 / depth)
    return math.log(transformed / (1 - transformed))"""),
    Mistake("log_base", "the inverse of the sigmoid needs the natural logarithm.",
            old="return math.log((1 - carried) / carried)", new="return math.log10((1 - carried) / carried)"),
    Mistake("no_refusal", NO_LAYERS,
            old="""if depth < 1 or not 0 < kept < 1:
        raise ValueError(f"depth must be 1 or more and kept between 0 and 1; got {depth} and {kept}")""",
            new="""if not 0 < kept < 1:
        return -math.inf"""),
    Mistake("only_the_ends", NO_BIAS,
            old="if depth < 1 or not 0 < kept < 1:",
            new="if depth < 1 or kept in (0, 1):"),
    Mistake("clamped", NO_BIAS,
            old="""    if depth < 1 or not 0 < kept < 1:
        raise""",
            new="""    kept = min(max(kept, 1e-9), 1 - 1e-9)
    if depth < 1:
        raise"""),
]  # fmt: skip
