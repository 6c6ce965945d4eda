"""The house rules that import-linter cannot hold (floors and circles: `pyproject.toml`, `uv run lint-imports`)."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

import course

ROOT = Path(course.__file__).parent
PROJECT = ROOT.parent
SOURCES = sorted(ROOT.rglob("*.py"))


def run(*command):
    return subprocess.run([sys.executable, *command], cwd=PROJECT, capture_output=True, text=True)


def floors():
    """The rooms of each floor, the lowest first, as import-linter holds them."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in contracts["contracts"] if contract["type"] == "layers")
    return [set(layer.split(" : ")) for layer in reversed(layers)]


# ── floors and circles ──


def test_imports_keep_the_floors_and_make_no_circle():
    done = run("-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    assert done.returncode == 0, done.stdout + done.stderr


def test_contributing_draws_the_floors_that_are_held():
    drawing = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    drawn = []
    for line in drawing.strip().splitlines():
        if line.startswith("floor"):
            drawn.insert(0, set())
        rooms = re.split(r" {3,}", line.removeprefix(f"floor {line[6:7]}").strip())[
            0
        ]  # what stands right of them is prose
        drawn[0].update(re.findall(r"\w+", rooms))
    assert drawn == floors()


def test_no_file_imports_the_init_of_its_own_room():
    """import-linter compares siblings, and so does not see a circle through their parent."""
    graph = grimp.build_graph("course")
    inside = [module for module in graph.modules if module.count(".") >= 2]
    circles = [m for m in inside if m.rpartition(".")[0] in graph.find_modules_directly_imported_by(m)]
    assert not circles


def test_no_private_name_of_another_room_is_imported():
    taken = []
    for file in SOURCES:
        room = file.relative_to(ROOT).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course."):
                parts = [*node.module.split(".")[1:], *(alias.name for alias in node.names)]
                if parts[0] != room and any(part.startswith("_") for part in parts):
                    taken.append(f"{file.relative_to(PROJECT)}:{node.lineno}")
    assert not taken


# ── a bare machine ──

BARE = """
import pkgutil, sys, torch

ALLOWED = {"torch", "course"} | set(sys.stdlib_module_names)

class Bare:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in ALLOWED:
            raise ImportError(name + " is not here")

for name in [name for name in sys.modules if name.split(".")[0] == "numpy"]:
    sys.modules[name] = None  # torch has its own hold of it
sys.meta_path.insert(0, Bare())

import course
from importlib import import_module
for room in ROOMS:
    found = import_module("course." + room)
    for module in pkgutil.iter_modules(getattr(found, "__path__", []), found.__name__ + "."):
        import_module(module.name)

from course import Recipe, choose_learning_rate, data, fit, measure, networks

digits = data.load("digits", device="cpu")
net = networks.mlp("plain", 4)
choice = choose_learning_rate(net, digits, Recipe(epochs=1), ladder=(0.1, 0.01))
run = fit(net, digits, choice.recipe)
print(run.status, measure.gradient_norms(net, *digits.train[:8]).shape)
"""


def test_the_lower_floors_import_and_run_with_nothing_but_torch():
    done = run("-c", f"ROOMS = {sorted(floors()[0] | floors()[1])}\n{BARE}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("finished torch.Size([4])")


HEADLESS = """
import sys

for name in ("IPython", "ipykernel", "ipywidgets", "anywidget", "plotly"):
    sys.modules[name] = None

from course.labs import DepthLab

lab = DepthLab()
run = lab.train(kind="plain", depth=3, epochs=1, learning_rate=0.05)
print(run.status, len(run.steps), len(lab.runs))
"""


def test_a_lab_trains_without_a_page():
    done = run("-c", HEADLESS)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "finished 22 1\n"


# ── quick, public, and nobody's machine ──

QUICK = """
import time, torch

began = time.perf_counter()
import course
from course import Recipe, fit

imported = time.perf_counter()
course.data.load("digits", device="cpu")
print(imported - began, time.perf_counter() - imported)
"""


def test_no_first_picture_of_a_lab_waits_for_a_library_that_it_does_not_need():
    done = run(
        "-c",
        "import sys; from course import labs\n"
        "for name in labs.__all__:\n"
        "    lab = getattr(labs, name)\n"
        "    if name.endswith('Lab') and name not in ('Lab', 'InstantLab') and issubclass(lab, labs.InstantLab):\n"
        "        assert lab().shown.views and 'sympy' not in sys.modules, name",
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_course_and_the_digits_is_quick_beside_torch():
    times = [map(float, run("-c", QUICK).stdout.split()) for _ in range(3)]
    quickest = [min(values) for values in zip(*times, strict=True)]
    assert quickest[0] < 0.2 and quickest[1] < 0.3, quickest


def test_no_text_names_a_registrys_host_or_a_path_of_somebodys_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True).stdout.splitlines()
    files = [PROJECT / name for name in listed] or SOURCES
    hosts = "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.org", "/ho" + "me/", "/Us" + "ers/"])
    texts = {
        ".py",
        ".js",
        ".mjs",
        ".css",
        ".md",
        ".toml",
        ".yml",
        ".yaml",
        ".cff",
        ".json",
        ".html",
        ".ipynb",
        ".txt",
        "",
    }
    for file in files:
        if file.suffix in texts and file.is_file():
            found = re.search(hosts, file.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{file.relative_to(PROJECT)}: {found.group()}"


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
