"""Where and how the arithmetic runs: device, threads, precision, memory, and one switch for speed. Decides once and
says what.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from course.recipes import Recipe

Value = TypeVar("Value")
DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
GRAPH_WARM_UP = 3  # eager steps before a CUDA graph is recorded; they are steps of the run


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


def autocast(device: torch.device, precision: str, cache: bool = True) -> AbstractContextManager:
    """Autocast to `precision`, or nothing for float32. A CUDA graph must not find casts cached outside it."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, DTYPES[precision], cache_enabled=cache)


def fast(recipe: Recipe, model: nn.Module, device: torch.device) -> tuple[Recipe, list[str]]:
    """The recipe with every speed-up that this machine and model can use, and one line for each, taken or left.

    bf16 or fp16 autocast and channels_last; on CUDA also torch.compile and a graph of the whole training step. The
    curve is no longer that of the plain recipe, bit for bit: other precision, other rounding.
    """
    convolutional = any(isinstance(m, nn.Conv2d) for m in model.modules())
    draws = any(hasattr(m, "generator") for m in model.modules())
    precision, why = _fast_precision(recipe, device, convolutional)
    changes: dict[str, Any] = {"precision": precision, "channels_last": convolutional}
    said = [f"precision: {precision}, {why}", f"memory order: {'channels_last' if convolutional else 'as it is'}"]
    for name, field, left in (
        ("torch.compile", "compile", "compiling takes longer than a short run on this device saves"),
        ("CUDA graph", "cuda_graph", "there is no CUDA device"),
    ):
        reason = left if device.type != "cuda" else ""
        if draws and not reason:
            reason = "this model draws random numbers inside the step"
        if field == "cuda_graph" and precision == "float16" and not reason:
            reason = "the loss scale of float16 is looked at after each step"
        changes[field] = not reason
        said.append(f"{name}: " + (f"left, {reason}" if reason else "taken"))
    return recipe.replace(**changes), said


def _fast_precision(recipe: Recipe, device: torch.device, convolutional: bool) -> tuple[str, str]:
    """(precision, why)."""
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return ("bfloat16", "autocast") if native else ("float16", "autocast, this GPU has no bfloat16")
    if device.type == "cpu" and convolutional and cpu_has_bfloat16():
        return "bfloat16", "autocast, which this CPU computes natively"
    return (
        recipe.precision,
        "this device gains nothing from less" if convolutional else "small dense layers gain nothing from less",
    )


def cpu_has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware (AVX-512 BF16 or AMX)."""
    probes = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(probe() for probe in probes if probe)


def compiled(model: nn.Module, device: torch.device) -> Callable[[Tensor], Tensor]:
    """`torch.compile(model)`, or the model itself with one line of reason where compiling fails at the first call."""
    compiled_model = torch.compile(model)
    chosen: list[Callable[[Tensor], Tensor]] = []

    def call(x: Tensor) -> Tensor:
        if chosen:
            return chosen[0](x)
        try:
            y = compiled_model(x)
            chosen.append(compiled_model)
        except Exception as error:  # a missing C++ compiler, an unsupported operation: many types
            if is_out_of_memory(error):
                raise
            reason = str(error).strip().split("\n")[0][:160]
            warnings.warn(
                f"torch.compile is left out on {describe(device)}: {type(error).__name__}: {reason}", stacklevel=2
            )
            chosen.append(model)
            y = model(x)
        return y

    return call


class Graphed:
    """A training step recorded as a CUDA graph: `GRAPH_WARM_UP` eager calls, then one recording, then replays.

    `step(x, y, rate) -> tensors` must read its inputs and write its results in place on the device, without a host
    decision. If recording fails, the eager step stays, with one line of reason.
    """

    def __init__(self, step: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, ...]]):
        self.step, self.calls = step, 0
        self.graph: torch.cuda.CUDAGraph | None = None
        self.stream = torch.cuda.Stream()

    def __call__(self, x: Tensor, y: Tensor, rate: float) -> tuple[Tensor, ...]:
        if self.calls == 0:
            self.inputs = (x.clone(), y.clone(), torch.tensor(rate, device=x.device))
        for mine, given in zip(self.inputs[:2], (x, y), strict=True):
            mine.copy_(given)
        self.inputs[2].fill_(rate)
        self.calls += 1
        if self.calls == GRAPH_WARM_UP + 1:
            self._record()
        if self.graph is not None:
            self.graph.replay()
            return tuple(t.clone() for t in self.outputs)
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            outputs = self.step(*self.inputs)
        torch.cuda.current_stream().wait_stream(self.stream)
        return outputs

    def _record(self) -> None:
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, stream=self.stream):
                self.outputs = self.step(*self.inputs)
            self.graph = graph
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise
            reason = str(error).strip().split("\n")[0][:160]
            warnings.warn(f"the CUDA graph is left out: {reason}", stacklevel=3)


class OutOfMemory(RuntimeError):
    """The device's memory did not hold a training step; says what would fit. `run`, if set, is what was trained until
    then.
    """

    run: Any = None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` is torch's word for a full device."""
    return isinstance(error, torch.OutOfMemoryError)


def out_of_memory(model: nn.Module, x: Tensor, step: Callable[[Tensor], object]) -> OutOfMemory:
    """The error for a `step(x)` that did not fit: batch size, model, and the largest power of two that does.

    Tries smaller batches of `x`; the model's buffers are put back afterwards.
    """
    buffers = {name: b.clone() for name, b in model.named_buffers()}
    largest, size = 0, 1 << max(len(x) - 1, 1).bit_length() - 1  # the largest power of two below len(x)
    while size and not largest:
        try:
            step(x[:size])
            largest = size
        except torch.OutOfMemoryError:
            size //= 2
    for p in model.parameters():
        p.grad = None
    for name, b in model.named_buffers():
        b.copy_(buffers[name])
    if x.is_cuda:
        torch.cuda.empty_cache()
    count = sum(p.numel() for p in model.parameters())
    way_out = (
        f"the largest batch that fits is about {largest}: Recipe(batch_size={largest})"
        if largest
        else "not even one image fits: take a smaller model"
    )
    return OutOfMemory(
        f"{describe(x.device)} ran out of memory with batch_size={len(x)}, images of {tuple(x.shape[1:])} and a "
        f"{type(model).__name__} of {count:,} parameters; {way_out}"
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
        count = sum(p.numel() for p in model.parameters())
        warnings.warn(
            f"training {count:,} parameters with batch_size={len(x)} needs about {need / 2**30:.1f} GiB and "
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
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        if limit != "max":
            free.append(int(limit) - int(Path("/sys/fs/cgroup/memory.current").read_text()))
    except OSError:
        pass
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
