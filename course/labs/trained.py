"""Small networks that labs look into: trained epoch by epoch while one watches, and kept."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from torch import nn

from course import data, networks
from course.data import Dataset
from course.labs import recordings
from course.recipes import Recipe
from course.training import search_learning_rate, train

EPOCHS = 15
Key = tuple[str, int, int, int]  # kind, depth, seed, id of the data set
_kept: dict[Key, tuple[nn.Module, Dataset | None]] = {}  # the data set too, so that its id stays its own


def epochs(kind: str, depth: int, seed: int, dataset: Dataset | None = None) -> Iterator[tuple[int, nn.Module]]:
    """(epochs done, network) before training and after each of 15 epochs on the digits, at the rate that the rule chose
    for the nearest depth of the depth lab's recordings.

    On another `dataset` the rule searches: the untrained network comes again and again meanwhile, then the winner's. A
    network that was trained before comes at once, whole.
    """
    key = (kind, depth, seed, id(dataset))
    if key in _kept:
        yield EPOCHS, _kept[key][0]
        return
    if dataset is None:
        network = yield from _on_digits(kind, depth, seed)
    else:
        network = yield from _searched(kind, depth, seed, dataset)
    _kept[key] = network, dataset
    while len(_kept) > 6:
        _kept.pop(next(iter(_kept)))
    yield EPOCHS, network


def _on_digits(kind: str, depth: int, seed: int) -> Generator[tuple[int, nn.Module], None, nn.Module]:
    digits = data.load("digits", device="cpu")
    recipe = Recipe(epochs=EPOCHS, learning_rate=rate(kind, depth), seed=seed)
    network = networks.mlp(kind, depth, seed=seed)
    yield 0, network
    steps = len(digits.train) // recipe.batch_size
    with closing(train(network, digits, recipe)) as records:
        for record in records:
            if record.split == "train" and record.step % steps == 0 and record.epoch < EPOCHS:
                yield record.epoch, network
    return network


def _searched(kind: str, depth: int, seed: int, dataset: Dataset) -> Generator[tuple[int, nn.Module], None, nn.Module]:
    network = networks.mlp(kind, depth, inputs=dataset.inputs, classes=len(dataset.classes), seed=seed)
    with closing(search_learning_rate(network.to(dataset.device), dataset, Recipe(epochs=EPOCHS, seed=seed))) as search:
        while True:
            yield 0, network  # a place to stop
            try:
                next(search)
            except StopIteration as end:
                model: nn.Module = end.value.run.model
                return model


def when(epoch: int) -> str:
    """The words with which a lab says how far it is: before the first epoch, or after one."""
    return f"After epoch {epoch}" if epoch else "Before training"


def rate(kind: str, depth: int) -> float:
    """The rule's rate for the recorded depth that is nearest, the smaller on a tie."""
    have = {d: run for (k, d), run in recordings.recorded("depth").items() if k == kind}
    return have[min(have, key=lambda d: (abs(d - depth), d))].recipe.learning_rate
