"""A time limit that works in a notebook: in the main thread of a kernel and in any other."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AGAIN = 0.5  # seconds until an exception that was swallowed is raised once more


class TimeUp(BaseException):
    """Raised inside code that took too long. No Exception, so that a reader's `except Exception` does not keep it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in this thread once `seconds` have passed, and again until the block is left.

    Python code ends at its next line; a single call into C ends only when it returns.
    """
    thread, done = threading.get_ident(), threading.Event()
    lock = threading.Lock()  # so that nothing is raised after the block has been left

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            with lock:
                if not done.is_set():
                    _raise_in(thread)
            wait = AGAIN

    threading.Thread(target=watch, name="course-time-limit", daemon=True).start()
    try:
        yield
    finally:
        while not done.is_set():
            with suppress(TimeUp):  # one that comes just now
                with lock:
                    done.set()
                for _ in range(100):  # Python looks for it at each turn of a loop
                    pass


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeUp))
