"""Many runs: each a picklable `Job`, spread over worker processes of one thread each, or over any executor that you
bring.

Results come as they finish and are on disk at once; a run that is there already is not repeated; a worker that dies
costs its job one retry, not the sweep.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from multiprocessing import connection
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn

from course import data as data_room
from course import devices, networks, training, wording
from course.data import Dataset
from course.recipes import Recipe
from course.records import Record, Run, dumps

REPORT_SECONDS = 0.2
RULE = 3  # edition of the rule for learning rates: what an earlier one chose is not taken for today's
COST_OF_LAYER, OTHER_LAYER = {"plain": 1.0, "linear": 0.9, "plain_bn": 2.0, "rezero": 1.6}, 2.2


@dataclass(frozen=True)
class Job:
    """Description of a run: which network on which data by which recipe. `run()` trains it, here or in another process.

    `network`: the arguments of `networks.<builder>`; inputs and classes of an `mlp` come from the data, the seed from
    the recipe. `data`: the arguments of `data.load`. With `by_rule` the learning rate is chosen by the course's rule.
    `content`: the digest of the data set as it was when the run was described; `run` raises DataError if it is another
    by then. Without one a name stands for what it names.
    """

    network: dict[str, Any]
    recipe: Recipe
    data: dict[str, Any] = field(default_factory=lambda: {"name_or_folder": "digits"})
    by_rule: bool = True
    builder: str = "mlp"
    content: str = ""

    @property
    def key(self) -> str:
        """The same for the same description, in any process: the name of its run file."""
        rule = {"rule": RULE} if self.by_rule else {}
        described = asdict(self) | {"recipe": self.recipe.to_dict()} | rule
        whole = dumps(described if self.content else {k: v for k, v in described.items() if k != "content"})
        name = "-".join(str(self.network[k]) for k in ("kind", "depth") if k in self.network) or self.builder
        digest = hashlib.sha256(whole.encode(errors="backslashreplace")).hexdigest()
        return f"{name}-seed{self.recipe.seed}-{digest[:12]}"

    def build(self, data: Dataset) -> nn.Module:
        """The untrained network."""
        extra = {"inputs": data.inputs, "classes": len(data.classes)} if self.builder == "mlp" else {}
        build: Callable[..., nn.Module] = getattr(networks, self.builder)
        return build(**self.network, **extra, seed=self.recipe.seed)

    @property
    def epochs(self) -> float:
        """Epochs of training, those of the rule's trials included, if none of them diverges."""
        return training.epochs_of_search(self.recipe.epochs) if self.by_rule else self.recipe.epochs

    @property
    def cost(self) -> float:
        """Relative time: epochs x layers x what a layer of the kind costs, a plain one being 1."""
        layer = COST_OF_LAYER.get(str(self.network.get("kind")), OTHER_LAYER)
        return self.epochs * float(self.network.get("depth", 1) + 2) * layer

    def run(self, report: Callable[[Record], None] = lambda record: None) -> Run:
        """Train. `report` sees every record, those of the rule's trials included. The run comes without its model."""
        began = time.perf_counter()
        data = _load(tuple(sorted(self.data.items())), self.content)
        network = self.build(data)
        if self.by_rule:
            choice = training.choose_learning_rate(
                network, data, self.recipe, on_record=lambda _, record: report(record)
            )
            run = choice.run
            run.header["trials"] = [[t.recipe.learning_rate, t.loss] for t in choice.trials]
        else:
            run = Run(self.recipe, header=training.describe(network, data, self.recipe))
            for record in training.train(network, data, self.recipe):
                run.records.append(record)
                report(record)
            run.status = "finished" if run.diverged_at is None else "diverged"
        run.header |= {
            "job": self.key,
            "network": run.header["network"] | self.network,
            "job_seconds": round(time.perf_counter() - began, 3),
            "peak_memory": devices.peak_memory(data.device),
        }
        run.model = run.state = None
        return run


@lru_cache(maxsize=2)
def _load(arguments: tuple[tuple[str, Any], ...], content: str) -> Dataset:
    data = data_room.load(**dict(arguments))
    if content and data.digest != content:
        raise data_room.DataError(f"{data.name} is no longer what it was when the run was described: begin again")
    return data


class Progress(NamedTuple):
    """What a worker says of its job while it trains."""

    job: str  # its key
    records: int  # so far, of all trials
    epoch: int
    loss: float


_reports: Any = None  # in a worker: the queue to the parent


def _start_worker(reports: Any) -> None:
    """Ctrl-C is the parent's to handle; and a worker whose parent is gone goes too."""
    global _reports
    _reports = reports
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.filterwarnings("ignore", ".*cannot be written")  # a cache; the parent has said so
    torch.set_num_threads(1)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=lambda: (connection.wait([parent.sentinel]), os._exit(1)), daemon=True).start()


