"""What `course compare` does: describe the runs, watch them train, and leave a table, `compare.json` and
`compare.html`.
"""

from __future__ import annotations

import math
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from course import data as data_room
from course import devices, networks, report, summaries, sweeps, terminal, themes, training, wording
from course.data import Dataset
from course.recipes import Recipe
from course.records import Run, atomic, dumps, finite, writable

LARGE = 10_000  # training images above which a subset is taken
SUBSET = 6_400
BYTES_PER_STEP = 100  # of a run file
SMALL = 2_000  # training images up to which 15 epochs of small batches are quick


@dataclass(frozen=True)
class Settings:
    """What to compare. `None` means: what suits the data set."""

    data: str = "digits"
    kinds: tuple[str, ...] = ("plain", "highway", "residual")
    depths: tuple[int, ...] = (2, 10, 20, 50, 100)
    width: int = 50
    epochs: int | None = None
    seeds: tuple[int, ...] = (0,)
    learning_rate: float | None = None  # None: by the rule
    subset: int | str | None = None  # None: a subset of sets above 10,000 images; "all"
    device: str = "cpu"


@dataclass(frozen=True)
class Plan:
    """The settings made definite: the data set, its size and the jobs. `notes` are the lines to say before starting."""

    settings: Settings
    dataset: Dataset
    jobs: list[sweeps.Job]
    notes: list[str]


def plan(settings: Settings, root: str | None = None) -> Plan:
    """Load the data once, to fail early and to know its size, and describe every run.

    Raises ValueError or `data.DataError` with the way out.
    """
    device = devices.choose(settings.device)
    unknown = [k for k in settings.kinds if k not in networks.KINDS]
    if unknown:
        raise ValueError(f"unknown kind {unknown[0]!r}; the kinds are {', '.join(networks.KINDS)}")
    arguments: dict[str, Any] = {"name_or_folder": settings.data, "root": root, "device": str(device)}
    notes = []
    if settings.data not in data_room.NAMES:  # the same words from another folder are other data
        arguments["name_or_folder"] = os.path.abspath(Path(settings.data).expanduser())
    available = data_room.count_images(settings.data, root)
    if settings.subset not in (None, "all"):
        arguments["subset"] = settings.subset
    elif settings.subset is None and available > LARGE:
        arguments["subset"] = SUBSET
        notes.append(
            f"{settings.data} has {available:,} training images; "
            f"using a random subset of {SUBSET:,} (--subset all takes them all)"
        )
    dataset = data_room.load(**arguments)
    large = len(dataset.train) > SMALL
    recipe = Recipe(
        epochs=settings.epochs or (5 if large else 15), batch_size=min(128 if large else 64, len(dataset.train))
    )
    notes = [*dataset.description(), *notes]
    if min(settings.depths) < 2:
        raise ValueError(f"--depths takes numbers of layers, at least 2; got {min(settings.depths)}")
    jobs, depths = {}, {}
    for kind in settings.kinds:
        for wanted in settings.depths:
            depth = depths[kind, wanted] = networks.nearest_depth(kind, wanted)
            for seed in settings.seeds:
                jobs[kind, depth, seed] = _job(settings, arguments, dataset, recipe, kind, depth, seed)
    moved = {(kind, wanted): depth for (kind, wanted), depth in depths.items() if depth != wanted}
    notes += [
        f"{themes.label(kind)} has no depth {wanted}; using {depth}, the nearest"
        for (kind, wanted), depth in moved.items()
    ]
    return Plan(settings, dataset, list(jobs.values()), notes)


def _job(
    settings: Settings, arguments: dict[str, Any], dataset: Dataset, recipe: Recipe, kind: str, depth: int, seed: int
) -> sweeps.Job:
    """One run. Raises ValueError if its network cannot be trained on these data by this recipe."""
    recipe = recipe.replace(seed=seed)
    if settings.learning_rate is not None:
        recipe = recipe.replace(learning_rate=settings.learning_rate)
    job = sweeps.Job(
        {"kind": kind, "depth": depth, "width": settings.width}, recipe, arguments,
        by_rule=settings.learning_rate is None, content=dataset.digest,
    )  # fmt: skip
    if recipe.batch_size == 1:  # a network that needs more is found before hours of training
        training.check(job.build(dataset), dataset, recipe)
    return job


