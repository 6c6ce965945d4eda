"""Recorded runs that ship with a lab: a grid trained by the rule, thinned for drawing; their rates save the rule's
search.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from course import networks, smoothing, sweeps, wording
from course.recipes import Recipe
from course.records import Run

DEPTHS = (2, 4, 6, 8, 10, 14, 20, 26, 30, 36, 42, 50, 60, 76, 88, 100)
WIDTH, EPOCHS = 50, 15
GRID = {"data": "digits", "width": WIDTH, "epochs": EPOCHS, "gate_bias": None, "survival_probability": 0.5}
SECONDS_PER_COST = 0.0012  # of `Job.cost`, on one core


def grid() -> list[sweeps.Job]:
    """The depth lab's grid: every kind at every depth that it has, by the rule; depth 2 once, all kinds being one
    there.
    """
    return [
        sweeps.Job({"kind": kind, "depth": depth, "width": WIDTH}, Recipe(epochs=EPOCHS))
        for kind in networks.KINDS
        for depth in DEPTHS
        if depth > 2 or kind == "plain"
    ]


def cost(jobs: list[sweeps.Job]) -> float:
    """Estimated seconds on one core."""
    return sum(job.cost for job in jobs) * SECONDS_PER_COST


def folder(lab: str) -> Path:
    """Where the recordings of a lab lie."""
    return Path(str(files("course.labs"))) / "recordings" / lab


def missing(out: Path) -> list[sweeps.Job]:
    """The runs of the grid that are not in the folder yet."""
    return [job for job in grid() if not _file(out, job).exists()]


def record(out: Path, workers: int | None = None) -> Iterator[tuple[sweeps.Job, Run]]:
    """Train the missing runs, write each, thinned, as it finishes, and yield it. Raises RuntimeError if one fails."""
    for job, run in sweeps.sweep(missing(out), workers=workers):
        if run.status == "failed":
            raise RuntimeError(f"{job.key}: {run.header['error']}")
        smoothing.thinned(run).save(_file(out, job))
        yield job, run


def called(changed: dict[str, Any]) -> str:
    """The name of a file for a lab's settings that are as it starts but for those that are `changed`.

    >>> called({}), called({"kind": "plain", "layers": 10})
    ('start', 'kind-plain-layers-10')
    """
    return "-".join(f"{control}-{value}" for control, value in changed.items()) or "start"


def _file(out: Path, job: sweeps.Job) -> Path:
    return out / f"{job.network['kind']}-{job.network['depth']}.jsonl"


@cache
def shipped(lab: str) -> tuple[Run, ...]:
    """All recordings that ship with a lab. Those of a lab without a grid have their settings in the header."""
    return tuple(Run.load(file) for file in sorted(folder(lab).glob("*.jsonl")))


@cache
def recorded(lab: str) -> dict[tuple[str, int], Run]:
    """The recordings of a lab's grid, by kind and depth; empty if it has none."""
    grid = [run for run in shipped(lab) if "settings" not in run.header]
    return {(run.header["network"]["kind"], run.header["network"]["depth"]): run for run in grid}


def run_for(lab: str, settings: dict[str, Any]) -> Run | None:
    """The recording of just these settings; None if there is none."""
    if "kind" not in settings:
        return next((run for run in shipped(lab) if run.header.get("settings") == settings), None)
    return _of_kind(lab, settings).get(_depth(settings)) if _as_recorded(settings) else None


def rate_for(lab: str, settings: dict[str, Any]) -> tuple[float, str] | None:
    """(The rule's recorded rate for these settings, a line if it is another depth's); None if the rule has to search.

    Beyond depth 100 the nearest recorded depth has to do.
    """
    run = run_for(lab, settings)
    if run is not None:
        return run.recipe.learning_rate, ""
    have = _of_kind(lab, settings) if _as_recorded(settings) else {}
    if not have or _depth(settings) <= max(DEPTHS):
        return None
    nearest = max(have)
    rate, depth = have[nearest].recipe.learning_rate, _depth(settings)
    said = f"rate {wording.rate(rate)}, which the rule chose at depth {nearest}; nobody searched at {depth}"
    return rate, said


def _as_recorded(settings: dict[str, Any]) -> bool:
    """Whether all but kind, depth and rate is as in the grid; the grid has one seed, which other seeds may borrow."""
    return "kind" in settings and all(settings.get(k) == v for k, v in GRID.items())


def _depth(settings: dict[str, Any]) -> int:
    return networks.nearest_depth(settings["kind"], settings["depth"])


def _of_kind(lab: str, settings: dict[str, Any]) -> dict[int, Run]:
    """Recordings by depth; at depth 2 all kinds are one network."""
    return {depth: run for (kind, depth), run in recorded(lab).items() if kind == settings["kind"] or depth == 2}
