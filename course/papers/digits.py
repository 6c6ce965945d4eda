"""What most experiments share: the embedded digits, and 15 epochs of them at the rate that the rule chooses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from torch import nn

from course import data
from course.data import Dataset
from course.recipes import Recipe
from course.records import Run
from course.sweeps import Job
from course.training import choose_learning_rate, evaluate

DARKEST = 16.0  # of a pixel


@cache
def digits() -> Dataset:
    """The embedded digits, on the CPU."""
    return data.load("digits", device="cpu")


def mlp_job(kind: str, depth: int, width: int = 50, **more: float) -> Job:
    """Fully connected, 15 epochs of the digits, by the rule."""
    return Job({"kind": kind, "depth": depth, "width": width, **more}, Recipe(epochs=15))


def by_rule(network: nn.Module, seed: int) -> Run:
    """The run of 15 epochs at the rate that the rule chooses; the network itself is not trained."""
    return choose_learning_rate(network, digits(), Recipe(epochs=15, seed=seed)).run


def losses(networks: Mapping[str, nn.Module], seed: int) -> dict[str, float]:
    """The training loss of each network, by the rule; infinite where every rate diverged."""
    return {name: by_rule(network, seed).loss for name, network in networks.items()}


def trained(network: nn.Module, seed: int) -> nn.Module:
    """The network after 15 epochs, by the rule."""
    model = by_rule(network, seed).model
    assert model is not None
    return model


def accuracy(model: nn.Module) -> float:
    """On the test images, as a fraction."""
    return evaluate(model, digits().test)[1]
