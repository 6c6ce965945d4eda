"""A folder of class folders, or a zip of one, as a data set: any image size, grey or colour.

Every image is brought to the size of the first by name, scaled down to at most 64 pixels a side; images of that size
stay as they are, bit for bit. If all are grey there is one channel, else three. What was passed over and what was
changed is said in the data set's notes.
"""

from __future__ import annotations

import hashlib
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course.data import cache, layout, pictures, sources
from course.data.dataset import Dataset, Split, random_indices
from course.data.errors import DataError
from course.data.layout import Listed
from course.data.sources import Folder, Zip

if TYPE_CHECKING:
    from tqdm import tqdm

LARGEST_SIDE = 64
EDITION = 2  # of what becomes of an image: a cache from an earlier one is made anew
COARSE = 1 << 12  # sixteen-bit values that stay below it keep fewer than 16 of 256 levels


def class_folders(path: Path, root: Path, subset: int | None = None) -> Dataset:
    """The images at `path`, from the cache below `root` if nothing changed since; of a `subset`, only those are
    decoded.

    Raises DataError with the file's name for what cannot be read, and for sources without at least two classes.
    """
    source = sources.at(path)
    name = Path(os.path.abspath(path)).name if path.is_dir() else path.stem
    name = name.encode("utf-8", "backslashreplace").decode()  # a name in an old encoding has bytes that no text has
    key = hashlib.sha256(os.fsencode(path.resolve()) + f" {subset}".encode()).hexdigest()[:16]
    fingerprint = f"{EDITION} {source.fingerprint()}"
    dataset = cache.find(root, f"{name[:60]}-{key}", fingerprint)
    if dataset is None:
        dataset = _decode(name, source, subset)
        cache.write(cache.file_for(root, f"{name[:60]}-{key}"), dataset, fingerprint)
    return dataset


def count_training(path: Path) -> int:
    """How many training images there are, without decoding any."""
    return len(layout.arrange(sources.at(path)).train)


def _decode(name: str, source: Folder | Zip, subset: int | None) -> Dataset:
    train, test, notes = layout.arrange(source)
    labels = {label: number for number, label in enumerate(sorted({image.label for image in train}))}
    first = min(*train, *test)  # by name
    if subset is not None:
        train, test = (
            [part[k] for k in random_indices(len(part), wanted, seed=0).tolist()]
            for part, wanted in ((train, subset), (test, max(1, subset // 5)))
        )
    seen = pictures.Seen()
    with warnings.catch_warnings(), _bar(name, len(train) + len(test)) as bar:
        warnings.simplefilter("ignore")  # PIL warns of large and odd pictures; we look at them ourselves
        size = _size(source, first)
        stacks = [_stack(source, part, size, bar, seen) for part in (train, test)]
    if 0 < seen.largest < COARSE:
        raise DataError(
            f"{source.path}: the values of its sixteen-bit images end at {seen.largest:,} of 65,535, so that next to "
            "nothing would be seen; multiply them, or save the images with 8 bits"
        )
    if len({stack.shape[1] for stack in stacks}) > 1:  # one split is all grey, the other is not
        stacks = [stack.expand(-1, 3, -1, -1).contiguous() for stack in stacks]
    notes += seen.words(len(train) + len(test), size)
    constants = cache.per_channel(stacks[0])
    parts = (
        Split(stack, torch.tensor([labels[image.label] for image in part]), *constants)
        for stack, part in zip(stacks, (train, test), strict=True)
    )
    return Dataset(name, tuple(labels), *parts, notes=tuple(notes))


def _bar(name: str, total: int) -> tqdm:
    """A progress bar for who has many images; it shows only after two seconds, in a terminal."""
    from tqdm import tqdm

    return tqdm(total=total, desc=f"reading {name}", unit="image", delay=2, file=sys.stderr, leave=False, disable=None)


def _size(source: Folder | Zip, first: Listed) -> tuple[int, int]:
    """(width, height) for all images: the first one's, scaled down to at most 64 pixels a side."""
    _, height, width = pictures.read(source, first.name, None, pictures.Seen()).shape
    scale = min(1.0, LARGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _stack(source: Folder | Zip, part: list[Listed], size: tuple[int, int], bar: tqdm, seen: pictures.Seen) -> Tensor:
    """(N, 1 or 3, H, W) uint8."""
    width, height = size
    stack = torch.empty(len(part), 3, height, width, dtype=torch.uint8)
    grey = True
    for row, image in zip(stack, part, strict=True):
        pixels = pictures.read(source, image.name, size, seen)
        grey = grey and len(pixels) == 1
        row.copy_(pixels)
        bar.update()
    return stack[:, :1].contiguous() if grey else stack
