import math


def path_lengths(blocks):
    return [math.comb(blocks, k) for k in range(blocks + 1)]
