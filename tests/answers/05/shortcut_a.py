"""Right answers to `shortcut_a`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
from torch.nn import functional as F


def shortcut_a(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))
""", """
import torch


def shortcut_a(x, channels):
    n, old, height, width = x.shape
    new = torch.zeros(n, channels, (height + 1) // 2, (width + 1) // 2, dtype=torch.float64)
    for row in range(0, height, 2):
        for column in range(0, width, 2):
            new[:, :old, row // 2, column // 2] = x[:, :, row, column]
    return new
"""]  # fmt: skip

MISTAKES = [
    Mistake("averaged", "this is the mean of four pixels; option A takes one of them.",
            old="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))",
            new="return F.pad(F.avg_pool2d(x, 2), (0, 0, 0, 0, 0, channels - x.shape[1]))"),
    Mistake("from_one", "the first row and the first column are kept.",
            old="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))",
            new="return F.pad(x[:, :, 1::2, 1::2], (0, 0, 0, 0, 0, channels - x.shape[1]))"),
    Mistake("zeros_first", "the new channels come after the old ones.",
            old="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))",
            new="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, channels - x.shape[1], 0))"),
    Mistake("width_padded", "the image has grown wider: the zeros belong into new channels, which F.pad counts third.",
            old="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))",
            new="return F.pad(x[:, :, ::2, ::2], (0, channels - x.shape[1]))"),
    Mistake("space_padded", "the zeros belong into new channels, not around the image.",
            old="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))",
            new="return F.pad(x[:, :, ::2, ::2], (1, 1, 1, 1))"),
    Mistake("copied", "the new channels are zero, not copies.",
            old="""from torch.nn import functional as F


def shortcut_a(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))""",
            new="""import torch


def shortcut_a(x, channels):
    small = x[:, :, ::2, ::2]
    return torch.cat([small] * channels, dim=1)[:, :channels]"""),
    Mistake("rows_only", "every second row and every second column.",
            old="return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))",
            new="return F.pad(x[:, :, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))"),
    Mistake("detached", "a shortcut lets the gradient through: no detach, no_grad or NumPy.",
            old="return F.pad(x[:, :, ::2, ::2],",
            new="return F.pad(x.detach()[:, :, ::2, ::2] + 0 * x[:, :, ::2, ::2],"),
]  # fmt: skip
