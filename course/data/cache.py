"""One safetensors file for each data set: written once, in one stroke, and mapped into memory ever after."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from pathlib import Path

import torch
from torch import Tensor

from course.data.dataset import Dataset, Split
from course.records import atomic

FORMAT = "1"
SPLITS = ("train", "test")


def default_root() -> Path:
    """Where data sets are kept: $COURSE_DATA, else the platform's cache folder."""
    return Path(os.environ.get("COURSE_DATA") or _platform_cache()).expanduser()


def file_for(root: Path, name: str) -> Path:
    """Where to write the cache file of `name`: below `root`, or the platform's cache folder if `root` is read-only."""
    beside, elsewhere = _places(root, name)
    return beside if can_write(root) else elsewhere


def find(root: Path, name: str, fingerprint: str = "") -> Dataset | None:
    """The data set `name` from the cache below `root` or, for a root that is read-only, the platform's; None if neither
    has it.
    """
    return next((d for file in _places(root, name) if (d := read(file, fingerprint)) is not None), None)


def write(path: Path, dataset: Dataset, fingerprint: str = "") -> None:
    """Write images, labels, classes and constants, and the `fingerprint` of what they were made from.

    Where the file cannot be written there is only a warning: the cache saves time, nothing else.
    """
    from safetensors.torch import save

    tensors = {f"{s}.{f}": getattr(getattr(dataset, s), f).contiguous() for s in SPLITS for f in ("images", "y")}
    tensors |= {"mean": dataset.train.mean, "std": dataset.train.std}
    about = {"format": FORMAT, "name": dataset.name, "fingerprint": fingerprint}
    about |= {"classes": json.dumps(dataset.classes), "notes": json.dumps(dataset.notes)}
    try:
        with atomic(path, "wb") as file:
            file.write(save(tensors, about))
    except OSError as error:
        warnings.warn(
            f"{path} cannot be written ({error.strerror or error}), so {dataset.name} is made anew each time; "
            "name a folder that can with root=… or $COURSE_DATA",
            stacklevel=2,
        )


def read(path: Path, fingerprint: str = "") -> Dataset | None:
    """The data set in the file, mapped into memory; None if it is not there, damaged, of another version or made from
    something else.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            about = file.metadata() or {}
            if (about.get("format"), about.get("fingerprint", "")) != (FORMAT, fingerprint):
                return None
            constants = (file.get_tensor("mean"), file.get_tensor("std"))
            parts = [Split(file.get_tensor(f"{s}.images"), file.get_tensor(f"{s}.y"), *constants) for s in SPLITS]
            notes = tuple(json.loads(about.get("notes", "[]")))
            return Dataset(about["name"], tuple(json.loads(about["classes"])), *parts, notes=notes)
    except (SafetensorError, OSError, KeyError, ValueError, TypeError):
        return None


def can_write(root: Path) -> bool:
    """Whether files may be added below `root`. What is marked read-only stays untouched, even if we are root."""
    there = next(p for p in (root, *root.absolute().parents) if p.exists())
    return there.is_dir() and bool(os.access(there, os.W_OK) and there.stat().st_mode & 0o222) and not _read_only(there)


def per_channel(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel of (N, C, H, W) uint8 images, as (C, 1, 1), without a float copy of
    all.
    """
    counts = torch.stack([torch.bincount(channel.flatten(), minlength=256) for channel in images.transpose(0, 1)])
    share = counts.double() / counts.sum(1, keepdim=True)
    values = torch.arange(256, dtype=torch.float64)
    mean = (share * values).sum(1)
    std = (share * (values - mean[:, None]).square()).sum(1).sqrt()
    return mean.float().view(-1, 1, 1), std.clamp_min(1e-3).float().view(-1, 1, 1)


def _places(root: Path, name: str) -> tuple[Path, Path]:
    """Below `root`, and in the platform's cache folder under a name that no other root shares."""
    key = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:12]
    return (
        root / "course" / f"{name}.safetensors",
        _platform_cache() / "elsewhere" / f"{name}-{key}.safetensors",
    )


def _platform_cache() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("course", appauthor=False))


def _read_only(folder: Path) -> bool:
    """Whether the file system refuses writes, which `os.access` does not see for root."""
    flags = os.statvfs(folder).f_flag if hasattr(os, "statvfs") else 0
    return bool(flags & getattr(os, "ST_RDONLY", 0))
