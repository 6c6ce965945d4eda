# hint: one_too_long
import math


def path_lengths(blocks):
    return [math.comb(blocks + 1, k) for k in range(blocks + 1)]
