"""MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100 by way of torchvision: its mirrors and checksums, its folders.

torchvision takes seconds to import, so it is asked once; then the set lies in one file of our own
(`course.data.cache`).
"""

from __future__ import annotations

import math
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course.data import cache
from course.data.dataset import Dataset, Split
from course.data.errors import DataError

TIMEOUT = 30  # seconds without an answer after which a mirror is given up


class Source(NamedTuple):
    """Which torchvision class, and where below the root its raw files lie."""

    torchvision: str
    folder: str


SOURCES = {
    "mnist": Source("MNIST", "MNIST/raw"),
    "fashion-mnist": Source("FashionMNIST", "FashionMNIST/raw"),
    "cifar10": Source("CIFAR10", "."),
    "cifar100": Source("CIFAR100", "."),
}


def torchvision_set(name: str, root: Path) -> Dataset:
    """The data set `name` from its cache file, else converted from torchvision's files below `root`, else
    downloaded. Raises DataError.
    """
    dataset = cache.find(root, name)
    if dataset is None:
        dataset = _convert(name, root)
        cache.write(cache.file_for(root, name), dataset)
    return dataset


def _convert(name: str, root: Path) -> Dataset:
    from torchvision import datasets

    kind = getattr(datasets, SOURCES[name].torchvision)
    train, test = (_read(kind, name, root, train=part) for part in (True, False))
    classes = tuple(name.split(" - ")[0] for name in train.classes)  # MNIST's are "0 - zero"; the digit is enough
    if not all(_fit(part, len(classes)) for part in (train, test)):
        raise DataError(
            f"{name}: images and labels in {root / SOURCES[name].folder} do not belong together; "
            "delete them and load again"
        )
    mean, std = cache.per_channel(_images(train))
    parts = (Split(_images(d), torch.as_tensor(d.targets).long(), mean, std) for d in (train, test))
    return Dataset(name, classes, *parts)


def _fit(dataset: Any, classes: int) -> bool:
    """Whether there is one label for each image, and a class for each label."""
    labels = torch.as_tensor(dataset.targets)
    return len(dataset.data) == len(labels) > 0 and 0 <= int(labels.min()) <= int(labels.max()) < classes


def _images(dataset: Any) -> Tensor:
    """(N, C, H, W) uint8."""
    data = torch.as_tensor(dataset.data)
    return data.unsqueeze(1) if data.dim() == 3 else data.permute(0, 3, 1, 2).contiguous()


def _read(kind: Any, name: str, root: Path, train: bool) -> Any:
    """torchvision's data set, downloaded if its files are not there."""
    folder = root / SOURCES[name].folder
    damaged = _damaged(folder)
    if damaged:
        files = ", ".join(map(str, damaged))
        raise DataError(f"{name}: {files} is damaged, cut short or not readable; delete it and load again")
    try:
        return kind(root, train=train, download=False)
    except RuntimeError:  # the files are not there, or a checksum is wrong
        return _download(kind, name, root, train)
    except Exception as error:  # torchvision raises many types for files that are something else
        raise DataError(
            f"{name}: the files in {folder} cannot be read ({type(error).__name__}: {error}); "
            "delete them and load again"
        ) from None


def _download(kind: Any, name: str, root: Path, train: bool) -> Any:
    try:
        with _whole_or_not_at_all(root / SOURCES[name].folder), _impatient():
            return kind(root, train=train, download=True)
    except Exception as error:  # URLError, timeouts, checksums, read-only folders: torchvision raises many types
        raise DataError(_unreachable(kind, name, root, error)) from None


@contextmanager
def _whole_or_not_at_all(folder: Path) -> Iterator[None]:
    """Remove what an interrupted download unpacked in part: torchvision would take it for whole."""
    try:
        yield
    except BaseException:
        for file in _damaged(folder):
            with suppress(OSError):
                file.unlink()
        raise


@contextmanager
def _impatient() -> Iterator[None]:
    """torchvision sets no time limit, and a network that swallows packets would be waited for without end."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _damaged(folder: Path) -> list[Path]:
    """The IDX files that are not as long as their headers say; torchvision looks only whether they are there."""
    return [file for file in sorted(folder.glob("*ubyte")) if not _whole(file)]


def _whole(file: Path) -> bool:
    if not file.is_file():  # a pipe would be waited for without end
        return False
    try:
        with file.open("rb") as opened:
            head = opened.read(16)
        if len(head) < 4 or len(head) < 4 * (head[3] + 1):
            return False
        sizes = [int.from_bytes(head[4 * i : 4 * i + 4], "big") for i in range(1, head[3] + 1)]
        return file.stat().st_size == 4 * (head[3] + 1) + math.prod(sizes)
    except OSError:
        return False


def _unreachable(kind: Any, name: str, root: Path, error: Exception) -> str:
    if hasattr(kind, "mirrors"):
        files, mirrors = [file for file, _ in kind.resources], list(kind.mirrors)
    else:
        files, mirrors = [kind.filename], [kind.url]
    reason = str(error).strip().split("\n")[-1]
    return (
        f"{name} could not be downloaded ({type(error).__name__}: {reason}). Tried {', '.join(mirrors)}. "
        f"Put {', '.join(files)} into {(root / SOURCES[name].folder).resolve()} by hand and load again, "
        f"or choose digits, which needs no network."
    )
