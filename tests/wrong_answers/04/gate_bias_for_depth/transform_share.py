# hint: transform_share
import math


def gate_bias_for_depth(depth, kept):
    if depth < 1 or not 0 < kept < 1:
        raise ValueError(f"depth must be 1 or more and kept between 0 and 1; got {depth} and {kept}")
    transformed = (1 - kept) ** (1 / depth)
    return math.log(transformed / (1 - transformed))
