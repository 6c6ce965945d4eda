"""Which test is a `browser`, `notebook` or `science` test, and in which order two workers take the files.

What is marked needs more than Python and more than a moment; `-m "not browser and not notebook and not science"` is
the rest. A whole run is shared between two workers (`-n auto`); a run of a few files is not worth a second start.
"""

import os

import pytest

SCIENCE = {"test_science.py"}  # the claims, trained anew
ORDER = {"browser": -1, "tests/test_science.py": 1}  # the longest first; a sweep takes all cores, and so comes last


def marks(item):
    """The marks of a test, by what it uses and where it stands."""
    if "chromium" in getattr(item, "fixturenames", ()):
        yield "browser"
    if item.path.suffix == ".ipynb":
        yield "notebook"
    if item.path.name in SCIENCE:
        yield "science"


def group(item):
    """What one worker takes whole: the browser with its JupyterLab and all tests that need them, or a file."""
    return "browser" if item.get_closest_marker("browser") else f"{item.path.parent.name}/{item.path.name}"


def pytest_itemcollected(item):
    for mark in marks(item):
        item.add_marker(mark)
    item.add_marker(pytest.mark.xdist_group(group(item)))


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: ORDER.get(group(item), 0))


def pytest_xdist_auto_num_workers(config):
    whole = config.args == config.getini("testpaths")
    return 2 if whole and (os.cpu_count() or 1) > 1 else 0
