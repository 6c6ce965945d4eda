"""A folder of class folders, or a zip of one, as a data set: any image size, grey or colour.

Every image is brought to the size of the first by name, scaled down to at most 64 pixels a side; images of that size
stay as they are, bit for bit. If all are grey there is one channel, else three.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course import wording
from course.data import cache, layout, sources
from course.data.dataset import Dataset, Split, random_indices
from course.data.errors import DataError
from course.data.layout import Listed
from course.data.sources import Folder, Zip

if TYPE_CHECKING:
    from PIL import Image
    from tqdm import tqdm

GREY = ("1", "L", "LA", "La")  # PIL's modes of eight bits or fewer
LARGEST_SIDE = 64
MOST_PIXELS = 50_000_000  # a picture beyond this is no picture of a data set


def class_folders(path: Path, root: Path, subset: int | None = None) -> Dataset:
    """The images at `path`, from the cache below `root` if nothing changed since; of a `subset`, only those are
    decoded.

    Raises DataError with the file's name for what cannot be read, and for sources without at least two classes.
    """
    source = sources.at(path)
    name = Path(os.path.abspath(path)).name if path.is_dir() else path.stem
    key = hashlib.sha256(f"{path.resolve()} {subset}".encode()).hexdigest()[:16]
    fingerprint = source.fingerprint()
    dataset = cache.find(root, f"{name[:60]}-{key}", fingerprint)
    if dataset is None:
        dataset = _decode(name, source, subset)
        cache.write(cache.file_for(root, f"{name[:60]}-{key}"), dataset, fingerprint)
    return dataset


def count_training(path: Path) -> int:
    """How many training images there are, without decoding any."""
    return len(layout.arrange(sources.at(path))[0])


def _decode(name: str, source: Folder | Zip, subset: int | None) -> Dataset:
    train, test = layout.arrange(source)
    labels = {label: number for number, label in enumerate(sorted({image.label for image in train}))}
    first = min(*train, *test)  # by name
    if subset is not None:
        train, test = (
            [part[k] for k in random_indices(len(part), wanted, seed=0).tolist()]
            for part, wanted in ((train, subset), (test, max(1, subset // 5)))
        )
    with warnings.catch_warnings(), _bar(name, len(train) + len(test)) as bar:
        warnings.simplefilter("ignore")  # PIL warns of large and odd pictures; we look at them ourselves
        size = _size(source, first)
        stacks = [_stack(source, part, size, bar) for part in (train, test)]
    if len({stack.shape[1] for stack in stacks}) > 1:  # one split is all grey, the other is not
        stacks = [stack.expand(-1, 3, -1, -1).contiguous() for stack in stacks]
    constants = cache.per_channel(stacks[0])
    parts = (
        Split(stack, torch.tensor([labels[image.label] for image in part]), *constants)
        for stack, part in zip(stacks, (train, test), strict=True)
    )
    return Dataset(name, tuple(labels), *parts)


def _bar(name: str, total: int) -> tqdm:
    """A progress bar for who has many images; it shows only after two seconds, in a terminal."""
    from tqdm import tqdm

    return tqdm(total=total, desc=f"reading {name}", unit="image", delay=2, file=sys.stderr, leave=False, disable=None)


def _size(source: Folder | Zip, first: Listed) -> tuple[int, int]:
    """(width, height) for all images: the first one's, scaled down to at most 64 pixels a side."""
    _, height, width = _pixels(source, first.name, None).shape
    scale = min(1.0, LARGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _stack(source: Folder | Zip, part: list[Listed], size: tuple[int, int], bar: tqdm) -> Tensor:
    """(N, 1 or 3, H, W) uint8."""
    width, height = size
    stack = torch.empty(len(part), 3, height, width, dtype=torch.uint8)
    grey = True
    for row, image in zip(stack, part, strict=True):
        pixels = _pixels(source, image.name, size)
        grey = grey and len(pixels) == 1
        row.copy_(pixels)
        bar.update()
    return stack[:, :1].contiguous() if grey else stack


def _pixels(source: Folder | Zip, name: str, size: tuple[int, int] | None) -> Tensor:
    """One image as (1 or 3, H, W) uint8. Raises DataError, with the file's name, whatever is wrong with it."""
    from PIL import Image, UnidentifiedImageError

    try:
        content = source.read(name)
        if not content:
            raise ValueError("it is empty")
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError(f"{opened.width} x {opened.height} pixels are too many")
            if size is not None:
                opened.draft(
                    None, (2 * size[0], 2 * size[1])
                )  # a large JPEG is decoded at a half, a quarter, an eighth
            image = _eight_bits(opened)
        if size is not None and image.size != size:
            image = image.resize(size, Image.Resampling.BILINEAR)
        flat = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
        return flat.view(image.height, image.width, -1).permute(2, 0, 1)
    except Exception as error:  # PIL and zipfile raise many types for a damaged file
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "it is damaged, or of no known kind" if unknown else wording.reason(error)
        raise DataError(f"{source.path}: {name} is no image that can be read ({reason}); repair or remove it") from None


def _eight_bits(image: Image.Image) -> Image.Image:
    """`image` in mode L or RGB. Of sixteen bits the upper eight are kept."""
    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose range is unknown: save it with 8 bits")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda v: v / 256).convert("L")
    return image.convert("L" if image.mode in GREY else "RGB")
