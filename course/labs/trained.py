"""Small networks that labs look into: some whose weights ship; others train while one watches, and are kept."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from copy import deepcopy
from pathlib import Path

from torch import nn

from course import data, devices, networks, shipped, smoothing
from course.data import Dataset
from course.labs import recordings
from course.recipes import Recipe
from course.records import Run
from course.sweeps import Job
from course.training import fit, search_learning_rate, train

EPOCHS = 15
MOST_KEPT = 8  # networks
Key = tuple[str, int, int, int]  # kind, depth, seed, id of the data set
_kept: dict[Key, tuple[nn.Module, Dataset | None]] = {}  # the data set too, so that its id stays its own
_anew = ContextVar("_anew", default=False)  # of the thread that asks


def epochs(kind: str, depth: int, seed: int, dataset: Dataset | None = None) -> Iterator[tuple[int, nn.Module]]:
    """(epochs done, network) before training and after each of 15 epochs on the digits, at the rate that the rule chose
    for the nearest depth of the depth lab's recordings.

    On another `dataset` the rule searches: the untrained network comes again and again meanwhile, then the winner's. A
    network that was trained before comes at once, whole, as does one whose weights ship. It is the caller's own: two
    threads that looked into one module would mix up what passes through it.
    """
    key = (kind, depth, seed, id(dataset))
    at_hand = known(kind, depth, seed, dataset)
    if at_hand is None or _anew.get():
        if dataset is None:
            network = yield from _on_digits(kind, depth, seed)
        else:
            network = yield from _searched(kind, depth, seed, dataset)
        at_hand = _keep(key, at_hand or network, dataset)
    yield EPOCHS, deepcopy(at_hand)


def _keep(key: Key, network: nn.Module, dataset: Dataset | None) -> nn.Module:
    _kept[key] = network, dataset
    while len(_kept) > MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    return network


def known(kind: str, depth: int, seed: int, dataset: Dataset | None = None) -> nn.Module | None:
    """The network that was trained before or whose weights ship, if there is one."""
    key = (kind, depth, seed, id(dataset))
    if key in _kept:
        return _kept[key][0]
    if dataset is not None or not ships(made := job(kind, depth, seed)):
        return None
    network = networks.mlp(kind, depth, seed=seed)
    network.load_state_dict(shipped.weights(weights_file(made)))
    return _keep(key, network, None)


@contextmanager
def anew() -> Iterator[None]:
    """Within it networks train even where their weights ship, so that every epoch is seen; the last is what ships."""
    before = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(before)


def _on_digits(kind: str, depth: int, seed: int) -> Generator[tuple[int, nn.Module], None, nn.Module]:
    digits, recipe = data.load("digits", device="cpu"), job(kind, depth, seed).recipe
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


def job(kind: str, depth: int, seed: int = 0) -> Job:
    """The training of such a network on the digits."""
    recipe = Recipe(epochs=EPOCHS, learning_rate=rate(kind, depth), seed=seed)
    return Job({"kind": kind, "depth": depth}, recipe, by_rule=False)


def weights_file(made: Job) -> Path:
    """Where the weights of a training lie, if they ship: under its key, which stands for network and recipe."""
    return recordings.folder("trained") / f"{made.key}{shipped.SUFFIX}"


def ships(made: Job) -> bool:
    """Whether there are such weights, of today's network and recipe."""
    return weights_file(made).exists()


def seconds(made: Job) -> float:
    """Estimated seconds of a training on one core; 0 where its network is at hand."""
    key = (made.network["kind"], made.network["depth"], made.recipe.seed, id(None))
    return 0.0 if not _anew.get() and (key in _kept or ships(made)) else recordings.cost([made])


def record(made: Job) -> Run:
    """Train a network and keep its weights, and beside them its run, thinned."""
    with devices.threads(1):  # as labs train: the initial weights too
        digits = data.load("digits", device="cpu")
        run = fit(made.build(digits), digits, made.recipe, progress=False)
    assert run.model is not None
    run.header |= {"job": made.key, "network": run.header["network"] | made.network}
    smoothing.thinned(run).save(shipped.keep(run.model, weights_file(made)).with_suffix(".jsonl"))
    return run


def when(epoch: int) -> str:
    """The words with which a lab says how far it is: before the first epoch, or after one."""
    return f"After epoch {epoch}" if epoch else "Before training"


def rate(kind: str, depth: int) -> float:
    """The rule's rate for the recorded depth that is nearest, the smaller on a tie."""
    have = {d: run for (k, d), run in recordings.recorded("depth").items() if k == kind}
    return have[min(have, key=lambda d: (abs(d - depth), d))].recipe.learning_rate
