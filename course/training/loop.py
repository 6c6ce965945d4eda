"""`train`: the only training loop in the house, a generator of records. Everybody else consumes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import augment, devices
from course.data import Dataset
from course.recipes import Recipe
from course.records import Record, diverged
from course.training.evaluation import evaluations
from course.training.state import State

FLUSH_SECONDS = 0.1  # on a GPU, losses wait there this long


class Stop(threading.Event):
    """A token that any thread may `set()`: training ends before its next step."""


def train(
    model: nn.Module, data: Dataset, recipe: Recipe, *, state: State | None = None, stop: Stop | None = None
) -> Generator[Record]:
    """Train `model` in place and yield one record per step, then one per evaluation: training images, test, valid if
    held out.

    Close the generator, or set `stop`, to end early: the weights are then those of the last step. When a record is
    yielded, every `.grad` and the blocks' last gates and masks belong to it. A step whose loss is not finite or above
    50 is yielded and ends the run (on a CPU its update is not made). On a GPU losses wait there and arrive in bursts,
    about ten a second, in which only the last record's gradients are still there. `state` goes on with an earlier run
    (see `resume`).

    Raises ValueError if a batch is larger than the training split, `devices.OutOfMemory` if a step does not fit on
    the GPU.
    """
    return devices.on_threads(recipe.threads, _loop(model, data, recipe, state, stop))


def train_step(
    state: State, forward: Callable[[Tensor], Tensor], x: Tensor, y: Tensor, rate: float | Tensor
) -> tuple[Tensor, Tensor]:
    """Forward, loss, backward, update: x (N, C, H, W), y (N,) -> the loss and the number correct, both on the device.

    `forward` is the model, or what it was compiled to. The scaler hands everything on as it is, but in float16: there
    the smallest gradients would be 0, so it multiplies the loss, divides the gradients, and skips what overflows.
    """
    recipe, optimizer, scaler = state.recipe, state.optimizer, state.scaler
    optimizer.zero_grad()
    with devices.autocast(x.device, recipe.precision, cache=not recipe.cuda_graph):
        logits = forward(x)  # (N, classes)
        loss = F.cross_entropy(logits.float(), y, label_smoothing=recipe.label_smoothing)
    scaler.scale(loss).backward()
    if x.device.type != "cpu" or not diverged(loss.item()):  # a GPU would have to be waited for
        scaler.step(optimizer, rate)  # type: ignore[arg-type]  # ours has what it asks for: param_groups and step
        scaler.update()
    return loss.detach(), (logits.detach().argmax(1) == y).sum()


def _loop(model: nn.Module, data: Dataset, recipe: Recipe, state: State | None, stop: Stop | None) -> Generator[Record]:
    """Epochs and batches around `train_step`."""
    state = state or State(model, data, recipe)
    step = _wrapped(state, data.device)
    on_cpu = data.device.type == "cpu"
    waiting: list[_Waiting] = []
    flushed = time.perf_counter()
    model.train()
    model.zero_grad()
    for epoch in range(state.epoch, recipe.epochs + 1):
        clock = time.perf_counter()
        for x, y in state.batches(data, epoch):
            if stop is not None and stop.is_set():
                yield from _flush(waiting)
                return
            rate = recipe.rate(state.step + 1, state.steps)
            changed = augment.apply(recipe.augment, x, state.generators["augment"])
            loss, correct = step(devices.ordered(changed, recipe.channels_last), y, rate)
            state.step += 1
            now = time.perf_counter()
            state.seconds, clock = state.seconds + now - clock, now
            waiting.append(_Waiting(state.step, epoch, loss, correct / len(y), rate, state.seconds))
            if on_cpu or now - flushed > FLUSH_SECONDS or state.step == epoch * state.steps_per_epoch:
                for record in _flush(waiting):
                    yield record
                    if record.diverged:
                        return
                flushed = clock = time.perf_counter()  # what the consumer did in between is not training
        yield from evaluations(state, data, epoch)


def _wrapped(state: State, device: torch.device) -> devices.Step:
    """`train_step` with what the recipe wants around it: `torch.compile`, a CUDA graph (float16's scaler looks at each
    step, which a graph does not allow); and advice on memory.
    """
    model, recipe = state.model, state.recipe
    step: devices.Step = partial(train_step, state, devices.compiled(model, device) if recipe.compile else model)
    if recipe.cuda_graph and device.type == "cuda" and not state.scaler.is_enabled():
        step = devices.Graphed(step)
    return devices.guarded(step, model, recipe.precision)


class _Waiting(NamedTuple):
    """A step whose loss and accuracy are still on the device."""

    step: int
    epoch: int
    loss: Tensor
    accuracy: Tensor
    learning_rate: float
    seconds: float


def _flush(waiting: list[_Waiting]) -> Iterator[Record]:
    """Fetch the waiting losses in one transfer and yield their records."""
    if not waiting:
        return
    fetched, waiting[:] = list(waiting), []
    losses = torch.stack([w.loss for w in fetched]).tolist()
    accuracies = torch.stack([w.accuracy for w in fetched]).tolist()
    for w, loss, accuracy in zip(fetched, losses, accuracies, strict=True):
        yield Record(w.step, w.epoch, "train", loss, accuracy, w.learning_rate, w.seconds)
