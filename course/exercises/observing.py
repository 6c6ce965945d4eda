"""Putting a case to somebody's answer, writing down what is seen as plain arrays, and comparing these."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch

from course.exercises.exercise import Case
from course.exercises.given import Conduct, Given
from course.exercises.operations import numbers

Arrays = list[np.ndarray]


class Observation(NamedTuple):
    """One thing that a case saw: its numbers as float64, and the words for them, or whose conduct it was."""

    said: str | Conduct
    values: np.ndarray


class Left(NamedTuple):
    """What an answer leaves otherwise than it was for every cell that follows, and what to do instead."""

    words: str
    hint: str


def observe(case: Case, answer: Any, left: list[Left] | None = None) -> list[Observation]:
    """Build the case's inputs, then look at the answer with them. Whatever the answer raises goes on.

    Random numbers and torch's switches start as in a new process, and are put back afterwards. left: is added to where
    the answer has left one of them otherwise.
    """
    with undisturbed(), np.errstate(invalid="ignore"):  # infinity is shown, not warned of
        given = Given(case.inputs(case.seed))
        torch.manual_seed(case.seed)
        before = [get() for get, *_ in SWITCHES]
        seen = [_observation(seen) for seen in case.look(answer, given)]
        if left is not None:
            left += _left(before, case.seed)
        return seen


def _left(before: list[Any], seed: int) -> Iterator[Left]:
    for (get, *_, hint), was in zip(SWITCHES, before, strict=True):
        if get() != was:
            yield Left(f"leaves torch.{get.__name__}() {get()} for every cell that follows; it was {was}", hint)
    if torch.initial_seed() != seed:
        yield Left("seeds torch's random numbers for every cell that follows",
                   "leave the seed to the notebook, or draw from a torch.Generator of your own.")  # fmt: skip


def _device(device: torch.device | str) -> None:
    torch.set_default_device(None if torch.device(device).type == "cpu" else device)  # None: no mode at all


NOT_NEEDED = "nothing here needs it: leave it out."
SWITCHES: tuple[tuple[Callable[[], Any], Callable[[Any], Any], Any, str], ...] = (  # is, to set it, at first, way out
    (torch.is_grad_enabled, torch.set_grad_enabled, True, "`with torch.no_grad():` ends with its lines."),
    (torch.get_default_dtype, torch.set_default_dtype, torch.float32, "give dtype=… to the tensors that need another."),
    (torch.get_default_device, _device, torch.device("cpu"), "give device=… to the tensors that need another."),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly, False, NOT_NEEDED),
    (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, False, NOT_NEEDED),
    (torch.get_num_threads, torch.set_num_threads, None, NOT_NEEDED),
)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Torch's switches as they are at first, and afterwards, like all random numbers, as they were before."""
    before = [get() for get, *_ in SWITCHES]
    drawn, of_numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        try:
            _switch([first for _, _, first, _ in SWITCHES])
            yield
        finally:
            _switch(before)
            random.setstate(drawn)
            np.random.set_state(of_numpy)


def _switch(wanted: list[Any]) -> None:
    for (get, to, *_), value in zip(SWITCHES, wanted, strict=True):
        if value is not None and get() != value:
            to(value)


def _observation(seen: tuple[str, Any] | Conduct) -> Observation:
    if isinstance(seen, Conduct):
        return Observation(seen, np.asarray(seen.number))
    said, value = seen
    return Observation(said, numbers(value).copy())


def arrays(observations: Iterable[Observation]) -> Arrays:
    """The numbers alone: all that has to leave the process in which an answer runs."""
    return [observation.values for observation in observations]


def agrees(seen: Arrays, expected: Arrays, tolerance: float) -> bool:
    """Whether all that was seen has the expected shapes, and values within `tolerance` of the largest finite one."""
    if [value.shape for value in seen] != [value.shape for value in expected]:
        return False
    return all(
        np.allclose(a, b, rtol=0, atol=tolerance * max(1e-30, _largest(b)), equal_nan=True)
        for a, b in zip(seen, expected, strict=True)
    )


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0))
