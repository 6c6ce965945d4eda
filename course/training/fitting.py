"""`fit` and `resume`: consume `train`, keep the records, show progress, and lose nothing when a run ends early."""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from course import devices, terminal
from course.data import Dataset
from course.recipes import Recipe
from course.records import Record, Run, atomic
from course.training.loop import Stop, train
from course.training.state import State

CHECKPOINT_FORMAT = 1


def fit(
    model: nn.Module,
    data: Dataset,
    recipe: Recipe,
    *,
    fast: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 100,
    progress: bool = True,
    stop: Stop | None = None,
) -> Run:
    """Train `model` in place and return the run, with a progress bar if it takes longer than two seconds.

    fast: take every speed-up that the machine has (`devices.fast`) and say which. checkpoint: a file to write every
    `checkpoint_every` steps, for `resume`. stop: a token that ends training from another thread.

    Ctrl-C, or Interrupt in a notebook, ends training after the step that is under way: the run comes back with its
    weights, its records and the status "interrupted", and `resume(run, data)` goes on. Raises what `train` raises;
    the error then carries what was trained as `error.run`.
    """
    if fast:
        recipe, said = devices.fast(recipe, model, data.device)
        terminal.say("fast: " + "; ".join(said))
    state = State(model, data, recipe)
    run = Run(recipe, header=describe(model, data, recipe), model=model, state=state)
    devices.warn_if_too_large(model, data.train[: recipe.batch_size][0])
    return _consume(run, data, checkpoint, checkpoint_every, progress, stop)


def resume(
    source: Run | str | os.PathLike[str],
    data: Dataset,
    model: nn.Module | None = None,
    *,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 100,
    progress: bool = True,
    stop: Stop | None = None,
) -> Run:
    """Go on with a run that `fit` returned early, or with a checkpoint that it wrote, to the end of its recipe.

    On a CPU the result equals that of the uninterrupted run bit for bit. For a checkpoint, `model` is a network of
    the same architecture (its weights are replaced) and checkpoints go on into the same file. Raises ValueError if
    the file is no checkpoint, is damaged, or belongs to another model or data set.
    """
    if isinstance(source, Run):
        if source.state is None:
            raise ValueError(
                "this run was read from a file, which holds no weights: resume from its checkpoint instead"
            )
        run = source
    else:
        if model is None:
            raise ValueError("a checkpoint holds weights, not the network: pass resume(path, data, model) a new one")
        run = _load_checkpoint(Path(source), data, model)
        checkpoint = checkpoint or source
    _check_same(run.header["data"], describe_data(data))
    run.status = "running"
    return _consume(run, data, checkpoint, checkpoint_every, progress, stop)


def save_checkpoint(run: Run, path: str | os.PathLike[str]) -> None:
    """Write weights, optimiser, random numbers, step and records in one stroke; readable with `weights_only=True`."""
    whole = {
        "format": CHECKPOINT_FORMAT,
        "recipe": run.recipe.to_dict(),
        "header": run.header,
        "records": [list(r) for r in run.records],
        "state": run.state.state_dict(),
    }
    with atomic(path, "wb") as file:
        torch.save(whole, file)


def _load_checkpoint(path: Path, data: Dataset, model: nn.Module) -> Run:
    try:
        whole = torch.load(path, map_location=data.device, weights_only=True)
        recipe, header = Recipe.from_dict(whole["recipe"]), whole["header"]
        records = [Record(*r) for r in whole["records"]]
    except FileNotFoundError:
        raise
    except Exception as error:  # torch raises many types for a file that it cannot read
        raise ValueError(
            f"{path} is no checkpoint of this course, or it is damaged ({type(error).__name__}): "
            "train again, or take an earlier one"
        ) from None
    _check_same(header["data"], describe_data(data))
    run = Run(recipe, records, header=header, model=model, state=State(model, data, recipe))
    try:
        run.state.load_state_dict(whole["state"])
    except (RuntimeError, KeyError, ValueError) as error:
        raise ValueError(f"{path} was written for another network ({header['network']['name']}): {error}") from None
    return run


