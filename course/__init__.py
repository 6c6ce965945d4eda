"""Training very deep networks: an interactive course. The rooms of the library load when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_NAMES = {
    "Recipe": "course.recipes",
    "Record": "course.records",
    "Run": "course.records",
    "Stop": "course.training",
    "choose_learning_rate": "course.training",
    "evaluate": "course.training",
    "fit": "course.training",
    "largest_stable_learning_rate": "course.training",
    "resume": "course.training",
    "train": "course.training",
}
_ROOMS = (
    "augment",
    "blocks",
    "data",
    "devices",
    "initializers",
    "measure",
    "networks",
    "papers",
    "plots",
    "recipes",
    "records",
    "sweeps",
    "training",
)
__all__ = [*_NAMES, *_ROOMS]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    if name in _ROOMS:
        return import_module(f"course.{name}")
    raise AttributeError(f"module 'course' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
