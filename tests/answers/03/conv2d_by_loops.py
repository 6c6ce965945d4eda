"""Right answers to `conv2d_by_loops`, and usual mistakes in the first of them."""

from course.exercises.chapter03 import FITS, KERNEL
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def conv2d_by_loops(x, weight, bias, stride, padding):
    channels, height, width = x.shape
    k = weight.shape[-1]
    padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = x
    rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1
    y = torch.zeros(len(weight), rows, columns)
    for o in range(len(weight)):
        for i in range(rows):
            for j in range(columns):
                window = padded[:, stride * i : stride * i + k, stride * j : stride * j + k]
                y[o, i, j] = bias[o] + (weight[o] * window).sum()
    return y
""", """
import torch.nn.functional as F


def conv2d_by_loops(x, weight, bias, stride, padding):
    return F.conv2d(x[None], weight, bias, stride, padding)[0]
""", """
import torch


def conv2d_by_loops(x, weight, bias, stride, padding):
    x, weight = x.double(), weight.double()
    outputs, inputs, k, _ = weight.shape
    padded = torch.nn.functional.pad(x, (padding,) * 4)
    rows = range(0, padded.shape[1] - k + 1, stride)
    columns = range(0, padded.shape[2] - k + 1, stride)
    y = [
        [
            [
                bias[o].item()
                + sum(
                    (weight[o, c, u, v] * padded[c, i + u, j + v]).item()
                    for c in range(inputs)
                    for u in range(k)
                    for v in range(k)
                )
                for j in columns
            ]
            for i in rows
        ]
        for o in range(outputs)
    ]
    return torch.tensor(y)
"""]  # fmt: skip

MISTAKES = [
    Mistake("kernel_turned", "the window is multiplied by the kernel as it stands; this one is turned by 180 degrees.",
            old="y[o, i, j] = bias[o] + (weight[o] * window).sum()",
            new="y[o, i, j] = bias[o] + (weight[o].flip(1, 2) * window).sum()"),
    Mistake("no_padding", "lay `padding` zeros around the picture first, on all four sides.",
            old="""padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = x""",
            new="padded, padding = x, 0"),
    Mistake("no_stride", "the window moves by `stride` from one place to the next, and there are fewer places.",
            old="channels, height, width = x.shape", new="""stride = 1
    channels, height, width = x.shape"""),
    Mistake("steps_of_one", "at place (i, j) the window starts in row `stride * i` and column `stride * j`.",
            old="window = padded[:, stride * i : stride * i + k, stride * j : stride * j + k]",
            new="window = padded[:, i : i + k, j : j + k]"),
    Mistake("no_bias", "each output channel has a bias that is added once.",
            old="y[o, i, j] = bias[o] + (weight[o] * window).sum()", new="y[o, i, j] = (weight[o] * window).sum()"),
    Mistake("first_channel_only", "an output is a sum over all input channels.",
            old="y[o, i, j] = bias[o] + (weight[o] * window).sum()",
            new="y[o, i, j] = bias[o] + (weight[o, 0] * window[0]).sum()"),
    Mistake("transposed", "rows and columns are exchanged: the first spatial index counts rows.",
            old="return y", new="return y.transpose(1, 2)"),
    Mistake("one_place_short", "how many places are there? (n + 2p - k) // s, and one more.",
            old="rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1",
            new="rows, columns = (height + 2 * padding - k) // stride, (width + 2 * padding - k) // stride"),
    Mistake("rounded_up", FITS,
            old="rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1",
            new="rows, columns = (1 - (k - n - 2 * padding) // stride for n in (height, width))"),
    Mistake("same_padding", "`padding` says how many zeros: not always as many as keep the size.",
            old="channels, height, width = x.shape",
            new="""channels, height, width = x.shape
    padding = min(padding, 1)"""),
    Mistake("kernel_of_three", KERNEL,
            old="k = weight.shape[-1]",
            new="k = 3"),
    Mistake("padding_behind_the_stride", FITS,
            old="rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1",
            new="rows, columns = ((n - k) // stride + 1 + 2 * padding for n in (height, width))"),
]  # fmt: skip
