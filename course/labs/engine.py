"""The engine: one thread that can be stopped. What it runs is the lab's affair."""

from __future__ import annotations

import threading
from collections.abc import Callable

from course.training import Stop


class Engine:
    """One daemon thread at most; `stop` ends it before its next step. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._stop = Stop()

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
            self._thread = threading.Thread(target=work, args=(self._stop,), name="course-lab", daemon=True)
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