def _consume(
    run: Run,
    data: Dataset,
    checkpoint: str | os.PathLike[str] | None,
    checkpoint_every: int,
    progress: bool,
    stop: Stop | None,
) -> Run:
    state, stop = run.state, stop or Stop()
    assert run.model is not None
    try:
        with interruptible(stop) as interrupted, _bar(state, progress) as show:
            for record in train(run.model, data, run.recipe, state=state, stop=stop):
                run.records.append(record)
                show(record)
                due = record.split == "train" and record.step % checkpoint_every == 0
                if checkpoint and due and record.step == state.step:
                    save_checkpoint(run, checkpoint)
    except Exception as error:
        run.status = "failed"
        error.run = run  # type: ignore[attr-defined]
        raise
    run.status = "interrupted" if interrupted and run.ending == "stopped" else run.ending
    run.header["seconds"], run.header["peak_memory"] = round(state.seconds, 3), devices.peak_memory(data.device)
    run.header["images_per_second"] = round(state.step * run.recipe.batch_size / max(state.seconds, 1e-9), 1)
    if checkpoint:
        save_checkpoint(run, checkpoint)
    return run


@contextmanager
def interruptible(stop: Stop) -> Iterator[list[int]]:
    """Turn the first Ctrl-C into `stop`, so that no update is left half done; a second one interrupts at once.

    Yields a list that holds the signal once it has come. Does nothing on another thread than the main one.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    before = signal.getsignal(signal.SIGINT)

    def on_interrupt(number: int, frame: Any) -> None:
        received.append(number)
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(state: State, wanted: bool) -> Iterator[Any]:
    """A progress bar that appears after two seconds, in a terminal or a notebook; nothing elsewhere."""
    interactive = sys.stdout.isatty() or "ipykernel" in sys.modules
    try:
        from tqdm import tqdm
    except ImportError:  # a bare machine
        interactive = False
    if not (wanted and interactive):
        yield lambda record: None
        return
    with tqdm(total=state.steps, initial=state.step, unit="step", delay=2, file=sys.stdout, leave=False) as bar:

        def show(record: Record) -> None:
            bar.set_postfix(epoch=record.epoch, loss=f"{record.loss:.3g}", refresh=False)
            bar.update(record.step - bar.n)

        yield show


def describe(model: nn.Module, data: Dataset, recipe: Recipe) -> dict[str, Any]:
    """What a run file's header says of network, data, hardware, versions and command."""
    return {
        "network": {"name": type(model).__name__, "parameters": sum(p.numel() for p in model.parameters())},
        "data": describe_data(data),
        "seed": recipe.seed,
        "hardware": devices.describe(data.device)
        if data.device.type == "cuda"
        else f"{platform.machine()} {data.device.type}",
        "threads": recipe.threads,
        "versions": {"python": platform.python_version(), "torch": str(torch.__version__)},
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "date": time.strftime("%Y-%m-%d"),
    }


def describe_data(data: Dataset) -> dict[str, Any]:
    """Name, sizes, and what tells that another image or label is there: the digest, and for checkpoints of earlier
    versions, which have none, a checksum of the training labels.
    """
    positions = torch.arange(1, len(data.train) + 1, device=data.device)
    checksum = int((data.train.y * positions).sum())
    return {
        "name": data.name,
        "train": len(data.train),
        "test": len(data.test),
        "shape": list(data.shape),
        "checksum": checksum,
        "digest": data.digest,
    }


def same_data(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether what was once said of a data set, by `describe_data` of this version or an earlier one, is so of what is
    said now.
    """
    return all(now.get(key) == value for key, value in then.items())


def _check_same(then: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise ValueError unless what a run says of its data is so of these."""
    was, given = ({key: about[key] for key in ("name", "train", "test", "shape")} for about in (then, now))
    if was != given:
        raise ValueError(
            f"this run was trained on {was}, but the data set given is {given}: load the same one to resume"
        )
    if not same_data(then, now):
        raise ValueError(
            f"the images, labels or classes of {now['name']} are not those that this run was trained on: load the data "
            "set as it was, or begin a new run"
        )
