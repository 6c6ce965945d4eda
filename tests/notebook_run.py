"""How `pytest` runs a notebook: under nbval, in a kernel of its own that has no network and is not traced for coverage.

The last test of a notebook looks at the run as a whole: time, peak memory, what stood on stderr, and the figures. nbval
is loaded where there is a notebook to run, and nowhere else (`-p no:nbval`): its import takes a second.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

GIB = 2**30
BUDGET = 60, 1.2 * GIB  # seconds, bytes: what a chapter may cost
LIMIT = 120, 1.6 * GIB  # beyond it the test fails
NBVAL = {  # what its command line would set
    "nbval": False,
    "nbval_lax": True,  # a cell must run; what it prints may change
    "nbval_current_env": True,
    "nbval_cell_timeout": 120,
    "nbval_kernel_name": None,
    "nbval_kernel_startup_timeout": 60,
    "nbval_sanitize_with": None,
    "nbdime": False,
}
COST = "what it cost"  # the property of a report: it comes here from another process, too


class WithoutNbval(pytest.File):
    """A notebook that cannot be run here: skipped, but not where `CI` is set, where it would never run."""

    def collect(self):
        return [Missing.from_parent(self, name="not run")]


class Missing(pytest.Item):
    """Says why."""

    def runtest(self):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nbval is not installed")


def peak_memory(pid):
    """Bytes, the most that this process has held; None where it has ended or the system does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def cost(seconds, memory):
    """In words, beside the budget."""
    held = "memory unknown" if memory is None else f"{memory / GIB:.2f} GiB of {BUDGET[1] / GIB:.1f} GiB"
    over = seconds > BUDGET[0] or (memory or 0) > BUDGET[1]
    return f"{seconds:.0f} s of {BUDGET[0]} s, {held}{', OVER ITS BUDGET' if over else ''}"


def excess(seconds, memory):
    """What is beyond the limit."""
    if seconds > LIMIT[0] or (memory or 0) > LIMIT[1]:
        return [f"took {cost(seconds, memory)}; the limit is {LIMIT[0]} s and {LIMIT[1] / GIB:.1f} GiB"]
    return []


def pytest_configure(config):
    vars(config.option).update(NBVAL)


def pytest_collect_file(file_path, parent):
    if file_path.suffix != ".ipynb":
        return None
    if not find_spec("nbval"):
        return WithoutNbval.from_parent(parent, path=file_path)
    from notebook_cells import Notebook

    return Notebook.from_parent(parent, path=file_path)


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    told = sorted(said for report in reports for name, said in report.user_properties if name == COST)
    if told:
        terminalreporter.section("what the notebooks cost")
        terminalreporter.write("".join(f"{line}\n" for line in told))
