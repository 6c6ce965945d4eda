"""Records what ships with instant labs, the weights of the networks that they look into, and their films; and the runs
that a lab without a grid opens with.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from course import devices, wording
from course.labs import films, recordings, trained
from course.labs.batch_norm import BatchNormLab
from course.labs.capacity import CapacityLab
from course.labs.controls import Settings
from course.labs.dropout import DropoutLab
from course.labs.gates import GatesLab
from course.labs.hidden_units import HiddenUnitsLab
from course.labs.identity import IdentityLab
from course.labs.instant import InstantLab
from course.labs.lab import Lab
from course.labs.landscape import LandscapeLab
from course.labs.lesion import LesionLab
from course.labs.paths import PathsLab
from course.labs.sgd import SGDLab
from course.labs.shuffle import ShuffleLab
from course.labs.time import TimeLab
from course.papers.measuring import provenance
from course.records import Run
from course.smoothing import thin, thinned
from course.sweeps import Job
from course.training import fit
from course.views import Frame

MOST_FRAMES = 9
LABS: dict[str, type[InstantLab]] = {
    lab.name: lab
    for lab in (
        BatchNormLab, CapacityLab, GatesLab, HiddenUnitsLab, IdentityLab, LandscapeLab, LesionLab, PathsLab, ShuffleLab,
        TimeLab,
    )
}  # fmt: skip
STARTS: dict[str, type[Lab]] = {lab.name: lab for lab in (DropoutLab, SGDLab)}


def networks(lab: InstantLab) -> list[Job]:
    """The trainings of all networks whose weights ship for the lab."""
    jobs = [job for changed in lab.recorded for job in lab.networks(lab.settings | changed)]
    return list({job.key: job for job in jobs}.values())


def missing(lab: InstantLab) -> tuple[list[Job], list[Settings]]:
    """(trainings, settings of films) of which nothing ships yet. Weights lie together, for labs share them."""
    jobs = [job for job in networks(lab) if not trained.ships(job)]
    return jobs, [changed for changed in lab.recorded if not films.file(lab.name, changed).exists()]


def seconds(lab: InstantLab) -> float:
    """Estimated seconds of what is missing, on one core."""
    jobs, settings = missing(lab)
    with trained.anew():
        return sum(map(trained.seconds, jobs)) + sum(lab.seconds(lab.settings | changed) for changed in settings)


def record(lab: InstantLab, command: str) -> Iterator[str]:
    """Make what is missing, write each as it is done, and yield a line about it."""
    jobs, settings = missing(lab)
    for job in jobs:
        run = trained.record(job)
        loss, accuracy = wording.number(run.loss), wording.percent(run.test_accuracy)
        yield f"{job.key}: training loss {loss}, test accuracy {accuracy}"
    for changed in settings:
        wanted = lab.settings | changed
        with devices.threads(1), trained.anew():
            made = lab.compute(wanted)
            frames = _thinned([made] if isinstance(made, Frame) else list(made))
        header = provenance(command) | {"settings": wanted, "networks": [job.key for job in lab.networks(wanted)]}
        file = films.file(lab.name, changed)
        films.write(file, header, frames)
        yield f"{file.name}: {len(frames)} frames. {frames[-1].summary}"


def _thinned(frames: list[Frame]) -> list[Frame]:
    """Each frame once, and at most so many, first and last among them."""
    each = [frame for frame, before in zip(frames, [None, *frames], strict=False) if frame is not before]
    return [each[i] for i in thin(len(each), MOST_FRAMES)]


def unrecorded(lab: Lab) -> dict[Path, Settings]:
    """By file the settings of the runs that the lab opens with of which nothing ships yet."""
    files = {recordings.folder(lab.name) / f"{recordings.called(changed)}.jsonl": changed for changed in lab.recorded}
    return {file: lab.settings | changed for file, changed in files.items() if not file.exists()}


def record_runs(lab: Lab) -> Iterator[tuple[str, Run]]:
    """Train those, and keep each whole: its curve is set beside those that train live. Yields what each is called."""
    for file, settings in unrecorded(lab).items():
        with devices.threads(1):  # as labs train: the initial weights too
            built = lab.build(settings)
            run = fit(built.model, built.data, built.recipe, progress=False)
        run.header["network"] |= {"kind": built.kind, "depth": lab.depth(settings)}
        run.header |= {"settings": settings, "ladder_end": None}
        thinned(run, at_most=len(run.steps)).save(file)
        yield lab.label(settings), run
