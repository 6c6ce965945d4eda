"""What has been measured of a claim: its runs and numbers on disk, and what is still missing of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from torch import Tensor

from course import data as data_room
from course import shipped, smoothing, training
from course.papers import measuring
from course.papers.catalogue import CLAIMS, claim
from course.papers.claim import Claim
from course.records import Run
from course.sweeps import Job, sweep

FOLDER = Path(str(files("course.papers"))) / "recordings"


def record(
    name: str,
    seeds: tuple[int, ...],
    folder: Path = FOLDER,
    workers: int | None = None,
    command: str = "",
    depths: tuple[int, ...] = (),
    data: str = "",
    budget: float | None = None,
) -> Iterator[tuple[str, int, float]]:
    """Measure what is missing of a claim and yield (group, seed, value), each on disk at once. What is there is left
    alone, so the same call goes on where one was stopped.

    depths: only the networks of these depths. data: another name or folder of the data set; all recordings of a claim
    in a folder are of the same images. budget: seconds; the run under way is then saved as a checkpoint, from which the
    next call goes on, one run after another in this process.
    Raises ValueError for an unknown claim, one that cannot be recorded, or other data than what is recorded was made
    on, RuntimeError if a run fails.
    """
    wanted = claim(name)
    if wanted.experiment:
        if depths or data:
            raise ValueError(f"{name} is measured on networks and data of its own: leave out --depths and --data")
        yield from measuring.measure(wanted, seeds, folder / name, command, budget)
        return
    if not wanted.groups:
        raise ValueError(f"nothing of {name} can be run: {wanted.cannot}")
    if wanted.keeps_weights and budget is None:
        raise ValueError(f"{name} keeps weights, of networks that train in this process: give a budget, as in 9m")
    jobs = _missing(wanted, seeds, folder, depths, data)
    groups = {job.key: group for group, job in jobs}
    made = sweep([job for _, job in jobs], workers=workers)
    if budget is not None:
        made = measuring.within(budget, [job for _, job in jobs], folder / name)
    for job, run in made:
        group = groups[job.key]
        if run.status == "failed":
            raise RuntimeError(f"{group}, seed {job.recipe.seed}: {run.header['error']}")
        thin = smoothing.thinned(run)
        thin.header |= {"group": group, "command": command, "job_seconds": run.header["job_seconds"]}
        if wanted.keeps_weights and run.model is not None:
            shipped.keep(run.model, file(folder, name, job))
        thin.save(file(folder, name, job))
        recorded.cache_clear()
        yield group, run.recipe.seed, getattr(thin, wanted.reads)


def _missing(
    wanted: Claim, seeds: tuple[int, ...], folder: Path, depths: tuple[int, ...], data: str
) -> list[tuple[str, Job]]:
    """The runs of a claim that are not recorded yet."""
    jobs = [(g, job) for g, job in wanted.jobs(seeds) if not depths or job.network.get("depth") in depths]
    if not jobs:
        has = sorted({job.network["depth"] for job in wanted.groups.values() if "depth" in job.network}) or ["none"]
        raise ValueError(f"{wanted.id} has networks of depth {', '.join(map(str, has))}; got {depths}")
    if data:
        jobs = [(g, replace(job, data=job.data | {"name_or_folder": data})) for g, job in jobs]
        _check_data(folder / wanted.id, [job for _, job in jobs])
    return [(g, job) for g, job in jobs if not file(folder, wanted.id, job).exists()]


def _check_data(folder: Path, jobs: list[Job]) -> None:
    """Raise ValueError where something in the folder was recorded on other data: the same name may mean others now, and
    a mean over two data sets means nothing.
    """
    found = {path: Run.load(path).header["data"] for path in sorted(folder.glob("*.jsonl"))}
    kinds = {tuple(job.data.items()): job.data for job in jobs if found}
    now = [training.describe_data(data_room.load(**arguments)) for arguments in kinds.values()]
    for path, then in found.items():
        if not any(training.same_data(then, each) for each in now):
            raise ValueError(
                f"{path} was recorded on {then['name']}, {then['train']:,} training images, and "
                f"{jobs[0].data['name_or_folder']} holds others: give its recordings a folder of their own with --out"
            )


def weights(name: str, folder: Path = FOLDER) -> dict[str, Tensor]:
    """The state dict of a claim's trained network (its first seed), its matrices kept in float16, given in float32.

    Raises ValueError for a claim that keeps no weights, or of which none are recorded.
    """
    kept = sorted((folder / name).glob(f"*{shipped.SUFFIX}")) if claim(name).keeps_weights else []
    if not kept:
        has = ", ".join(id for id, each in CLAIMS.items() if each.keeps_weights)
        raise ValueError(f"no weights are kept of {name}; of these claims they can be: {has}")
    return shipped.weights(kept[0])


def file(folder: Path, name: str, job: Job) -> Path:
    """Where the recording of a claim's run lies."""
    return folder / name / f"{job.key}.jsonl"


