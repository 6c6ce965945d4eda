"""How `pytest` runs a notebook: under nbval, in a kernel of its own that has no network and is not traced for coverage.

The last test of a notebook looks at the run as a whole: time, peak memory, what stood on stderr, and the figures.
"""

import os
import time
from pathlib import Path
from unittest import mock

import pytest
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell, IPyNbFile

GIB = 2**30
BUDGET = 60, 1.2 * GIB  # seconds, bytes: what a chapter may cost
LIMIT = 120, 1.6 * GIB  # beyond it the test fails
OFFLINE = Path(__file__).parent / "offline"
FIGURE = "application/vnd.plotly.v1+json"
PRESSED = {"solutions/04_highway.ipynb": "thousand"}  # labs whose Train the run presses, for two epochs
costs = pytest.StashKey[list[str]]()


class Notebook(IPyNbFile):
    """nbval's notebook, with a last item that judges the run."""

    def collect(self):
        self.cells = [one for cell in super().collect() for one in (cell, *self._pressed(cell))]
        return [*self.cells, Whole.from_parent(self, name="the whole run")]

    def _pressed(self, shown):
        """A cell that trains the lab which the cell before it shows, where nothing else tries so large a network."""
        lab = PRESSED.get(f"{self.path.parent.name}/{self.path.name}")
        if lab is None or shown.cell.source.splitlines()[-1:] != [lab]:
            return
        source = f"run = {lab}.train(epochs=2)\nassert run.status == 'finished' and run.steps[-1].loss < 2.2, run"
        cell = new_code_cell(source)
        name = f"{shown.name}, Train"
        yield IPyNbCell.from_parent(self, name=name, cell_num=shown.cell_num, cell=cell, options=shown.options)

    def setup(self):
        self.began = time.perf_counter()
        path = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
        with mock.patch.dict(os.environ, PYTHONPATH=path), self._without_coverage():
            os.environ.pop("PYTEST_CURRENT_TEST")  # with it a kernel does not show what C code writes to stderr
            super().setup()
        self.pid = self.kernel.km.provisioner.pid

    def teardown(self):
        with self._without_coverage():
            super().teardown()

    def _without_coverage(self):
        return mock.patch.object(self.config.option, "cov_source", None, create=True)


class Whole(pytest.Item):
    """Time from the kernel's start to the last cell, the kernel's peak memory, stderr and figures of all cells."""

    def runtest(self):
        seconds = time.perf_counter() - self.parent.began
        memory = peak_memory(self.parent.pid)
        self.config.stash[costs].append(f"{self.parent.nodeid}: {cost(seconds, memory)}")
        problems = excess(seconds, memory)
        for cell in self.parent.cells:
            problems += [f"{cell.name}: {problem}" for output in cell.test_outputs or () for problem in wrong(output)]
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def reportinfo(self):
        return self.path, None, f"{self.path.name}: {self.name}"


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


def wrong(output):
    """What is wrong with one output of a cell."""
    from house_rules import figure_problems  # loads the library: only where there is a notebook

    if output.get("name") == "stderr":
        yield f"wrote to stderr: {output['text'].strip()[:400]}"
    elif FIGURE in output.get("data", {}):
        yield from figure_problems(output["data"][FIGURE])


@pytest.hookimpl(wrapper=True)
def pytest_collect_file():
    return [Notebook.from_parent(n.parent, path=n.path) if type(n) is IPyNbFile else n for n in (yield)]


def pytest_configure(config):
    config.stash[costs] = []


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[costs]:
        terminalreporter.section("what the notebooks cost")
        terminalreporter.write("".join(f"{line}\n" for line in config.stash[costs]))
