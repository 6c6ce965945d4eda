"""Batched augmentation: pure functions of a batch and a generator, on the batch's device.

The random choices are drawn on the CPU, so that they are the same on every device; each function takes normalised
images (N, C, H, W) and returns new ones of the same shape. New pixels are 0, the mean of the normalised images.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def crop(x: Tensor, generator: torch.Generator | None = None, padding: int = 4) -> Tensor:
    """Pad by `padding` zeros on each side, then cut a random window of the old size (He et al. 2015)."""
    return _window(x, padding, generator)


def shift(x: Tensor, generator: torch.Generator | None = None, pixels: int = 2) -> Tensor:
    """Move each image by up to `pixels` in both directions (a crop with less padding, for digits)."""
    return _window(x, pixels, generator)


def flip(x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Mirror each image left to right with probability 1/2."""
    mirrored = (torch.rand(len(x), generator=generator) < 0.5).to(x.device)
    return torch.where(mirrored.view(-1, 1, 1, 1), x.flip(3), x)


def erase(x: Tensor, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
    """Set a random square of side `size` (a quarter of the height unless given) to 0 (cutout, DeVries & Taylor
    2017).
    """
    n, _, height, width = x.shape
    size = size or max(1, height // 4)
    top = torch.randint(height - size + 1, (n, 1), generator=generator).to(x.device)
    left = torch.randint(width - size + 1, (n, 1), generator=generator).to(x.device)
    rows, columns = torch.arange(height, device=x.device), torch.arange(width, device=x.device)
    in_rows = (rows >= top) & (rows < top + size)  # (N, H)
    in_columns = (columns >= left) & (columns < left + size)  # (N, W)
    return x.masked_fill((in_rows[:, :, None] & in_columns[:, None, :])[:, None], 0)


def apply(names: tuple[str, ...], x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """The named augmentations, one after another."""
    for name in names:
        x = BY_NAME[name](x, generator)
    return x


def _window(x: Tensor, padding: int, generator: torch.Generator | None) -> Tensor:
    """A random window of each padded image: one gather for the whole batch."""
    n, _, height, width = x.shape
    offsets = torch.randint(2 * padding + 1, (2, n, 1), generator=generator).to(x.device)
    rows = offsets[0] + torch.arange(height, device=x.device)  # (N, H)
    columns = offsets[1] + torch.arange(width, device=x.device)  # (N, W)
    images = torch.arange(n, device=x.device)[:, None, None]
    padded = F.pad(x, (padding, padding, padding, padding)).permute(0, 2, 3, 1)  # (N, H, W, C)
    return padded[images, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


BY_NAME = {"crop": crop, "shift": shift, "flip": flip, "erase": erase}