@cache
def recorded(name: str, folder: Path = FOLDER) -> dict[str, list[Run]]:
    """The recorded runs of a claim by group, in the order of their seeds; groups without any are left out.

    Raises ValueError for an unknown claim, and for a recording that belongs to none of the claim's groups.
    """
    wanted = claim(name)
    runs: dict[str, list[Run]] = {}
    for path in sorted((folder / name).glob("*.jsonl")):
        run = Run.load(path)
        group = str(run.header.get("group"))
        expected = wanted.groups[group].recipe.replace(seed=run.recipe.seed) if group in wanted.groups else None
        if expected is None or run.recipe.replace(learning_rate=expected.learning_rate) != expected:
            raise ValueError(f"{path} is no recording of {name}: record it anew with `course reproduce {name}`")
        run.header["network"] = {"kind": wanted.kinds.get(group, "other")} | run.header["network"]
        runs.setdefault(group, []).append(run)
    return {group: sorted(runs[group], key=lambda r: r.recipe.seed) for group in wanted.groups if group in runs}


def values(name: str, folder: Path = FOLDER) -> dict[str, list[float]]:
    """What has been measured of a claim: a value for each seed, by group."""
    if claim(name).experiment:
        return measuring.values(folder / name)
    reads = claim(name).reads
    return {group: [getattr(run, reads) for run in runs] for group, runs in recorded(name, folder).items()}


def audit(folder: Path = FOLDER) -> dict[tuple[str, int], dict[float, list[float]]]:
    """What the audit of the rule measured: by network and seed, for each rate the training loss of each epoch (15),
    infinite from where it diverged.

    >>> len(audit()["plain 50", 3][0.5])
    15
    """
    found: dict[tuple[str, int], dict[float, list[float]]] = {}
    for seed, groups in measuring.series(folder / "course-rate-audit").items():
        for group, losses in groups.items():
            net, _, rate = group.rpartition(" at ")
            found.setdefault((net, seed), {})[float(rate)] = losses
    return found


def header(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """How a claim was recorded: hardware, threads, versions, date, command. Empty if nothing is."""
    if claim(name).experiment:
        return next((kept["header"] for kept in measuring.files(folder / name)), {})
    return next((runs[0].header for runs in recorded(name, folder).values()), {})


def holds(name: str, folder: Path = FOLDER) -> bool | None:
    """Whether what is recorded keeps the claim; None if a group has fewer seeds than it asks for."""
    found = values(name, folder)
    if not found or any(len(found.get(group, ())) < claim(name).fewest_seeds for group in claim(name).groups or found):
        return None
    return claim(name).holds(found)


def state(name: str, folder: Path = FOLDER) -> str:
    """recorded, not yet, or cannot here and why."""
    if values(name, folder):
        return "recorded"
    return f"cannot here: {claim(name).cannot}" if claim(name).cannot else "not yet"