def compare(
    plan: Plan, out: str | Path, workers: int | None = None, console: Console | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """Train every run of the plan, showing progress, write `compare.json` and `compare.html` into `out`, then print the
    table.

    Returns the rows and whether the comparison is complete. Ctrl-C ends it early; what has finished is written, and the
    same call goes on from there. Raises ValueError if nothing can be written into `out`, before anything is trained,
    and OSError if it cannot be written any more at the end, after the table.
    """
    console = console or Console()
    out = Path(out)
    writable(out / "runs", needed=_bytes(plan))
    done: dict[str, Run] = {}
    display = _Display(plan, console)
    with suppress(KeyboardInterrupt), display.live:
        for job, run in sweeps.sweep(plan.jobs, folder=out / "runs", workers=workers, on_progress=display.progress):
            done[job.key] = run
            display.finished(job)
    for job in plan.jobs:  # Ctrl-C may come after a run's file is there, and before its run is here
        if job.key not in done and (kept := sweeps.stored(job, out / "runs")):
            done[job.key] = kept
    finished = [(job, done[job.key]) for job in plan.jobs if job.key in done]
    rows = [row(job, run) for job, run in finished]
    try:
        write(plan, finished, rows, out)
    finally:  # whatever becomes of the files, what was found is seen
        console.print(as_table(rows))
        for job, run in finished:
            if run.status == "failed":
                say(console, f"{job.key} failed: {run.header['error']}")
            elif "unsaved" in run.header:
                say(console, f"{job.key} could not be kept and will be trained again: {run.header['unsaved']}")
    return rows, len(finished) == len(plan.jobs)


def say(console: Console, text: str) -> None:
    """A line as it is: what a user has named is no markup, and a path is not broken in two."""
    console.print(terminal.printable(text), markup=False, emoji=False, highlight=False, soft_wrap=True)


def _bytes(plan: Plan) -> int:
    """About what the files of a plan take on a disk, the page apart."""
    steps = len(plan.dataset.train) // plan.jobs[0].recipe.batch_size * plan.jobs[0].recipe.epochs
    return 1_000_000 + BYTES_PER_STEP * steps * len(plan.jobs)


def row(job: sweeps.Job, run: Run) -> dict[str, Any]:
    """One run as it stands in `compare.json`. Losses in nats, accuracy as a fraction, seconds of the whole cell, the
    rule included. `ladder_end`: "top" or "bottom" if the rule's rate stands at that end of its ladder, else None.
    """
    return {
        "kind": job.network["kind"],
        "depth": job.network["depth"],
        "seed": job.recipe.seed,
        "learning_rate": run.recipe.learning_rate,
        "ladder_end": run.header.get("ladder_end"),
        "loss": finite(run.loss),
        "eval_loss": finite(run.eval_loss),
        "test_accuracy": finite(run.test_accuracy),
        "seconds": run.header.get("job_seconds"),
        "diverged_at": run.diverged_at,
        "status": run.status,
    }


def as_table(rows: list[dict[str, Any]]) -> Table:
    """Kind x depth: median over seeds, with the range if there are several."""
    result = Table(title="Training loss by depth", title_justify="left")
    for name in ("network", "depth", "rate", "training loss", "test accuracy", "seconds"):
        result.add_column(name, justify="left" if name == "network" else "right")
    for kind, cells in groupby(summaries.by_kind_and_depth(rows).values(), key=attrgetter("kind")):
        for cell in cells:
            result.add_row(themes.label(kind), str(cell.depth), *_words(cell))
        result.add_section()
    return result


def _words(cell: summaries.DepthResult) -> list[str]:
    """Rate, loss, accuracy and seconds of one cell."""
    rates = sorted({r["learning_rate"] for r in cell.rows})
    loss = cell.summary
    if cell.state == "trained" and len(cell.losses) > 1:
        loss += f" ({wording.number(cell.low)}–{wording.number(cell.high)})"
        loss += f", {len(cell.diverged)} of {len(cell.losses)} diverged" if cell.diverged else ""
    accuracy, seconds = cell.middle("test_accuracy"), cell.middle("seconds")
    return [
        "–".join(wording.rate(v) for v in (rates[:1] + rates[-1:] if len(rates) > 1 else rates))
        + wording.ladder_end(r["ladder_end"] for r in cell.rows),
        loss,
        wording.percent(accuracy) if math.isfinite(accuracy) else "–",
        wording.seconds(seconds) if math.isfinite(seconds) else "–",
    ]


def write(plan: Plan, finished: list[tuple[sweeps.Job, Run]], rows: list[dict[str, Any]], out: Path) -> None:
    """`compare.json` and `compare.html`, each in one stroke."""
    settings = asdict(plan.settings) | {
        "train_images": len(plan.dataset.train),
        "test_images": len(plan.dataset.test),
        "classes": len(plan.dataset.classes),
        "loaded": plan.dataset.description(),
        "epochs": plan.jobs[0].recipe.epochs,
        "batch_size": plan.jobs[0].recipe.batch_size,
        "recipe": plan.jobs[0].recipe.to_dict(),
        "complete": len(finished) == len(plan.jobs),
        "date": time.strftime("%Y-%m-%d"),
    }
    with atomic(out / "compare.json") as file:
        file.write(dumps({"settings": settings, "rows": rows}) + "\n")
    with atomic(out / "compare.html") as file:
        file.write(report.page(settings, rows, [run for _, run in finished]))


class _Display:
    """Progress in the terminal: a bar for all runs with the time left, and one for each run under way."""

    def __init__(self, plan: Plan, console: Console):
        self.plan, self.jobs = plan, {job.key: job for job in plan.jobs}
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
        self.live = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.all = self.live.add_task("starting the workers", total=sum(job.cost for job in plan.jobs))
        self.under_way: dict[str, TaskID] = {}
        self.count = 0  # of finished runs

    def progress(self, said: sweeps.Progress) -> None:
        job = self.jobs[said.job]
        if said.job not in self.under_way:
            records = job.epochs * (len(self.plan.dataset.train) // job.recipe.batch_size)
            self.under_way[said.job] = self.live.add_task("", total=records)
        name = f"{themes.label(job.network['kind'])} {job.network['depth']}"
        where = f"seed {job.recipe.seed}: epoch {said.epoch} of {job.recipe.epochs}"
        words = f"{name}, {where}, loss {wording.number(said.loss)}"
        self.live.update(self.under_way[said.job], completed=said.records, description=words)

    def finished(self, job: sweeps.Job) -> None:
        if job.key in self.under_way:
            self.live.remove_task(self.under_way.pop(job.key))
        self.count += 1
        self.live.update(self.all, advance=job.cost, description=f"{self.count} of {len(self.jobs)} runs done")
