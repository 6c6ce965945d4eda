"""What PyTorch does but once, before anybody waits for it."""

from __future__ import annotations

import threading
from contextlib import closing

from course import data, networks
from course.recipes import Recipe
from course.training import train

_warm = threading.Event()


def warm_up() -> None:
    """Train a tiny network for a step, on a thread; once in a process. The first Train then starts at once."""
    if not _warm.is_set():
        _warm.set()
        threading.Thread(target=_one_step, name="course-lab-warm-up", daemon=True).start()


def _one_step() -> None:
    network = networks.mlp("plain", depth=3, width=8)
    with closing(train(network, data.load("digits", device="cpu"), Recipe(epochs=1))) as records:
        next(records)
