"""`Dataset`: images and labels as tensors on one device; a batch is an index selection, normalised on the fly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor

from course import wording
from course.data.errors import NoValidation


@dataclass(frozen=True, eq=False)
class Split:
    """The images and labels of one split. `split[:64]`, or any index, gives normalised `(x, y)`."""

    images: Tensor  # (N, C, H, W) uint8, as loaded
    y: Tensor  # (N,) int64
    mean: Tensor  # (C or 1, H or 1, W or 1), in units of `images`
    std: Tensor  # the same

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        return f"<{len(self):,} images of {'×'.join(map(str, self.images.shape[1:]))} on {self.y.device}>"

    def __getitem__(self, index: int | slice | Tensor) -> tuple[Tensor, Tensor]:
        return (self.images[index].float() - self.mean) / self.std, self.y[index]

    @property
    def x(self) -> Tensor:
        """All images, normalised: (N, C, H, W) float32. Computed at each access."""
        return self[:][0]

    def select(self, index: Tensor) -> Split:
        """The images at `index` as a split of their own, with the same constants."""
        return replace(self, images=self.images[index], y=self.y[index])

    def sample(self, count: int, seed: int) -> Split:
        """`count` random images, or the whole split if it has no more."""
        if count >= len(self):
            return self
        return self.select(random_indices(len(self), count, seed).to(self.y.device))

    def to(self, device: torch.device | str) -> Split:
        """The split on `device`."""
        return replace(self, **{f: getattr(self, f).to(device) for f in ("images", "y", "mean", "std")})


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set for classification: `train`, `test` and, if asked for, `valid`; all on one device.

    The normalisation constants come from the training images alone.

    >>> from course import data
    >>> data.load("digits", device="cpu")
    <digits: 1,437 training and 360 test images of 1×8×8, 10 classes, on cpu>
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    held_out: Split | None = None
    notes: tuple[str, ...] = field(default=(), kw_only=True)  # what was passed over, decided and changed on reading

    def __post_init__(self) -> None:
        for split in (self.train, self.test):
            _check(self.name, split, len(self.classes))

    def __repr__(self) -> str:
        held_out = f", {len(self.held_out):,} for validation" if self.held_out is not None else ""
        counts = f"{len(self.train):,} training and {len(self.test):,} test images of {'×'.join(map(str, self.shape))}"
        return f"<{self.name}: {counts}{held_out}, {len(self.classes)} classes, on {self.train.y.device}>"

    @property
    def valid(self) -> Split:
        """The validation split. Raises NoValidation, an AttributeError and a ValueError, if none was held out."""
        if self.held_out is None:
            raise NoValidation(
                f"{self.name} has no validation split yet: use dataset.with_validation(), or load(…, valid=0.1)"
            )
        return self.held_out

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        _, channels, height, width = self.train.images.shape
        return channels, height, width

    @property
    def inputs(self) -> int:
        """Numbers in one image: C * H * W, the `inputs` of an `mlp`."""
        return self.train.images[0].numel()

    @cached_property
    def digest(self) -> str:
        """Changes when an image, a label or a class's name does. The constants, which follow from them, are left out:
        two threads add in another order than one, and their last digits differ.
        """
        whole = hashlib.sha256(repr(self.classes).encode())
        for split in (self.train, self.test):
            for tensor in (split.images, split.y):
                whole.update(repr((tensor.dtype, tensor.shape)).encode())
                whole.update(tensor.cpu().numpy().tobytes())
        return whole.hexdigest()

    def description(self) -> list[str]:
        """What was loaded, a line each: counts and size, the classes with their counts, then `notes`."""
        channels, height, width = self.shape
        colour = {1: "grey", 3: "in colour"}.get(channels, f"of {channels} channels")
        counts = torch.bincount(torch.cat([self.train.y, self.test.y]), minlength=len(self.classes)).tolist()
        classes = [f"{name} ({count:,})" for name, count in zip(self.classes, counts, strict=True)]
        return [
            f"{self.name}: {len(self.train):,} training and {wording.counted(len(self.test), 'test image')}, "
            f"{width}×{height} pixels, {colour}",
            f"{len(classes):,} classes: {wording.shortened(classes, 10)}",
            *self.notes,
        ]

    @property
    def device(self) -> torch.device:
        """Where the tensors live."""
        return self.train.y.device

    def with_validation(self, fraction: float = 0.1, seed: int = 0) -> Dataset:
        """Hold out a seeded random `fraction` of the training images as `valid`. Raises ValueError unless 0 <
        fraction < 1.
        """
        if not 0 < fraction < 1:
            raise ValueError(f"fraction must lie between 0 and 1, got {fraction}")
        order = random_indices(len(self.train), len(self.train), seed).to(self.device)
        count = max(1, round(fraction * len(order)))
        return replace(self, train=self.train.select(order[count:]), held_out=self.train.select(order[:count]))

    def subset(self, train: int, test: int | None = None, seed: int = 0) -> Dataset:
        """A seeded random subset: `train` training images and, unless given, a fifth as many test images.

        The normalisation constants stay those of the whole set. A split that is smaller already is kept whole.
        """
        if train < 1:
            raise ValueError(f"a subset needs at least 1 training image, got {train}")
        tests = test or max(1, train // 5)
        return replace(self, train=self.train.sample(train, seed), test=self.test.sample(tests, seed))

    def to(self, device: torch.device | str) -> Dataset:
        """The data set on `device`."""
        held_out = self.held_out.to(device) if self.held_out is not None else None
        return replace(self, train=self.train.to(device), test=self.test.to(device), held_out=held_out)

    def batches(
        self, split: str, size: int, generator: torch.Generator | None = None
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """One epoch of `split` ("train", "test" or "valid") in random order: normalised x (size, C, H, W) and y
        (size,).

        The order comes from `generator` (a CPU generator). A smaller last batch is dropped. Raises ValueError if `size`
        exceeds the split.
        """
        part: Split = getattr(self, split)
        if not 1 <= size <= len(part):
            raise ValueError(f"batch size must be 1 to {len(part)}, the {split} images of {self.name}; got {size}")
        order = torch.randperm(len(part), generator=generator).to(self.device)
        return (part[index] for index in order[: len(order) // size * size].split(size))


def _check(name: str, split: Split, classes: int) -> None:
    """Raise ValueError unless there is an image for each label and a class for each label."""
    if split.images.dim() != 4 or split.y.dim() != 1 or len(split.images) != len(split.y):
        raise ValueError(
            f"{name} has images of shape {tuple(split.images.shape)} and labels of shape {tuple(split.y.shape)}; "
            "they must be (N, C, H, W) and (N,), as many of one as of the other"
        )
    if split.y.dtype != torch.int64:
        raise ValueError(f"the labels of {name} are {split.y.dtype}, they must be torch.int64: use y.long()")
    if len(split) and split.y.device.type != "meta":  # a tensor on meta has no values
        low, high = (int(end) for end in split.y.aminmax())
        if low < 0 or high >= classes:
            raise ValueError(
                f"the labels of {name} run from {low} to {high}, but it has {classes} classes: they must lie in 0 to "
                f"{classes - 1}" + ("; subtract 1, y - 1" if (low, high) == (1, classes) else "")
            )


def random_indices(total: int, count: int, seed: int) -> Tensor:
    """`count` of `total` indices in random order, by a seed: the same choice wherever a subset is drawn."""
    return torch.randperm(total, generator=torch.Generator().manual_seed(seed))[:count]
