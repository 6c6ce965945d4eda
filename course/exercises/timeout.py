"""A time limit that works in a notebook: in the main thread of a kernel and in any other."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

AGAIN = 0.5  # seconds until an exception that was swallowed is raised once more
Result = TypeVar("Result")


class TimeUp(BaseException):
    """Raised inside code that took too long. No Exception, so that a reader's `except Exception` does not keep it."""


def time_limit(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work()` returns. Once `seconds` have passed, raise `TimeUp` in it, and again until it is left.

    Python code ends at its next line; a single call into C ends only when it returns. Nothing is raised later: who
    works holds a lock, which C code releases, so that no exception can come between leaving and saying so.
    """
    thread, working, raising = threading.get_ident(), threading.Lock(), threading.Lock()
    watching, began = threading.Event(), threading.Event()

    def watch() -> None:
        watching.set()
        began.wait()
        wait = seconds
        while not working.acquire(timeout=wait):
            with raising:
                if working.acquire(blocking=False):
                    return
                _raise_in(thread)
            wait = AGAIN

    threading.Thread(target=watch, name="course-time-limit", daemon=True).start()
    watching.wait()  # what traces threads, such as coverage, cannot be put into two that begin at once
    try:
        with working:
            began.set()
            return work()
    finally:
        with suppress(TimeUp):  # one that comes just now
            with raising:
                pass
            for _ in range(100):  # Python looks for it at each turn of a loop
                pass


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeUp))
