# hint: ordered
import math


def path_lengths(blocks):
    return [math.perm(blocks, k) for k in range(blocks + 1)]
