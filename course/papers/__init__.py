"""Claims of papers, and of this course, beside our own recordings. Nothing stands in a table that nobody measured."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from course import readings
from course.papers import before2015, he2015, this_course
from course.papers.claim import Claim
from course.papers.table import Table
from course.records import Run
from course.sweeps import Job, sweep

CLAIMS: dict[str, Claim] = {c.id: c for module in (before2015, he2015, this_course) for c in module.CLAIMS}
FOLDER = Path(str(files("course.papers"))) / "recordings"


def claim(name: str) -> Claim:
    """The claim of this id. Raises ValueError, with all ids, if there is none."""
    if name not in CLAIMS:
        raise ValueError(f"there is no claim {name!r}; there are {', '.join(CLAIMS)}")
    return CLAIMS[name]


def record(
    name: str, seeds: tuple[int, ...], folder: Path = FOLDER, workers: int | None = None, command: str = ""
) -> Iterator[tuple[str, Run]]:
    """Train what is missing of a claim's runs, one run file each, and yield (group, run). Runs that are there are left
    alone, so the same call goes on where one was stopped.

    Raises ValueError for an unknown claim or one that has no runs, RuntimeError if a run fails.
    """
    wanted = claim(name)
    if not wanted.groups:
        raise ValueError(f"nothing of {name} can be run: {wanted.cannot}")
    jobs = [(group, job) for group, job in wanted.jobs(seeds) if not file(folder, name, job).exists()]
    groups = {job.key: group for group, job in jobs}
    for job, run in sweep([job for _, job in jobs], workers=workers):
        if run.status == "failed":
            raise RuntimeError(f"{groups[job.key]}, seed {job.recipe.seed}: {run.header['error']}")
        thin = readings.thinned(run)
        thin.header |= {"group": groups[job.key], "command": command, "job_seconds": run.header["job_seconds"]}
        thin.save(file(folder, name, job))
        yield groups[job.key], thin


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


def holds(name: str, folder: Path = FOLDER) -> bool | None:
    """Whether the recorded runs keep the claim; None if a group has fewer than three."""
    runs = recorded(name, folder)
    if not runs or any(len(runs.get(group, ())) < 3 for group in claim(name).groups):
        return None
    return claim(name).holds({group: [run.loss for run in found] for group, found in runs.items()})


def state(name: str, folder: Path = FOLDER) -> str:
    """recorded, not yet, or cannot here and why."""
    if recorded(name, folder):
        return "recorded"
    return f"cannot here: {claim(name).cannot}" if claim(name).cannot else "not yet"


def table(*names: str, chapter: int | None = None) -> Table:
    """The claims of these ids, or of a chapter, with what was published beside what was recorded."""
    wanted = [claim(name) for name in names] or [c for c in CLAIMS.values() if chapter in c.chapters]
    return Table(tuple((c, recorded(c.id)) for c in wanted))


__all__ = ["CLAIMS", "Claim", "Table", "claim", "holds", "record", "recorded", "state", "table"]
