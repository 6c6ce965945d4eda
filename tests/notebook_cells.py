"""The tests of a notebook: nbval's, one for each cell, and one that judges the run as a whole."""

import os
import time
from pathlib import Path
from unittest import mock

import pytest
from house_rules import figure_problems
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell, IPyNbFile
from notebook_run import COST, cost, excess, peak_memory

OFFLINE = Path(__file__).parent / "offline"
FIGURE = "application/vnd.plotly.v1+json"
PRESSED = {"solutions/04_highway.ipynb": "thousand"}  # labs whose Train the run presses, for two epochs


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
        self.user_properties.append((COST, f"{self.parent.nodeid}: {cost(seconds, memory)}"))
        problems = excess(seconds, memory)
        for cell in self.parent.cells:
            problems += [f"{cell.name}: {problem}" for output in cell.test_outputs or () for problem in wrong(output)]
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def reportinfo(self):
        return self.path, None, f"{self.path.name}: {self.name}"


def wrong(output):
    """What is wrong with one output of a cell."""
    if output.get("name") == "stderr":
        yield f"wrote to stderr: {output['text'].strip()[:400]}"
    elif FIGURE in output.get("data", {}):
        yield from figure_problems(output["data"][FIGURE])
