"""A folder of class folders, or a zip of one, as a data set: any image size, grey or colour.

Class folders stand at the top, or inside `train` and `test` (or `val`, `valid`, `validation`); without a test folder a
fifth of each class is held out for testing by a fixed seed. Every image is brought to the size of the first, at most 64
pixels a side; images of that size stay as they are, bit for bit. If all are grey there is one channel, else three.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from course.data import cache
from course.data.dataset import Dataset, Split, choose
from course.data.errors import DataError

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
TRAIN, TEST = ("train", "training"), ("test", "val", "valid", "validation")
GREY = ("1", "L", "LA", "I", "I;16", "F")  # PIL's modes
LARGEST_SIDE = 64
MOST_PIXELS = 50_000_000  # a picture beyond this is no picture of a data set


class Listed(NamedTuple):
    """One image of the listing: its name inside the source, and where it belongs."""

    name: str
    split: str  # "", "train" or "test"
    label: str


class Folder:
    """A folder on disk: names relative to it, with `/`."""

    def __init__(self, path: Path):
        self.path = path

    def names(self) -> list[str]:
        """Files, and folders with a `/` at their end."""
        found = self.path.rglob("*")
        return sorted(p.relative_to(self.path).as_posix() + "/" * p.is_dir() for p in found)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return (self.path / name).read_bytes()

    def state(self, names: list[str]) -> str:
        """Changes when a file does."""
        return repr([(n, s.st_size, s.st_mtime_ns) for n in names for s in [(self.path / n).stat()]])


class Zip:
    """A zip file, read in place."""

    def __init__(self, path: Path):
        self.path = path
        try:
            self.file = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(f"{path} is no zip file, or it is cut short ({error}): copy it again") from None

    def names(self) -> list[str]:
        """Members, folders with a `/` at their end."""
        return sorted(self.file.namelist())

    def read(self, name: str) -> bytes:
        """The bytes of a member."""
        return self.file.read(name)

    def state(self, names: list[str]) -> str:
        """Changes when the file does."""
        stat = self.path.stat()
        return repr((stat.st_size, stat.st_mtime_ns))


def load(path: Path, root: Path, subset: int | None = None) -> Dataset:
    """The images at `path`, from the cache below `root` if nothing changed since; of a `subset`, only those are
    decoded.

    Raises DataError with the file's name for what cannot be read, and for sources without at least two classes.
    """
    source = Folder(path) if path.is_dir() else Zip(path)
    listed = _listing(source)
    key = hashlib.sha256(f"{path.resolve()} {subset} {source.state([i.name for i in listed])}".encode()).hexdigest()[
        :16
    ]
    file = cache.file_for(root, f"{path.stem}-{key}")
    dataset = cache.read(file)
    if dataset is None:
        dataset = _decode(source, listed, subset)
        cache.write(file, dataset)
    return dataset


def count(path: Path) -> int:
    """How many training images there are, without decoding any."""
    listed = _listing(Folder(path) if path.is_dir() else Zip(path))
    return len(_split(listed)[0])


def _listing(source: Folder | Zip) -> list[Listed]:
    """The images of the source, each with split and class. Raises DataError if they are no classes."""
    everything = [n for n in source.names() if not _hidden(n)]
    images = [n for n in everything if n.lower().endswith(ENDINGS)]
    if not images:
        raise DataError(
            f"{source.path} holds no images ({', '.join(e[1:] for e in ENDINGS)}): give a folder of class folders"
        )
    skip = _wrappers([n.split("/") for n in images])
    listed = [_place(name, name.split("/")[skip:]) for name in images]
    if any(not image.label for image in listed):
        loose = next(i.name for i in listed if not i.label)
        raise DataError(
            f"{source.path}: {loose} lies in no class folder; put the images of each class into a folder of its own"
        )
    _check_empty(source, everything, listed, skip)
    _check_classes(source, listed)
    return listed


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _wrappers(parts: list[list[str]]) -> int:
    """How many folders wrap everything, as `cifar10/` does in a zip: shared by all, with folders still below."""
    skip = 0
    while all(len(p) > skip + 2 for p in parts) and len({p[skip] for p in parts}) == 1:
        skip += 1
    return skip


def _place(name: str, parts: list[str]) -> Listed:
    """Split and class of an image from the folders it lies in."""
    first = parts[0].lower()
    if len(parts) > 2 and first in TRAIN + TEST:
        return Listed(name, "train" if first in TRAIN else "test", parts[1])
    return Listed(name, "", parts[0] if len(parts) > 1 else "")


def _check_empty(source: Folder | Zip, everything: list[str], listed: list[Listed], skip: int) -> None:
    depth = skip + (2 if any(image.split for image in listed) else 1)
    for folder in everything:
        if folder.endswith("/") and folder.count("/") == depth and not any(i.name.startswith(folder) for i in listed):
            raise DataError(f"{source.path}: the class folder {folder} holds no images; fill it or remove it")


def _check_classes(source: Folder | Zip, listed: list[Listed]) -> None:
    labels = {split: {i.label for i in listed if i.split == split} for split in {i.split for i in listed}}
    if "" in labels and len(labels) > 1:
        raise DataError(f"{source.path}: class folders stand both inside and beside train and test; keep one layout")
    if set(labels) == {"test"}:
        raise DataError(f"{source.path} has a test folder but no train folder; add one")
    if "test" in labels and labels["train"] != labels["test"]:
        differs = ", ".join(sorted(labels["train"] ^ labels["test"]))
        raise DataError(f"{source.path}: train and test must have the same classes; only one of them has {differs}")
    classes = next(iter(labels.values()))
    if len(classes) < 2:
        raise DataError(
            f"{source.path} has the single class {min(classes)!r}; classification needs at least two class folders"
        )


def _split(listed: list[Listed]) -> tuple[list[Listed], list[Listed]]:
    """Training and test images: as the folders say, else four fifths and a fifth of each class, by a fixed seed."""
    if listed[0].split:
        return [i for i in listed if i.split == "train"], [i for i in listed if i.split == "test"]
    train, test = [], []
    for label in sorted({i.label for i in listed}):
        mine = [i for i in listed if i.label == label]
        order = choose(len(mine), len(mine), seed=0).tolist()
        held_out = max(1, len(mine) // 5) if len(mine) > 1 else 0
        test += [mine[k] for k in order[:held_out]]
        train += [mine[k] for k in order[held_out:]]
    if not test:
        raise DataError("every class has a single image: nothing is left to test with; add images")
    return train, test


def _decode(source: Folder | Zip, listed: list[Listed], subset: int | None) -> Dataset:
    classes = sorted({image.label for image in listed})
    train, test = _split(listed)
    if not test:
        raise DataError(f"{source.path}: the test folder holds no images; fill it or remove it")
    if subset is not None:
        train, test = (
            [part[k] for k in choose(len(part), wanted, seed=0).tolist()]
            for part, wanted in ((train, subset), (test, max(1, subset // 5)))
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PIL warns of large and odd pictures; we look at them ourselves
        size = _size(source, train[0])
        stacks = [_stack(source, part, size) for part in (train, test)]
    if len({stack.shape[1] for stack in stacks}) > 1:  # one split is all grey, the other is not
        stacks = [stack.expand(-1, 3, -1, -1).contiguous() for stack in stacks]
    mean, std = cache.per_channel(stacks[0])
    parts = (
        Split(stack, torch.tensor([classes.index(i.label) for i in part]), mean, std)
        for stack, part in zip(stacks, (train, test), strict=True)
    )
    return Dataset(source.path.stem, tuple(classes), *parts)


def _size(source: Folder | Zip, first: Listed) -> tuple[int, int]:
    """(width, height) for all images: the first one's, scaled down to at most 64 pixels a side."""
    _, height, width = _pixels(source, first.name, None).shape
    scale = min(1.0, LARGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _stack(source: Folder | Zip, part: list[Listed], size: tuple[int, int]) -> Tensor:
    """(N, 1 or 3, H, W) uint8."""
    images = [_pixels(source, image.name, size) for image in part]
    channels = max(image.shape[0] for image in images)
    return torch.stack([image.expand(channels, -1, -1) for image in images])


def _pixels(source: Folder | Zip, name: str, size: tuple[int, int] | None) -> Tensor:
    """One image as (1 or 3, H, W) uint8. Raises DataError, with the file's name, whatever is wrong with it."""
    from PIL import Image

    content = b""
    try:
        content = source.read(name)
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError(f"{opened.width} x {opened.height} pixels are too many")
            deep = opened.point(lambda v: v / 256) if opened.mode == "I;16" else opened
            image = deep.convert("L" if opened.mode in GREY else "RGB")
        if size is not None and image.size != size:
            image = image.resize(size, Image.Resampling.BILINEAR)
        flat = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
        return flat.view(image.height, image.width, -1).permute(2, 0, 1)
    except Exception as error:  # PIL and zipfile raise many types for a damaged file
        reason = str(error) if content else "it is empty or cannot be opened"
        raise DataError(f"{source.path}: {name} is no image that can be read ({reason}); repair or remove it") from None
