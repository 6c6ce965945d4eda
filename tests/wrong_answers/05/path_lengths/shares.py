# hint: shares
import math


def path_lengths(blocks):
    return [math.comb(blocks, k) / 2**blocks for k in range(blocks + 1)]
