"""Which test is a `browser`, `notebook` or `science` test, and in which order two workers take the files.

What is marked needs more than Python and more than a moment; `-m "not browser and not notebook and not science"` is
the rest. A whole run is shared between two workers (`-n auto`), file by file; a run of a few files is not worth a
second start.
"""

import os

LONGEST, SCIENCE = "test_lab_page.py", "test_science.py"


def marks(item):
    """The marks of a test, by what it uses and where it stands."""
    if "chromium" in getattr(item, "fixturenames", ()):
        yield "browser"
    if item.path.suffix == ".ipynb":
        yield "notebook"
    if item.path.name == SCIENCE:
        yield "science"


def turn(item):
    """The longest first, and beside it notebooks, which need one core; a sweep takes all cores, and so comes last."""
    if item.path.suffix == ".ipynb":
        return 1
    return {LONGEST: 0, SCIENCE: 3}.get(item.path.name, 2)


def pytest_itemcollected(item):
    for mark in marks(item):
        item.add_marker(mark)


def pytest_collection_modifyitems(items):
    items.sort(key=turn)


def pytest_xdist_auto_num_workers(config):
    whole = config.args == config.getini("testpaths")
    return 2 if whole and (os.cpu_count() or 1) > 1 else 0
