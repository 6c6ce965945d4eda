# hint: powers
import math


def path_lengths(blocks):
    return [2**k for k in range(blocks + 1)]
