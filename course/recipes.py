"""`Recipe`: everything that a run needs besides data and model. Frozen, printable, JSON both ways."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

AUGMENTATIONS = ("crop", "flip", "shift", "erase")
OPTIMIZERS = ("sgd", "adam", "adamw")
PRECISIONS = ("float32", "bfloat16", "float16")


@dataclass(frozen=True)
class Constant:
    """The learning rate stays as it is."""

    def factor(self, step: int, steps: int) -> float:
        """What the learning rate is multiplied by at `step`, 1 to `steps`."""
        return 1.0


@dataclass(frozen=True)
class Steps:
    """Multiply by `drop` after each fraction `at` of the run (He et al. 2015: 0.1 after 1/2 and 3/4)."""

    at: tuple[float, ...] = (0.5, 0.75)  # fractions of all steps
    drop: float = 0.1

    def factor(self, step: int, steps: int) -> float:
        return self.drop ** sum(step > fraction * steps for fraction in self.at)


@dataclass(frozen=True)
class Exponential:
    """Fall by the same factor each step, from 1 at the first to `final` at the last."""

    final: float = 0.01

    def factor(self, step: int, steps: int) -> float:
        return float(self.final ** _progress(step, steps))


@dataclass(frozen=True)
class Cosine:
    """Half a cosine, from 1 at the first step to `final` at the last (Loshchilov & Hutter 2017, without restarts)."""

    final: float = 0.0

    def factor(self, step: int, steps: int) -> float:
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * _progress(step, steps))) / 2


@dataclass(frozen=True)
class OneCycle:
    """Rise linearly from `start` to 1 over the fraction `rise` of the run, then a cosine down to `final`."""

    rise: float = 0.3
    start: float = 0.04
    final: float = 1e-4

    def factor(self, step: int, steps: int) -> float:
        done = _progress(step, steps)
        if done < self.rise:
            return self.start + (1 - self.start) * done / self.rise
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * (done - self.rise) / (1 - self.rise))) / 2


@dataclass(frozen=True)
class WarmUp:
    """Hold the factor `before` for the first `count` steps, then follow `after` (He et al. 2015: 0.1, 400 steps)."""

    count: int = 400
    before: float = 0.1
    after: Constant | Steps | Exponential | Cosine = dataclasses.field(default_factory=Constant)

    def factor(self, step: int, steps: int) -> float:
        return self.before if step <= self.count else self.after.factor(step, steps)


Schedule = Constant | Steps | Exponential | Cosine | OneCycle | WarmUp
SCHEDULES: dict[str, Any] = {cls.__name__: cls for cls in (Constant, Steps, Exponential, Cosine, OneCycle, WarmUp)}


def _progress(step: int, steps: int) -> float:
    """0 at the first step, 1 at the last."""
    return (step - 1) / max(steps - 1, 1)


@dataclass(frozen=True)
class Recipe:
    """How to train: optimiser, schedule, regularisers, precision and the run's only seed.

    Raises ValueError for a value outside its range, naming the range.

    >>> Recipe(epochs=5).replace(learning_rate=0.5)
    Recipe(epochs=5, learning_rate=0.5)
    >>> Recipe.from_dict(Recipe(schedule=Cosine()).to_dict()) == Recipe(schedule=Cosine())
    True
    """

    epochs: int = 15  # passes over the training images
    batch_size: int = 64  # images a step; a smaller last batch is dropped
    learning_rate: float = 0.1
    momentum: float = 0.9  # v <- momentum v + gradient; w <- w - learning_rate v
    nesterov: bool = False  # step along gradient + momentum v instead of v
    weight_decay: float = 0.0  # adds weight_decay * w to the gradient of every weight
    decay_all: bool = False  # decay biases and the scales and shifts of batch norm as well
    optimizer: str = "sgd"  # sgd, adam or adamw; adam's take no momentum from here
    schedule: Schedule = dataclasses.field(default_factory=Constant)
    label_smoothing: float = 0.0  # share of the target spread evenly over all classes
    augment: tuple[str, ...] = ()  # any of crop, flip, shift, erase, in this order
    precision: str = "float32"  # or bfloat16, float16: autocast; weights stay float32
    channels_last: bool = False  # memory order of images and convolution weights
    compile: bool = False  # torch.compile the model
    cuda_graph: bool = False  # record one training step on the GPU and replay it; not in float16
    evaluate_every: int = 0  # epochs between evaluations; 0: only at the end
    threads: int = 1  # CPU threads of torch; another count gives another curve
    seed: int = 0  # of data order, augmentation, dropout and, through the builders, of the weights

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "threads"):
            _require(self, name, getattr(self, name) >= 1, "at least 1")
        _require(self, "learning_rate", 0 <= self.learning_rate < math.inf, "a number from 0 up")
        _require(self, "momentum", 0 <= self.momentum < 1, "at least 0 and below 1")
        _require(self, "weight_decay", self.weight_decay >= 0, "0 or more")
        _require(self, "label_smoothing", 0 <= self.label_smoothing < 1, "at least 0 and below 1")
        _require(self, "evaluate_every", self.evaluate_every >= 0, "0 (only at the end) or a number of epochs")
        _require(self, "optimizer", self.optimizer in OPTIMIZERS, f"one of {', '.join(OPTIMIZERS)}")
        _require(self, "precision", self.precision in PRECISIONS, f"one of {', '.join(PRECISIONS)}")
        unknown = set(self.augment) - set(AUGMENTATIONS) if not isinstance(self.augment, str) else {self.augment}
        _require(self, "augment", not unknown, f'a tuple of any of {", ".join(AUGMENTATIONS)}, as in ("crop", "flip")')
        _require(
            self, "schedule", isinstance(self.schedule, tuple(SCHEDULES.values())), f"one of {', '.join(SCHEDULES)}"
        )

    def __repr__(self) -> str:
        """The call that makes it: what differs from `Recipe()`."""
        default, mine = Recipe(), vars(self)
        return f"Recipe({', '.join(f'{n}={v!r}' for n, v in mine.items() if v != getattr(default, n))})"

    def replace(self, **changes: Any) -> Recipe:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of `step` (1 for the first) in a run of `steps`."""
        return self.learning_rate * self.schedule.factor(step, steps)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain dicts, lists, numbers and strings, ready for JSON."""
        return _fields(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Recipe:
        """The recipe that `to_dict` wrote. Raises ValueError for a field that this version does not know."""
        unknown = set(plain) - {f.name for f in dataclasses.fields(cls)}
        if unknown:
            raise ValueError(f"unknown recipe fields: {', '.join(sorted(unknown))}; update course to read this recipe")
        return cls(**{name: _from_plain(value) for name, value in plain.items()})


def _require(recipe: Recipe, name: str, allowed: bool, words: str) -> None:
    if not allowed:
        raise ValueError(f"{name} must be {words}, got {getattr(recipe, name)!r}")


def _fields(whole: Recipe | Schedule) -> dict[str, Any]:
    return {f.name: _to_plain(getattr(whole, f.name)) for f in dataclasses.fields(whole)}


def _to_plain(value: Any) -> Any:
    """A field of a recipe or schedule as JSON has it: a schedule by its name, a tuple as a list."""
    if isinstance(value, Schedule):
        return {"name": type(value).__name__} | _fields(value)
    return list(value) if isinstance(value, tuple) else value


def _from_plain(value: Any) -> Any:
    """The field that `_to_plain` was given."""
    if isinstance(value, dict):
        values = {name: _from_plain(inner) for name, inner in value.items()}
        name = values.pop("name", None)
        if name not in SCHEDULES:
            raise ValueError(f"unknown schedule {name!r}; known are {', '.join(SCHEDULES)}")
        return SCHEDULES[name](**values)
    return tuple(value) if isinstance(value, list) else value
