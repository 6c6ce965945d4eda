"""Training very deep networks: an interactive course. The rooms of the library load when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course import (
        augment,
        blocks,
        data,
        devices,
        drawings,
        exercises,
        initializers,
        labs,
        measure,
        networks,
        papers,
        plots,
        recipes,
        records,
        sweeps,
        themes,
        training,
        views,
    )
    from course.recipes import Recipe
    from course.records import Record, Run
    from course.training import (
        Stop,
        choose_learning_rate,
        evaluate,
        fit,
        largest_stable_learning_rate,
        resume,
        train,
    )

__version__ = "0.1.0"
__all__ = [
    "Recipe", "Record", "Run", "Stop", "augment", "blocks", "choose_learning_rate", "data", "devices", "drawings",
    "evaluate", "exercises", "fit", "initializers", "labs", "largest_stable_learning_rate", "measure", "networks",
    "papers", "plots", "recipes", "records", "resume", "sweeps", "themes", "train", "training", "views",
]  # fmt: skip
_FROM_TRAINING = ("Stop", "choose_learning_rate", "evaluate", "fit", "largest_stable_learning_rate", "resume", "train")
_HOMES = {"Recipe": "recipes", "Record": "records", "Run": "records"} | dict.fromkeys(_FROM_TRAINING, "training")

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module 'course' has no attribute {name!r}")
        room = import_module(f"course.{_HOMES.get(name, name)}")
        return getattr(room, name) if name in _HOMES else room


def __dir__() -> list[str]:
    return sorted(__all__)
