"""One safetensors file for each data set: written once, in one stroke, and mapped into memory ever after."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import torch
from torch import Tensor

from course.data.dataset import Dataset, Split
from course.records import atomic

FORMAT = "1"
SPLITS = ("train", "test")


def default_root() -> Path:
    """Where data sets are kept: $COURSE_DATA, else the platform's cache folder."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("COURSE_DATA") or user_cache_dir("course", appauthor=False)).expanduser()


def file_for(root: Path, name: str) -> Path:
    """The cache file of `name` below `root`; below the platform's cache folder if `root` cannot be written."""
    if _writable(root):
        return root / "course" / f"{name}.safetensors"
    from platformdirs import user_cache_dir

    key = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]
    return Path(user_cache_dir("course", appauthor=False)) / "elsewhere" / f"{name}-{key}.safetensors"


def write(path: Path, dataset: Dataset) -> None:
    """Write images, labels, classes and constants. A place that cannot be written is left alone: the cache saves time
    only.
    """
    from safetensors.torch import save

    tensors = {f"{s}.{f}": getattr(getattr(dataset, s), f).contiguous() for s in SPLITS for f in ("images", "y")}
    tensors |= {"mean": dataset.train.mean, "std": dataset.train.std}
    about = {"format": FORMAT, "name": dataset.name, "classes": json.dumps(dataset.classes)}
    try:
        with atomic(path, "wb") as file:
            file.write(save(tensors, about))
    except OSError:
        return


def read(path: Path) -> Dataset | None:
    """The data set in the file, mapped into memory; None if it is not there, damaged, or of another version."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            about = file.metadata() or {}
            if about.get("format") != FORMAT:
                return None
            constants = (file.get_tensor("mean"), file.get_tensor("std"))
            parts = [Split(file.get_tensor(f"{s}.images"), file.get_tensor(f"{s}.y"), *constants) for s in SPLITS]
            return Dataset(about["name"], tuple(json.loads(about["classes"])), *parts)
    except (SafetensorError, OSError, KeyError, ValueError):
        return None


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


def _writable(root: Path) -> bool:
    there = next(p for p in (root, *root.absolute().parents) if p.exists())
    return os.access(there, os.W_OK) and not _read_only(there)


def _read_only(folder: Path) -> bool:
    """Whether the file system refuses writes, which `os.access` does not see for root."""
    flags = os.statvfs(folder).f_flag if hasattr(os, "statvfs") else 0
    return bool(flags & getattr(os, "ST_RDONLY", 0))
