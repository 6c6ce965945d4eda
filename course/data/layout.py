"""Which image belongs to which class and split, told by the folders it lies in.

Class folders stand at the top, or inside `train` and `test` (without a `test`: `val`, `valid` or `validation`). Where
nothing is named for testing, a fifth of each class is held out by a fixed seed. One folder around everything is looked
through.
"""

from __future__ import annotations

from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple

from course.data.dataset import random_indices
from course.data.errors import DataError
from course.data.sources import Folder, Zip

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
TRAIN, TEST, VALID = ("train", "training"), ("test", "testing"), ("val", "valid", "validation")
SPLITS = {word: words[0] for words in (TRAIN, TEST, VALID) for word in words}


class Listed(NamedTuple):
    """One image: its name inside the source, and where it belongs."""

    name: str
    split: str  # "", "train", "test" or "val"
    label: str


def arrange(source: Folder | Zip) -> tuple[list[Listed], list[Listed]]:
    """The training and test images of `source`, none of them opened. Raises DataError if they are no classes."""
    everything = source.names()
    images = [name for name in everything if name.lower().endswith(ENDINGS)]
    if not images:
        kinds = ", ".join(ending[1:] for ending in ENDINGS)
        raise DataError(f"{source.path} holds no images ({kinds}): give a folder, or a zip, of class folders")
    skip = _wrappers([name.split("/") for name in images])
    listed = [_place(name, name.split("/")[skip:]) for name in images]
    loose = next((image.name for image in listed if not image.label), None)
    if loose:
        raise DataError(
            f"{source.path}: {loose} lies in no class folder; put the images of each class into a folder of its own"
        )
    _refuse_empty(source, everything, listed, skip)
    splits = {image.split for image in listed}
    if {"test", "val"} <= splits:
        listed = [image for image in listed if image.split != "val"]
    elif "val" in splits:
        listed = [image._replace(split="test") if image.split == "val" else image for image in listed]
    _check_classes(source, listed)
    return _split(source, listed)


def _wrappers(parts: list[list[str]]) -> int:
    """How many folders wrap everything, as `cifar10/` does in a zip: shared by all, with folders still below."""
    skip = 0
    while all(len(p) > skip + 2 for p in parts) and len({p[skip] for p in parts}) == 1:
        skip += 1
    return skip


def _place(name: str, parts: list[str]) -> Listed:
    """Split and class of an image from the folders it lies in."""
    split = SPLITS.get(parts[0].lower(), "")
    if len(parts) > 2 and split:
        return Listed(name, split, parts[1])
    return Listed(name, "", parts[0] if len(parts) > 1 else "")


def _refuse_empty(source: Folder | Zip, everything: list[str], listed: list[Listed], skip: int) -> None:
    """Class folders, and folders named for a split, must hold images."""
    filled = {folder for image in listed for folder in accumulate(part + "/" for part in image.name.split("/")[:-1])}
    depth = skip + (2 if any(image.split for image in listed) else 1)
    for folder in everything:
        named = folder.lower().split("/")[-2:-1]
        if folder.endswith("/") and folder not in filled and (folder.count("/") == depth or named[0] in SPLITS):
            raise DataError(f"{source.path}: the folder {folder} holds no images; fill it or remove it")


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


def _split(source: Folder | Zip, listed: list[Listed]) -> tuple[list[Listed], list[Listed]]:
    """Training and test images: as the folders say, else four fifths and a fifth of each class, by a fixed seed."""
    if listed[0].split:
        return [i for i in listed if i.split == "train"], [i for i in listed if i.split == "test"]
    by_label = attrgetter("label")
    train, test = [], []
    for _, images in groupby(sorted(listed, key=by_label), by_label):
        mine = list(images)
        order = random_indices(len(mine), len(mine), seed=0).tolist()
        held_out = max(1, len(mine) // 5) if len(mine) > 1 else 0
        test += [mine[k] for k in order[:held_out]]
        train += [mine[k] for k in order[held_out:]]
    if not test:
        raise DataError(f"{source.path}: every class has a single image, so nothing is left to test with; add images")
    return train, test
