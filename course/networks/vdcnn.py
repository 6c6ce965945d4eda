"""VDCNN: very deep convolutional networks for text, read as characters (Conneau et al. 2017)."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from course import blocks
from course.networks.build import build

LEVELS = {9: (1, 1, 1, 1), 17: (2, 2, 2, 2), 29: (5, 5, 2, 2), 49: (8, 8, 5, 3)}  # blocks of two convolutions
MAPS = (64, 128, 256, 512)


class KMaxPool(nn.Module):
    """The k largest values of each feature, in the order in which they occur: (N, C, length) -> (N, C, k)."""

    def __init__(self, k: int):
        super().__init__()
        self.k = k

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[2] < self.k:
            raise ValueError(
                f"{self.k}-max pooling needs at least {self.k} positions, got {x.shape[2]}: use a longer text"
            )
        places = x.topk(self.k, dim=2).indices.sort(dim=2).values
        return x.gather(2, places)

    def extra_repr(self) -> str:
        return f"{self.k}"


class Transpose(nn.Module):
    """(N, length, C) -> (N, C, length)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(1, 2)


def vdcnn(depth: int, classes: int, shortcut: bool = False, *, vocabulary: int = 69, seed: int = 0) -> nn.Sequential:
    """VDCNN with 9, 17, 29 or 49 convolutions: characters (N, length) int64 below `vocabulary` -> (N, classes).

    Embedding 16, a convolution, then four levels of two-convolution blocks with 64 to 512 maps, the length halved
    between them; the 8 largest values of each of 512 maps, and three dense layers. shortcut: add one around each
    block, a projection where the maps change. The length is at least 57, so that 8 positions are left. Raises
    ValueError for another depth.

    Parameters with 4 classes: 14,178,068 at depth 9, 16,272,788 at 17, 16,644,884 at 29, 19,777,172 at 49; shortcuts
    add 173,824.
    """
    if depth not in LEVELS:
        raise ValueError(f"depth counts convolutions: one of {', '.join(map(str, LEVELS))}; got {depth}")

    def layout() -> nn.Sequential:
        stem = [nn.Embedding(vocabulary, 16), Transpose(), nn.Conv1d(16, 64, 3, padding=1)]
        dense = [nn.Linear(4096, 2048), nn.ReLU(), nn.Linear(2048, 2048), nn.ReLU(), nn.Linear(2048, classes)]
        return nn.Sequential(*stem, *_levels(LEVELS[depth], shortcut), KMaxPool(8), nn.Flatten(), *dense)

    return build(layout, seed)


def _levels(counts: tuple[int, ...], shortcut: bool) -> Iterator[nn.Module]:
    before = MAPS[0]
    for level, (maps, count) in enumerate(zip(MAPS, counts, strict=True)):
        if level:
            yield nn.MaxPool1d(3, stride=2, padding=1)
        for _ in range(count):
            yield _block(before, maps, shortcut)
            before = maps


def _block(before: int, maps: int, shortcut: bool) -> nn.Module:
    """[conv3-BN-ReLU] twice; with a shortcut the second ReLU follows the sum, as in He's block."""
    layers = [
        nn.Conv1d(before, maps, 3, padding=1), nn.BatchNorm1d(maps), nn.ReLU(),
        nn.Conv1d(maps, maps, 3, padding=1), nn.BatchNorm1d(maps),
    ]  # fmt: skip
    if not shortcut:
        return nn.Sequential(*layers, nn.ReLU())
    path = nn.Sequential(nn.Conv1d(before, maps, 1, bias=False), nn.BatchNorm1d(maps)) if before != maps else None
    return blocks.Residual(nn.Sequential(*layers), path)
