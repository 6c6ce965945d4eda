"""Small networks that labs look into: trained epoch by epoch while one watches, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from torch import nn

from course import data, networks
from course.labs import recordings
from course.recipes import Recipe
from course.training import train

EPOCHS = 15
_kept: dict[tuple, nn.Module] = {}


def epochs(kind: str, depth: int, seed: int, **arguments: float) -> Iterator[tuple[int, nn.Module]]:
    """(epochs done, network) before training and after each of 15 epochs on the digits, at the rate that the rule chose
    for the nearest depth of the depth lab's recordings. A network that was trained before comes at once, whole.
    """
    key = (kind, depth, seed, *sorted(arguments.items()))
    if key in _kept:
        yield EPOCHS, _kept[key]
        return
    digits = data.load("digits", device="cpu")
    recipe = Recipe(epochs=EPOCHS, learning_rate=rate(kind, depth), seed=seed)
    network = networks.mlp(kind, depth, seed=seed, **arguments)  # type: ignore[arg-type]
    yield 0, network
    steps = len(digits.train) // recipe.batch_size
    with closing(train(network, digits, recipe)) as records:
        for record in records:
            if record.split == "train" and record.step % steps == 0 and record.epoch < EPOCHS:
                yield record.epoch, network
    _kept[key] = network
    while len(_kept) > 6:
        _kept.pop(next(iter(_kept)))
    yield EPOCHS, network


def rate(kind: str, depth: int) -> float:
    """The rule's rate for the recorded depth that is nearest, the smaller on a tie."""
    have = {d: run for (k, d), run in recordings.recorded("depth").items() if k == kind}
    return have[min(have, key=lambda d: (abs(d - depth), d))].recipe.learning_rate
