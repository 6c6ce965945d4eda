# hint: no_refusal
import math


def gate_bias_for_depth(depth, kept):
    if not 0 < kept < 1:
        return -math.inf
    carried = kept ** (1 / depth)
    return math.log((1 - carried) / carried)
