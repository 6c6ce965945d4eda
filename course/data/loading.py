"""`load`: a data set by its name, or from a folder of your own images."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from course import devices
from course.data import downloads, images
from course.data.cache import default_root
from course.data.dataset import Dataset
from course.data.digits import load_digits

NAMES = ("digits", *downloads.SOURCES)


def load(
    name_or_folder: str | os.PathLike[str],
    *,
    device: torch.device | str | None = None,
    root: str | os.PathLike[str] | None = None,
    subset: int | str | None = None,
    valid: float | None = None,
) -> Dataset:
    """A data set on `device` (CUDA if there is one, unless given).

    name_or_folder: "digits", which is embedded; "mnist", "fashion-mnist", "cifar10" or "cifar100", which are downloaded
    once; or a folder, or zip, of class folders (`course.data.layout` says how they may stand, `course.data.images` what
    becomes of the images). A folder of the name mnist is "./mnist".
    root: where data sets are kept, in torchvision's layout; unless given, $COURSE_DATA or the platform's cache folder.
    subset: a number of training images, drawn with a fifth as many test images by a fixed seed; None or "all" for all.
    valid: the share of the training images to hold out as `valid`.

    Raises ValueError for an unknown name, DataError for what cannot be downloaded or read.
    """
    wanted, chosen = _wanted(subset), devices.choose(device)
    name = os.fspath(name_or_folder)
    if name == "digits":
        dataset = load_digits()
    elif name in downloads.SOURCES:
        dataset = downloads.torchvision_set(name, _root(root))
    else:
        dataset, wanted = images.class_folders(_existing(name), _root(root), wanted), None
    if wanted is not None:
        dataset = dataset.subset(wanted)
    dataset = dataset.to(chosen)
    return dataset.with_validation(valid) if valid is not None else dataset


def count_images(name_or_folder: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> int:
    """How many training images the whole set has; of a folder none is decoded. Raises what `load` raises."""
    name = os.fspath(name_or_folder)
    return len(load(name, device="cpu", root=root).train) if name in NAMES else images.count_training(_existing(name))


def _wanted(subset: int | str | None) -> int | None:
    try:
        wanted = None if subset is None or subset == "all" else int(subset)
    except (TypeError, ValueError):
        wanted = 0
    if wanted is not None and wanted < 1:
        raise ValueError(f"subset must be at least 1 training image, or 'all'; got {subset!r}")
    return wanted


def _root(root: str | os.PathLike[str] | None) -> Path:
    return Path(root).expanduser() if root is not None else default_root()


def _existing(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.exists():
        raise ValueError(
            f"there is no data set or folder {name!r}; use {', '.join(NAMES)}, or a folder or zip of class folders"
        )
    return path
