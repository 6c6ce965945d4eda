"""How a lab or a question gets on a page, which labs know nothing of: a hook shows it, watchers hear of changes."""

from __future__ import annotations

from collections.abc import Callable

_hooks: list[Callable[[Displayed], None]] = []


def connect(hook: Callable[[Displayed], None]) -> None:
    """From now on `hook` shows what is displayed."""
    _hooks[:] = [hook]


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
        for hook in _hooks:
            hook(self)
