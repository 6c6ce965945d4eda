"""Where and how the arithmetic runs: device, threads, precision, memory, and one switch for speed. Decides once and
says what.
"""

from course.devices.container import cpu_share
from course.devices.device import autocast, choose, describe, on_threads, ordered, threads
from course.devices.graphs import Graphed
from course.devices.memory import (
    OutOfMemory,
    Step,
    available_memory,
    guarded,
    kept_bytes,
    peak_memory,
    warn_if_too_large,
)
from course.devices.speed import compiled, cpu_has_bfloat16, fast

__all__ = [
    "Graphed", "OutOfMemory", "Step", "autocast", "available_memory", "choose", "compiled", "cpu_has_bfloat16",
    "cpu_share", "describe", "fast", "guarded", "kept_bytes", "on_threads", "ordered", "peak_memory", "threads",
    "warn_if_too_large",
]  # fmt: skip