def _run_job(job: Job) -> Run:
    """In a worker: train, telling the parent a few times a second."""
    said, count = 0.0, 0

    def report(record: Record) -> None:
        nonlocal said, count
        count += 1
        if _reports is not None and time.monotonic() - said > REPORT_SECONDS:
            said = time.monotonic()
            _reports.put(Progress(job.key, count, record.epoch, record.loss))

    return job.run(report)


class _Pool:
    """Local worker processes, replaced as a whole when one of them dies."""

    def __init__(self, workers: int):
        self.workers = workers
        self.context = multiprocessing.get_context("spawn")  # a fork after torch has used threads hangs
        self.reports = self.context.Queue()
        self.start()

    def start(self) -> None:
        self.executor = ProcessPoolExecutor(self.workers, self.context, _start_worker, (self.reports,))

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self, resting: bool = False) -> None:
        """End the workers: at once, perhaps in the middle of a run (what had finished is on disk), or, where they rest,
        each by itself, so that no semaphore is left behind.
        """
        for process in [] if resting else list((self.executor._processes or {}).values()):
            process.terminate()
        self.executor.shutdown(wait=True, cancel_futures=True)


def sweep(
    jobs: Iterable[Job],
    executor: Executor | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Iterator[tuple[Job, Run]]:
    """Run all jobs, the largest first, and yield (job, run) as they finish; those with a run file in `folder` at once.

    executor: any `concurrent.futures.Executor`; unless given, `workers` local processes (the cores that this process
    may use). folder: where run files are kept. on_progress: called in this process, a few times a second and worker;
    only with the local processes. A job that raises, or whose worker dies twice, yields a run with status "failed"
    and the reason in `run.header["error"]`; one whose file cannot be written says why in `run.header["unsaved"]`.
    Closing the generator, or Ctrl-C, ends the workers; finished runs are in `folder`.
    """
    waiting = []
    for job in sorted(jobs, key=lambda j: -j.cost):
        kept = stored(job, folder)
        if kept:
            yield job, kept
        else:
            waiting.append(job)
    if not waiting:
        return
    pool = None if executor else _Pool(min(workers or cores(), len(waiting)))
    done = False
    try:
        for job, run in _schedule(waiting, executor, pool, on_progress):
            if folder and run.status in ("finished", "diverged"):
                try:
                    run.save(_path(job, folder))
                except OSError as error:  # a full disk: the run is still in memory, and whoever sweeps may show it
                    run.header["unsaved"] = wording.system_error(error)
            yield job, run
        done = True
    finally:
        if pool:
            pool.stop(resting=done)


def stored(job: Job, folder: str | os.PathLike[str] | None) -> Run | None:
    """The finished run of this job, if its file is there and whole."""
    if folder is None or not _path(job, folder).is_file():
        return None
    try:
        run = Run.load(_path(job, folder))
    except (ValueError, TypeError):  # not a run file of this version: train it again
        return None
    return run if run.status in ("finished", "diverged") else None


def _schedule(
    waiting: list[Job], executor: Executor | None, pool: _Pool | None, on_progress: Callable[[Progress], None]
) -> Iterator[tuple[Job, Run]]:
    """Keep every worker busy, retry what a dead one leaves, yield what is done."""
    under_way: dict[Future[Run], Job] = {}
    suspects: set[str] = (
        set()
    )  # under way when a worker died: each is tried once more, alone, so that no other pays for it
    while waiting or under_way:
        window = (1 if suspects else pool.workers) if pool else len(waiting) + len(under_way)
        while waiting and len(under_way) < window:
            job = waiting.pop(0)
            under_way[(pool.executor if pool else executor).submit(_run_job, job)] = job  # type: ignore[union-attr]
        done, _ = wait(under_way, timeout=0.1 if pool else None, return_when=FIRST_COMPLETED)
        while pool and not pool.reports.empty():
            on_progress(pool.reports.get())
        for future in done & under_way.keys():
            if future not in under_way:  # lost with its pool, and waiting again
                continue
            job = under_way.pop(future)
            error = future.exception()
            if isinstance(error, BrokenExecutor) and job.key not in suspects:
                lost = [job, *(under_way.values() if pool else ())]
                suspects.update(j.key for j in lost)
                waiting[:0] = lost
                if pool:
                    under_way.clear()
                    pool.restart()
                continue
            suspects.discard(job.key)
            if isinstance(error, BrokenExecutor) and pool:
                pool.restart()
            yield job, _failed(job, error) if error else future.result()


def _failed(job: Job, error: BaseException) -> Run:
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, BrokenExecutor):
        reason = (
            "its worker process died twice: was memory short? A script that calls sweep does so below "
            'if __name__ == "__main__":'
        )
    return Run(job.recipe, status="failed", header={"job": job.key, "error": reason})


def _path(job: Job, folder: str | os.PathLike[str]) -> Path:
    return Path(folder) / f"{job.key}.jsonl"


def cores() -> int:
    """Cores that this process may use: those that the system grants, within the container's share of them."""
    granted = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    share = devices.cpu_share()
    return granted if share is None else max(1, min(granted, math.ceil(share)))
