"""The engine: one thread that can be stopped. What it runs is the lab's affair."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from contextvars import copy_context
from weakref import WeakSet

from course.training import Stop

AT_EXIT = 5.0  # seconds until a process that ends leaves its engines behind
_engines: WeakSet[Engine] = WeakSet()


@atexit.register
def _end() -> None:
    """A process that ends while torch computes on another thread would abort, with a core dump in place of its exit
    code.
    """
    for engine in list(_engines):
        engine.stop()
    for engine in list(_engines):
        engine.wait(AT_EXIT)


class Engine:
    """One daemon thread at most; `stop` ends it before its next step. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._stop = Stop()
        _engines.add(self)

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        with self._lock:
            return self._thread is not None and self._thread.is_alive()

    def start(self, work: Callable[[Stop], None]) -> None:
        """Run `work(stop)` on the thread; what ran before is stopped first."""
        with self._lock:
            self.stop()
            self.wait()
            self._stop = Stop()
            self._thread = threading.Thread(
                target=copy_context().run, args=(work, self._stop), name="course-lab", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Ask the work under way to end; returns at once."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end of the work under way; False if it has not come within `timeout` seconds."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        return not (thread is not None and thread.is_alive())
