"""Memory: what a training step will take, what there is, and what to say when it was not enough."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from course.devices import container
from course.devices.device import autocast, describe

Step = Callable[
    [Tensor, Tensor, Any], tuple[Tensor, ...]
]  # (x, y, rate) -> what it computes; in a graph the rate is a tensor


class OutOfMemory(RuntimeError):
    """The device's memory did not hold a training step; says what would fit. `run`, if set, is what was trained until
    then.
    """

    run: Any = None


def guarded(step: Step, model: nn.Module, precision: str) -> Step:
    """`step(x, y, rate)`, which raises `OutOfMemory`, with the batch size that fits, in place of torch's error."""

    def call(x: Tensor, y: Tensor, rate: Any) -> tuple[Tensor, ...]:
        try:
            return step(x, y, rate)
        except torch.OutOfMemoryError:
            pass  # leave the handler first: the traceback holds the step's tensors
        raise _out_of_memory(model, x, precision)

    return call


def _out_of_memory(model: nn.Module, x: Tensor, precision: str) -> OutOfMemory:
    """The error for a step on `x` that did not fit: batch size, model, and the largest power of two that does.

    Tries smaller batches of `x`; the model's buffers are put back afterwards.
    """
    buffers = {name: b.clone() for name, b in model.named_buffers()}
    largest, size = 0, 1 << max(len(x) - 1, 1).bit_length() - 1  # the largest power of two below len(x)
    while size and not largest:
        try:
            with autocast(x.device, precision):
                model(x[:size]).float().sum().backward()
            largest = size
        except torch.OutOfMemoryError:
            size //= 2
    model.zero_grad()
    for name, b in model.named_buffers():
        b.copy_(buffers[name])
    if x.is_cuda:
        torch.cuda.empty_cache()
    way_out = (
        f"the largest batch that fits is about {largest}: Recipe(batch_size={largest})"
        if largest
        else "not even one image fits: take a smaller model"
    )
    return OutOfMemory(
        f"{describe(x.device)} ran out of memory with batch_size={len(x)}, images of {tuple(x.shape[1:])} and a "
        f"{type(model).__name__} of {_count(model):,} parameters; {way_out}"
    )


def warn_if_too_large(model: nn.Module, x: Tensor) -> None:
    """Warn before training on the CPU what cannot fit: there the operating system ends the process without a word.

    `x`: one batch. Estimates weights, gradients, momentum and the activations that backward keeps from one image.
    """
    free = available_memory()
    if x.device.type != "cpu" or free is None:
        return
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    need = 3 * weights + len(x) * kept_bytes(model, x[:1])
    if need > free:
        warnings.warn(
            f"training {_count(model):,} parameters with batch_size={len(x)} needs about {need / 2**30:.1f} GiB and "
            f"{free / 2**30:.1f} GiB are free; the system may end Python. Take a smaller batch or model.",
            ResourceWarning,
            stacklevel=3,
        )


def kept_bytes(model: nn.Module, x: Tensor) -> int:
    """Bytes that a forward pass of `x` keeps for backward, weights apart; the model is left as it was found."""
    weights = {p.untyped_storage().data_ptr() for p in model.parameters()}
    seen: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            seen[storage.data_ptr()] = storage.nbytes()
        return tensor

    training = model.training
    model.eval()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        y = model(x)  # alive until the count is done, or its storages would be counted once and used again
    model.train(training)
    del y
    return sum(seen.values())


def available_memory() -> int | None:
    """Bytes that this process may still take: what the system has free, within the container's limit; None if
    unknown.
    """
    free = []
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free += [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")]
    except OSError:
        pass
    left = container.memory_left()
    free += [] if left is None else [left]
    if not free and hasattr(os, "sysconf") and "SC_AVPHYS_PAGES" in os.sysconf_names:
        free.append(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(free, default=None)


def peak_memory(device: torch.device) -> int | None:
    """The most bytes used so far: by torch on a GPU, by the whole process on a CPU; None if unknown."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        import resource  # not on Windows
        import sys

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak * (1 if sys.platform == "darwin" else 1024)
    except ImportError:
        return None


def _count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())
