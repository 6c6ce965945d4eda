"""Which test is a `browser`, `notebook` or `science` test, and in which order two workers take the files.

What is marked needs more than Python and more than a moment; `-m "not browser and not notebook and not science"` is
the rest. A whole run is shared between two workers (`-n auto`); a run of a few files is not worth a second start.
"""

import os

import pytest

SCIENCE = {"test_science.py"}  # the claims, trained anew
FIRST = {"browser": 0, "test_science.py": 1}  # the longest; what is short fills the gaps at the end


def marks(item):
    """The marks of a test, by what it uses and where it stands."""
    if "chromium" in getattr(item, "fixturenames", ()):
        yield "browser"
    if item.path.suffix == ".ipynb":
        yield "notebook"
    if item.path.name in SCIENCE:
        yield "science"


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by them
def pytest_collection_modifyitems(items):
    groups = {}
    for item in items:
        found = list(marks(item))
        for mark in found:
            item.add_marker(mark)
        # one worker has the browser, its JupyterLab and all tests that need them; other files stay whole
        group = "browser" if "browser" in found else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
        groups.setdefault(group, []).append(item)
    ordered = sorted(groups, key=lambda group: FIRST.get(group.rpartition("/")[2], len(FIRST)))
    items[:] = [item for group in ordered for item in groups[group]]


def pytest_xdist_auto_num_workers(config):
    whole = config.args == config.getini("testpaths")
    return 2 if whole and (os.cpu_count() or 1) > 1 else 0
