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


def load(name: str, root: Path) -> Dataset:
    """The data set `name` from its cache file, else converted from torchvision's files below `root`, else
    downloaded.
    """
    file = cache.file_for(root, name)
    dataset = cache.read(file)
    if dataset is None:
        dataset = _convert(name, root)
        cache.write(file, dataset)
    return dataset


def _convert(name: str, root: Path) -> Dataset:
    from torchvision import datasets

    kind = getattr(datasets, SOURCES[name].torchvision)
    train, test = (_read(kind, name, root, train=part) for part in (True, False))
    mean, std = cache.per_channel(_images(train))
    parts = (Split(_images(d), torch.as_tensor(d.targets).long(), mean, std) for d in (train, test))
    return Dataset(name, _classes(train.classes), *parts)


def _images(dataset: Any) -> Tensor:
    """(N, C, H, W) uint8."""
    data = torch.as_tensor(dataset.data)
    return data.unsqueeze(1) if data.dim() == 3 else data.permute(0, 3, 1, 2).contiguous()


def _classes(names: list[str]) -> tuple[str, ...]:
    """torchvision says "0 - zero" for MNIST; the digit is enough."""
    return tuple(name.split(" - ")[0] for name in names)


def _read(kind: Any, name: str, root: Path, train: bool) -> Any:
    """torchvision's data set, downloaded if its files are not there."""
    folder = root / SOURCES[name].folder
    damaged = [str(file) for file in sorted(folder.glob("*ubyte")) if not _whole(file)]  # torchvision does not look
    if damaged:
        raise DataError(f"{name}: {', '.join(damaged)} is damaged or cut short; delete it and load again")
    with suppress(RuntimeError):  # the files are not there, or a checksum is wrong
        return kind(root, train=train, download=False)
    try:
        with _impatient():
            return kind(root, train=train, download=True)
    except Exception as error:  # URLError, timeouts, checksums, read-only folders: torchvision raises many types
        raise DataError(_unreachable(kind, name, root, error)) from None


@contextmanager
def _impatient() -> Iterator[None]:
    """torchvision sets no time limit, and a network that swallows packets would be waited for without end."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _whole(file: Path) -> bool:
    """Whether an IDX file is as long as its header says."""
    head = file.read_bytes()[:16]
    if len(head) < 4 or len(head) < 4 * (head[3] + 1):
        return False
    sizes = [int.from_bytes(head[4 * i : 4 * i + 4], "big") for i in range(1, head[3] + 1)]
    return file.stat().st_size == 4 * (head[3] + 1) + math.prod(sizes)


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
