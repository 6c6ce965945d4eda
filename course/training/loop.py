"""`train`: the only training loop in the house, a generator of records. Everybody else consumes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import augment, devices
from course.data import Dataset, Split
from course.recipes import Recipe
from course.records import Record
from course.training import optimizers

FLUSH_SECONDS = 0.1  # on a GPU, losses wait there this long
EVAL_BATCH = 1000  # images a forward pass in evaluations
SEED_DISTANCE = 1_000_003  # between runs: shuffles count up from the run's seed, other generators down from the next


class Stop(threading.Event):
    """A token that any thread may `set()`: training ends before its next step."""


class State:
    """Everything that changes while a model trains, weights apart: optimiser, random numbers, step, seconds.

    The order of the images in epoch e is a function of the recipe's seed and e, so it needs no place here.
    """

    def __init__(self, model: nn.Module, data: Dataset, recipe: Recipe):
        size = len(data.train)
        if recipe.batch_size > size:
            given = f"batch_size={recipe.batch_size} exceeds the {size} training images of {data.name}"
            raise ValueError(f"{given}; take at most {size}")
        self.model = model.to(data.device)
        if recipe.channels_last:
            self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.recipe = recipe
        self.step = 0
        self.evaluated = 0  # the last epoch that has its evaluations
        self.seconds = 0.0
        self.steps_per_epoch = size // recipe.batch_size
        self.steps = recipe.epochs * self.steps_per_epoch
        self.optimizer = optimizers.make(model, recipe)
        self.loss_scale = 2.0**16 if recipe.precision == "float16" else 1.0
        self.generators = {"augment": self._generator(0)}
        drawing = (named for named in model.named_modules() if hasattr(named[1], "generator"))
        for index, (name, module) in enumerate(drawing, start=1):
            where = data.device if getattr(module, "draws_on_device", False) else "cpu"
            module.generator = self.generators[name] = self._generator(index, where)

    def _generator(self, stream: int, device: torch.device | str = "cpu") -> torch.Generator:
        return torch.Generator(device).manual_seed((self.recipe.seed + 1) * SEED_DISTANCE - 1 - stream)

    def order(self, epoch: int) -> torch.Generator:
        """The generator that shuffles epoch `epoch`."""
        return torch.Generator().manual_seed(self.recipe.seed * SEED_DISTANCE + epoch)

    @property
    def epoch(self) -> int:
        """The epoch of the last step, 1 before the first: where training goes on, be it only to evaluate."""
        return max(1, -(-self.step // self.steps_per_epoch))

    def state_dict(self) -> dict[str, Any]:
        """All of it, and the weights, as tensors, numbers and dicts."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "generators": {name: g.get_state() for name, g in self.generators.items()},
            "step": self.step,
            "evaluated": self.evaluated,
            "seconds": self.seconds,
            "loss_scale": self.loss_scale,
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go back to what `state_dict` wrote. Raises RuntimeError or KeyError if it belongs to another model."""
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        for name, generator in self.generators.items():
            generator.set_state(saved["generators"][name].cpu())
        for name in ("step", "evaluated", "seconds", "loss_scale"):
            setattr(self, name, saved[name])


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


def _loop(model: nn.Module, data: Dataset, recipe: Recipe, state: State | None, stop: Stop | None) -> Generator[Record]:
    """The loop of `train`, step by step."""
    state = state or State(model, data, recipe)
    step = _step_function(state, data.device)
    on_cpu = data.device.type == "cpu"
    waiting: list[tuple] = []
    flushed = time.perf_counter()
    model.train()
    for epoch in range(state.epoch, recipe.epochs + 1):
        batches = data.batches("train", recipe.batch_size, state.order(epoch))
        done = state.step - (epoch - 1) * state.steps_per_epoch
        clock = time.perf_counter()
        for x, y in islice(batches, done, None):
            if stop is not None and stop.is_set():
                yield from _flush(waiting)
                return
            rate = recipe.rate(state.step + 1, state.steps)
            loss, correct = step(augment.apply(recipe.augment, x, state.generators["augment"]), y, rate)
            state.step += 1
            now = time.perf_counter()
            state.seconds, clock = state.seconds + now - clock, now
            waiting.append((state.step, epoch, "train", loss, correct / len(y), rate, state.seconds))
            if on_cpu or now - flushed > FLUSH_SECONDS or state.step == epoch * state.steps_per_epoch:
                for record in _flush(waiting):
                    yield record
                    if record.diverged:
                        return
                flushed = clock = time.perf_counter()  # what the consumer did in between is not training
        if epoch == recipe.epochs or (recipe.evaluate_every and epoch % recipe.evaluate_every == 0):
            yield from _evaluations(state, data, epoch)


def _evaluations(state: State, data: Dataset, epoch: int) -> Iterator[Record]:
    """The records at the end of `epoch`, unless an earlier part of this run has them already."""
    if state.evaluated >= epoch:
        return
    splits = {"train_eval": data.train, "test": data.test} | ({"valid": data.held_out} if data.held_out else {})
    rate = state.recipe.rate(state.step, state.steps)
    for name, split in splits.items():
        yield Record(state.step, epoch, name, *evaluate(state.model, split, state.recipe), rate, state.seconds)
    state.evaluated = epoch


def evaluate(model: nn.Module, split: Split, recipe: Recipe | None = None) -> tuple[float, float]:
    """(mean cross-entropy in nats, accuracy as a fraction) over a whole split in eval mode; the model's mode is put
    back.
    """
    recipe = recipe or Recipe()
    training = model.training
    model.eval()
    loss, correct = torch.zeros((), device=split.y.device), torch.zeros((), device=split.y.device)
    with torch.no_grad(), devices.threads(recipe.threads), devices.autocast(split.y.device, recipe.precision):
        for index in torch.arange(len(split), device=split.y.device).split(EVAL_BATCH):
            x, y = split[index]
            logits = model(_ordered(x, recipe)).float()
            loss += F.cross_entropy(logits, y, reduction="sum")
            correct += (logits.argmax(1) == y).sum()
    model.train(training)
    return loss.item() / len(split), correct.item() / len(split)


def _flush(waiting: list[tuple]) -> Iterator[Record]:
    """Fetch the waiting losses in one transfer and yield their records."""
    if not waiting:
        return
    fetched, waiting[:] = list(waiting), []
    losses = torch.stack([values[3] for values in fetched]).tolist()
    accuracies = torch.stack([values[4] for values in fetched]).tolist()
    for (number, epoch, split, _, _, rate, seconds), loss, accuracy in zip(fetched, losses, accuracies, strict=True):
        yield Record(number, epoch, split, loss, accuracy, rate, seconds)


def _step_function(state: State, device: torch.device) -> Callable[[Tensor, Tensor, float], tuple[Tensor, ...]]:
    """One training step as `(x, y, rate) -> (loss, number correct)`, both still on the device."""
    model, recipe = state.model, state.recipe
    forward = devices.compiled(model, device) if recipe.compile else model
    parameters = list(model.parameters())

    def gradients(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        for p in parameters:
            p.grad = None
        with devices.autocast(device, recipe.precision, cache=not recipe.cuda_graph):
            logits = forward(_ordered(x, recipe))
            loss = F.cross_entropy(logits.float(), y, label_smoothing=recipe.label_smoothing)
        (loss * state.loss_scale if state.loss_scale != 1 else loss).backward()
        return loss.detach(), (logits.detach().argmax(1) == y).sum()

    def step(x: Tensor, y: Tensor, rate: float | Tensor) -> tuple[Tensor, Tensor]:
        loss, correct = gradients(x, y)
        on_cpu = device.type == "cpu"
        if not (on_cpu and Record(0, 0, "train", loss.item(), 0, 0, 0).diverged) and _unscaled(state, parameters):
            state.optimizer.step(rate)
        return loss, correct

    run_step = devices.Graphed(step) if recipe.cuda_graph and device.type == "cuda" else step

    def guarded(x: Tensor, y: Tensor, rate: float) -> tuple[Tensor, ...]:
        try:
            return run_step(x, y, rate)
        except torch.OutOfMemoryError:
            pass  # leave the handler first: the traceback holds the step's tensors
        raise devices.out_of_memory(model, x, lambda part: gradients(part, y[: len(part)]))

    return guarded


def _unscaled(state: State, parameters: list[nn.Parameter]) -> bool:
    """Divide float16's loss scale out of the gradients; False, and half the scale, if one of them overflowed."""
    if state.recipe.precision != "float16":
        return True
    found = [p.grad for p in parameters if p.grad is not None]
    torch._foreach_mul_(found, 1 / state.loss_scale)
    finite = bool(torch.stack([g.isfinite().all() for g in found]).all())
    if not finite:
        state.loss_scale = max(state.loss_scale / 2, 2.0)
    return finite


def _ordered(x: Tensor, recipe: Recipe) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last) if recipe.channels_last else x
