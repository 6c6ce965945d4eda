"""Which image belongs to which class and split, told by the folders it lies in.

Class folders stand at the top, or inside `train` and `test` (without a `test`: `val`, `valid` or `validation`); names
such as `training_set` and `images-test` are understood where all folders beside them name a split too. Where nothing
is named for testing, a fifth of each class is held out by a fixed seed. One folder around everything, at the top or
inside each split, is looked through. Images lie directly in their class's folder: what lies deeper is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple

from course import wording
from course.data.dataset import random_indices
from course.data.errors import DataError
from course.data.sources import Folder, Zip

ENDINGS = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".pbm",
)  # fmt: skip
TRAIN, TEST, VALID = ("train", "training"), ("test", "testing"), ("val", "valid", "validation")
SPLITS = {word: words[0] for words in (TRAIN, TEST, VALID) for word in words}
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # of training_set, TestImages, val2017


class Listed(NamedTuple):
    """One image: its name inside the source, and where it belongs."""

    name: str
    split: str  # "", "train", "test" or "val"
    label: str


class Arranged(NamedTuple):
    """The images for training and for testing, and in words what was passed over or decided."""

    train: list[Listed]
    test: list[Listed]
    notes: list[str]


def arrange(source: Folder | Zip) -> Arranged:
    """The training and test images of `source`, none of them opened. Raises DataError if they are no classes."""
    everything = source.names()
    images = [name for name in everything if name.lower().endswith(ENDINGS)]
    notes = _passed_over(everything)
    if not images:
        kinds = ", ".join(ending[1:] for ending in ENDINGS)
        found = f" ({notes[0]})" if notes else ""
        raise DataError(f"{source.path} holds no images ({kinds}){found}: give a folder, or a zip, of class folders")
    listed = _placed(source, images)
    _refuse_empty(source, everything, listed)
    splits = {image.split for image in listed}
    if {"test", "val"} <= splits:
        kept = [image for image in listed if image.split != "val"]
        notes.append(f"the {len(listed) - len(kept):,} images for validation were passed over: there are some to test")
        listed = kept
    elif "val" in splits:
        listed = [image._replace(split="test") if image.split == "val" else image for image in listed]
        notes.append("the images for validation are the ones to test with, there being no others")
    _check_classes(source, listed)
    train, test = _split(source, listed)
    if not listed[0].split:
        notes.append("a fifth of each class was held out to test with, by a fixed seed: no folder is named for it")
    return Arranged(train, test, notes)


def _passed_over(everything: list[str]) -> list[str]:
    """A line on the files that are no images by their endings, or nothing."""
    others = Counter(
        f".{base.rpartition('.')[2].lower()}" if "." in base else base
        for name in everything
        if not name.endswith("/") and not name.lower().endswith(ENDINGS)
        for base in [name.rpartition("/")[2]]
    )
    if not others:
        return []
    kinds = [kind if count == 1 else f"{count:,} × {kind}" for kind, count in others.most_common(5)]
    kinds += [f"{len(others) - 5} more kinds"] if len(others) > 5 else []
    return [f"{wording.counted(others.total(), 'file')} passed over, no image by the ending: {', '.join(kinds)}"]


def _placed(source: Folder | Zip, images: list[str]) -> list[Listed]:
    """Split and class of each image, from the folders it lies in."""
    parts = {name: unicodedata.normalize("NFC", name).split("/") for name in images}
    skip = _wrappers(list(parts.values()))
    parts = {name: folders[skip:] for name, folders in parts.items()}
    splits = _splits({folders[0] for folders in parts.values() if len(folders) > 1})
    listed = []
    for top, members in groupby(sorted(images, key=lambda name: parts[name][0]), lambda name: parts[name][0]):
        names = list(members)
        split = splits.get(top, "") if any(len(parts[name]) > 2 for name in names) else ""
        inside = [parts[name][1:] if split else parts[name] for name in names]
        skip = _wrappers(inside) if split else 0
        listed += [_listed(source, name, split, folders[skip:]) for name, folders in zip(names, inside, strict=True)]
    deep = next((image for image in listed if image.label.count("/")), None)
    if deep:
        taken = sorted({image.label.split("/")[0] for image in listed})
        raise DataError(
            f"{source.path}: {deep.name} lies deeper than one class level; the classes would be "
            f"{wording.shortened(taken)}. Put the images of each class directly into its folder, or name the folder "
            "above the classes"
        )
    return sorted(listed)


def _splits(tops: set[str]) -> dict[str, str]:
    """Which of the folders at the top names a split: `train` itself, or `training_set` where all of them do so."""
    named = {top: {SPLITS[w] for w in map(str.lower, WORDS.findall(top)) if w in SPLITS} for top in tops}
    if all(len(found) == 1 for found in named.values()):
        return {top: found.pop() for top, found in named.items()}
    return {top: SPLITS[top.lower()] for top in tops if top.lower() in SPLITS}


def _listed(source: Folder | Zip, name: str, split: str, folders: list[str]) -> Listed:
    if len(folders) < 2:
        raise DataError(
            f"{source.path}: {name} lies in no class folder; put the images of each class into a folder of its own"
        )
    return Listed(name, split, "/".join(folders[:-1]))


def _wrappers(parts: list[list[str]]) -> int:
    """How many folders wrap everything, as `cifar10/` does in a zip: shared by all, with folders still below."""
    skip = 0
    while all(len(p) > skip + 2 for p in parts) and len({p[skip] for p in parts}) == 1:
        skip += 1
    return skip


def _refuse_empty(source: Folder | Zip, everything: list[str], listed: list[Listed]) -> None:
    """Class folders, and folders named for a split, must hold images."""
    filled = {folder for image in listed for folder in accumulate(part + "/" for part in image.name.split("/")[:-1])}
    depths = {image.name.count("/") for image in listed}
    for folder in everything:
        named = folder.lower().split("/")[-2:-1]
        if folder.endswith("/") and folder not in filled and (folder.count("/") in depths or named[0] in SPLITS):
            raise DataError(f"{source.path}: the folder {folder} holds no images; fill it or remove it")


def _check_classes(source: Folder | Zip, listed: list[Listed]) -> None:
    labels = {split: {i.label for i in listed if i.split == split} for split in {i.split for i in listed}}
    if "" in labels and len(labels) > 1:
        raise DataError(f"{source.path}: class folders stand both inside and beside train and test; keep one layout")
    if set(labels) == {"test"}:
        raise DataError(f"{source.path} has a test folder but no train folder; add one")
    if "test" in labels and labels["train"] != labels["test"]:
        differs = wording.shortened(sorted(labels["train"] ^ labels["test"]))
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
