"""What `course doctor` looks at: a line for each part of the machine, [ok] or [fail] with the way out."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from course import devices, sweeps, terminal

GIB = 2**30
NEEDED_MEMORY = 1.0 * GIB  # a lab with a 100-layer run in training takes 0.6 GiB
NEEDED_DISK = 1.0 * GIB  # CIFAR-10, downloaded and converted
PACKAGES = {
    "jupyterlab": "4.",
    "ipywidgets": "8.",
    "anywidget": "0.",
    "plotly": "",
}  # name: what its version starts with


class Finding(NamedTuple):
    """One line of the report. `way_out` is what to do where `ok` is False."""

    ok: bool
    what: str
    way_out: str = ""


def report() -> int:
    """Print the findings; returns 0 if all is well, else 1."""
    failures = 0
    for finding in examine():
        failures += not finding.ok
        terminal.say(
            f"[{'ok' if finding.ok else 'fail'}] {finding.what}" + ("" if finding.ok else f"\n       {finding.way_out}")
        )
    return min(failures, 1)


def examine() -> Iterator[Finding]:
    """All findings; a check that raises is itself a finding."""
    checks: list[Callable[[], Iterator[Finding]]] = [
        _python,
        _torch,
        _threads,
        _memory,
        _jupyter,
        _data,
        _weights,
        _grading,
    ]
    for check in checks:
        try:
            yield from check()
        except Exception as error:  # whatever is broken here, the other checks still help
            yield Finding(
                False, f"{check.__name__.strip('_')}: {type(error).__name__}: {error}", "please report this line"
            )


def _python() -> Iterator[Finding]:
    yield Finding(
        (3, 11) <= sys.version_info[:2] <= (3, 13),
        f"Python {platform.python_version()}",
        "use Python 3.11 to 3.13: uv venv --python 3.13",
    )


def _torch() -> Iterator[Finding]:
    import torch

    device = devices.choose()
    product = (torch.ones(2, 2, device=device) @ torch.ones(2, 2, device=device)).sum().item()
    yield Finding(
        product == 8,
        f"torch {torch.__version__} on {devices.describe(device)}",
        "this device computes 2 x 2 products wrongly: use --device cpu",
    )


def _threads() -> Iterator[Finding]:
    count = sweeps.cores()
    wanted = os.environ.get("OMP_NUM_THREADS") or "1"  # empty counts as unset
    yield Finding(
        wanted == "1",
        f"{count} CPU core{'s' * (count > 1)}; the course trains with one thread a process",
        f"OMP_NUM_THREADS={wanted} is set: unset it, small networks only get slower",
    )


def _memory() -> Iterator[Finding]:
    free = devices.available_memory()
    words = "unknown" if free is None else f"{free / GIB:.1f} GiB"
    yield Finding(
        free is None or free >= NEEDED_MEMORY,
        f"memory: {words} free",
        "close other programs: a lab in training takes about 0.6 GiB",
    )


def _jupyter() -> Iterator[Finding]:
    for name, start in PACKAGES.items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = "not installed"
        yield Finding(
            version != "not installed" and version.startswith(start),
            f"{name} {version}",
            f"install it: uv sync, or uv pip install '{name}'",
        )


def _grading() -> Iterator[Finding]:
    """What `course grade` would confine students' code with. Only who grades needs it, so that nothing here fails."""
    from course.grading import box, confinement

    lacks = confinement.missing()
    if lacks:
        yield Finding(True, f"grading is not possible here: {'; '.join(lacks)}")
        return
    layers = f"no_new_privs, rlimits, Landlock {confinement.landlock_version()}, seccomp"
    if box.bubblewrap_works():
        yield Finding(True, f"grading: {layers}, and bubblewrap around them")
    else:
        there = shutil.which("bwrap") is not None
        why = "is not allowed to here" if there else "is not installed (apt-get or dnf install bubblewrap)"
        yield Finding(True, f"grading: {layers}; enough, and bubblewrap, which would add namespaces, {why}")


def _weights() -> Iterator[Finding]:
    """What labs and chapters need not train."""
    from course import shipped

    for each in shipped.everything():
        yield Finding(True, f"weights of {each.name}: {each.network}, {each.size / 1000:.0f} kB")


def _data() -> Iterator[Finding]:
    from course import data

    folder = data.default_root()
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    what = "cannot be written" if there.is_dir() else f"cannot be: {there} is a file"
    yield Finding(
        data.can_write(folder), f"data folder {folder}", f"it {what}; set COURSE_DATA to a folder of your own"
    )
    free = shutil.disk_usage(there).free
    yield Finding(
        free >= NEEDED_DISK,
        f"disk: {free / GIB:.1f} GiB free there",
        "free 1 GiB, or set COURSE_DATA to another disk; the digits need none",
    )
