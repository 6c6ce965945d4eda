"""The house rules that a machine can check: what may import what, how fast rooms open, that no host leaks in."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import course

ROOT = Path(course.__file__).parent
FLOORS = [
    {
        "data",
        "augment",
        "blocks",
        "initializers",
        "devices",
        "recipes",
        "records",
        "themes",
        "wording",
        "smoothing",
        "summaries",
    },
    {"networks", "training", "measure"},
    {"views", "plots", "sweeps", "papers", "report"},
    {"labs", "page", "exercises", "grading", "lecture", "compare", "doctor", "release"},
    {"cli"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ONLY_IN = {
    "plotly": {"plots", "labs", "lecture", "report"},
    "ipywidgets": {"page"},
    "anywidget": {"page"},
    "concurrent": {"sweeps"},
    "typer": {"cli"},
}
LOW = {"torch", "course"} | set(sys.stdlib_module_names)  # all that floors 0 and 1 import when they are imported


def room_of(file):
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(file):
    """(module, whether at module level) for each import in a file; `from course import data` counts as course.data."""
    tree = ast.parse(file.read_text())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", id(node) in top) for alias in node.names)


SOURCES = [f for f in sorted(ROOT.rglob("*.py")) if f != ROOT / "__init__.py"]


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_go_down_never_up_and_never_into_private_names(file):
    room = room_of(file)
    assert room in FLOOR, f"{room} has no floor yet: give it one in this test and in CONTRIBUTING"
    for module, at_top in imports(file):
        parts = module.split(".")
        if parts[0] == "course" and parts[1] in FLOOR and parts[1] != room:
            assert FLOOR[parts[1]] <= FLOOR[room], f"{room} imports {module} from a higher floor"
            assert not any(part.startswith("_") for part in parts), f"{room} imports the private {module}"
        assert room in ONLY_IN.get(parts[0], {room}), f"{room} imports {parts[0]}"
        if FLOOR[room] <= 1 and at_top:
            assert parts[0] in LOW, f"{module} must be imported inside the function that needs it"


BARE = """
import sys

class Bare:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ImportError(name + " is not here")

sys.meta_path.insert(0, Bare())
from course import Recipe, choose_learning_rate, data, fit, measure, networks

digits = data.load("digits", device="cpu")
net = networks.mlp("plain", 4)
choice = choose_learning_rate(net, digits, Recipe(epochs=1), ladder=(0.1, 0.01))
run = fit(net, digits, choice.recipe)
print(run.status, measure.gradient_norms(net, *digits.train[:8]).shape)
"""
BLOCKED = {
    "IPython", "PIL", "anywidget", "ipywidgets", "jupyterlab", "pandas", "platformdirs", "plotly", "rich",
    "safetensors", "sklearn", "torchvision", "tqdm", "typer",
}  # fmt: skip


def test_the_lower_floors_run_without_anything_but_torch():
    code = BARE.replace("{blocked}", repr(BLOCKED))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("finished torch.Size([4])")


QUICK = """
import time, torch

began = time.perf_counter()
import course
from course import Recipe, fit

imported = time.perf_counter()
course.data.load("digits", device="cpu")
print(imported - began, time.perf_counter() - imported)
"""


def test_importing_the_course_and_the_digits_is_quick_beside_torch():
    quickest = [min(values) for values in zip(*(times(QUICK) for _ in range(3)), strict=True)]
    assert quickest[0] < 0.2 and quickest[1] < 0.3, quickest


def times(code):
    return [
        float(v) for v in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
    ]


def test_no_text_names_a_registrys_host_or_a_path_of_somebodys_machine():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT.parent, capture_output=True, text=True).stdout.split()
    if not files:
        files = [str(f.relative_to(ROOT.parent)) for f in SOURCES]
    hosts = "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.org", "/ho" + "me/", "/Us" + "ers/"])
    for name in files:
        file = ROOT.parent / name
        if file.suffix in {".py", ".md", ".toml", ".yml", ".json", ".html", ".ipynb", ".txt", ""} and file.is_file():
            found = re.search(hosts, file.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{name}: {found.group()}"


def test_every_name_that_the_course_offers_is_there():
    missing = []
    for name in course.__all__:
        try:
            getattr(course, name)
        except (ImportError, AttributeError) as error:
            missing.append((name, error))
    assert not missing
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = course.nonsense
