"""Which device, how many of its threads, and in which precision."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import TypeVar

import torch
from torch import Tensor

Value = TypeVar("Value")
DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def choose(device: torch.device | str | None = None) -> torch.device:
    """The device to use: the one asked for, else CUDA, else MPS, else the CPU.

    Raises ValueError if this machine does not have the one asked for.
    """
    have = ["cpu"] + ["cuda"] * torch.cuda.is_available() + ["mps"] * torch.backends.mps.is_available()
    if device is None:
        return torch.device("cuda" if "cuda" in have else have[-1])
    try:
        chosen = torch.device(device)
    except RuntimeError:
        chosen = None
    if chosen is None or chosen.type not in have:
        raise ValueError(f"device {str(device)!r} is not to be had here; this machine has {', '.join(have)}")
    return chosen


def describe(device: torch.device) -> str:
    """The device in words: "NVIDIA H100 (CUDA)", "CPU, 1 thread"."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} (CUDA)"
    threads = torch.get_num_threads()
    return "Apple GPU (MPS)" if device.type == "mps" else f"CPU, {threads} thread{'s' * (threads > 1)}"


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Run torch on `count` CPU threads inside the block, then as before. Counts for the thread that enters it."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def on_threads(count: int, values: Generator[Value]) -> Generator[Value]:
    """Pass on what the generator yields; it runs on `count` threads, and in between the caller has its own count.

    Several runs may take turns in one thread and end in any order: a count that is left set would slow the others, for
    two threads thrash beside any busy process.
    """
    with closing(values):
        while True:
            with threads(count):
                try:
                    value = next(values)
                except StopIteration:
                    return
            yield value


def ordered(x: Tensor, channels_last: bool) -> Tensor:
    """Images (N, C, H, W) as they are, or with the channels last in memory, where some convolutions are faster."""
    return x.contiguous(memory_format=torch.channels_last) if channels_last else x


def autocast(device: torch.device, precision: str, cache: bool = True) -> AbstractContextManager[None]:
    """Autocast to `precision`, or nothing for float32. A CUDA graph must not find casts cached outside it."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, DTYPES[precision], cache_enabled=cache)
