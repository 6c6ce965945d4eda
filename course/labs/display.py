"""How a lab or a question gets on a page, which labs know nothing of: a hook shows it, watchers hear of changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

Write = Callable[["Displayed", "str | os.PathLike[str]"], Path]
_hooks: list[tuple[Callable[[Displayed], None], Write]] = []


def connect(show: Callable[[Displayed], None], write: Write) -> None:
    """From now on `show` shows what is displayed, and `write` makes a file of it."""
    _hooks[:] = [(show, write)]


class Displayed:
    """What a notebook shows when a cell ends in it, and who is told when it has changed."""

    def __init__(self) -> None:
        self._watchers: list[Callable[[], None]] = []
        self._keepers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None], keeper: Callable[[], None] = lambda: None) -> None:
        """Call `watcher()` whenever anything has changed, on whatever thread that happens, and `keeper()` when what is
        to be seen shall be kept: it returns once that is done.
        """
        self._watchers.append(watcher)
        self._keepers.append(keeper)

    def _changed(self) -> None:
        for watcher in list(self._watchers):
            watcher()

    def _settle(self) -> None:
        for keeper in list(self._keepers):
            keeper()

    def _ipython_display_(self) -> None:
        """IPython asks for this."""
        for show, _ in _hooks:
            show(self)

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write one file that works by itself wherever it is opened: without Python, from a stick, off the network.

        Those labs can do that which `course page` lists. Raises ValueError for one that needs the kernel.
        """
        [(_, write)] = _hooks
        return write(self, path)
