"""Recording what is not a run: an experiment's numbers, one small file for each seed; and runs within a time budget."""

from __future__ import annotations

import json
import platform
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from course import data as data_room
from course import devices, training
from course.papers.claim import Claim
from course.records import Run, atomic
from course.sweeps import Job


def measure(
    claim: Claim, seeds: tuple[int, ...], folder: Path, command: str, budget: float | None
) -> Iterator[tuple[str, int, float]]:
    """Do a claim's experiment for each seed that is missing, one thread, and yield (group, seed, value)."""
    assert claim.experiment is not None
    began = time.monotonic()
    for seed in seeds:
        path = folder / f"seed{seed}.json"
        if path.exists() or (budget is not None and time.monotonic() - began > budget):
            continue
        start = time.perf_counter()
        with devices.threads(1):
            found = claim.experiment(seed)
        series = {group: value for group, value in found.items() if isinstance(value, list)}
        values = {group: float(value) for group, value in found.items() if not isinstance(value, list)}
        header = provenance(command) | {"job_seconds": round(time.perf_counter() - start, 3)}
        kept = {"seed": seed, "values": values, "header": header} | ({"series": series} if series else {})
        with atomic(path) as file:
            file.write(json.dumps(kept) + "\n")
        yield from ((group, seed, value) for group, value in values.items())


def provenance(command: str) -> dict[str, Any]:
    """What a recording says of its making, as the header of a run does."""
    return {
        "hardware": f"{platform.machine()} cpu",
        "threads": 1,
        "versions": {"python": platform.python_version(), "torch": str(torch.__version__)},
        "command": command,
        "date": time.strftime("%Y-%m-%d"),
        "peak_memory": devices.peak_memory(torch.device("cpu")),
    }


def files(folder: Path) -> list[dict[str, Any]]:
    """An experiment's recordings in the order of their seeds."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("seed*.json")]
    return sorted(found, key=lambda kept: kept["seed"])


def values(folder: Path) -> dict[str, list[float]]:
    """Its numbers by group, one for each seed."""
    kept = files(folder)
    return {group: [k["values"][group] for k in kept] for group in kept[0]["values"]} if kept else {}


def series(folder: Path) -> dict[int, dict[str, list[float]]]:
    """What an experiment's numbers were read from, by seed and group; empty if it keeps nothing."""
    return {kept["seed"]: kept["series"] for kept in files(folder) if "series" in kept}


def within(budget: float, jobs: list[Job], folder: Path) -> Iterator[tuple[Job, Run]]:
    """Run jobs one after another in this process until the seconds are over, and yield (job, run) as they finish.

    A run at a given rate is then kept as a checkpoint beside its recording, from which the next call goes on to the
    same result, bit for bit. The rule's search has no checkpoint: it starts again.
    """
    deadline = time.monotonic() + budget
    for job in jobs:
        if time.monotonic() >= deadline:
            return
        run = job.run() if job.by_rule else _go_on(job, folder / f"{job.key}.checkpoint", deadline)
        if run is not None:
            yield job, run


def _go_on(job: Job, checkpoint: Path, deadline: float) -> Run | None:
    """Train from the job's checkpoint, if there is one, up to the deadline; the run if that was its end."""
    data = data_room.load(**job.data)
    network, stop = job.build(data), training.Stop()
    alarm = threading.Timer(max(0.0, deadline - time.monotonic()), stop.set)
    alarm.daemon = True
    alarm.start()
    try:
        if checkpoint.exists():
            run = training.resume(checkpoint, data, network, stop=stop)
        else:
            run = training.fit(network, data, job.recipe, checkpoint=checkpoint, stop=stop)
    finally:
        alarm.cancel()
    if run.status not in ("finished", "diverged"):
        return None
    checkpoint.unlink()
    run.header |= {"job": job.key, "network": run.header["network"] | job.network, "job_seconds": run.header["seconds"]}
    return run
