"""Data sets as tensors on one device."""

from __future__ import annotations

from course.data.dataset import Dataset, Split
from course.data.digits import load_digits

__all__ = ["Dataset", "Split", "load"]


def load(name_or_folder, *, device=None, root=None, subset=None, valid=None) -> Dataset:
    return load_digits()
