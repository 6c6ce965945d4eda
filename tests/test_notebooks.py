"""The chapters keep the house rules; the rules, the runner and the first cell do their work."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import types
import venv
from pathlib import Path

import house_rules
import jupyter
import nbformat
import notebook_run
import plotly.graph_objects as go
import pytest
import torch
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import course
from course import plots
from course.labs import environment, setup_cell

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("solutions/*.ipynb")])
ADDRESS = "https://github.com/training-very-deep-networks/course"


def test_every_chapter_keeps_the_house_rules():
    assert not [problem for path in CHAPTERS for problem in house_rules.examine(path)]


# ── each rule, with a notebook that breaks it ──

TITLE = """# Why deeper is worse

[Colab](https://colab.research.google.com/github/a/b/blob/main/notebooks/03_x.ipynb)
[Binder](https://mybinder.org/v2/gh/a/b/HEAD?labpath=notebooks%2F03_x.ipynb)

> 40 minutes to read, 40 seconds on a laptop, 0.9 GiB of memory, no network.
"""
SPEC = """## What is new

### Exercise 3.1 · He's initialisation · ●○○ · about 5 minutes

Write a function that fills the weight in place, for a layer of any size, so that the second moment of what goes in is
the second moment of what comes out of the layer and its activation.

<details><summary>Hint 1</summary>Look at the formula.</details>
<details><summary>Hint 2</summary>Count the inputs.</details>
"""


def cell(kind, source, identity, *tags, slide="slide"):
    made = new_markdown_cell(source) if kind == "text" else new_code_cell(source)
    made.id, made.metadata = identity, nbformat.from_dict({"slideshow": {"slide_type": slide}, "tags": list(tags)})
    return made


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A notebook that keeps the rules, and a function that writes and examines it."""
    monkeypatch.setattr(house_rules, "against_the_declaration", lambda *_: [])
    monkeypatch.setattr(house_rules.drawings, "IDEAS", {})
    notebook = new_notebook(metadata={"kernelspec": dict(house_rules.KERNEL)})
    notebook.cells = [
        cell("text", TITLE, "title"),
        cell("code", setup_cell.text(ADDRESS), "setup"),
        cell("text", SPEC, "spec"),
        cell("code", "def he_normal_(weight):\n    return weight  # not yet", "write", "exercise"),
        cell("code", 'check("he_normal_", he_normal_)', "check", "check"),
    ]

    def examine(folder="notebooks"):
        (tmp_path / folder).mkdir(exist_ok=True)
        path = tmp_path / folder / "03_x.ipynb"
        nbformat.write(notebook, path)
        return house_rules.examine(path)

    return notebook, examine


def test_a_notebook_that_keeps_the_rules_is_told_nothing(chapter):
    assert chapter[1]() == []


def source(number, old, new):
    def change(notebook):
        assert old in notebook.cells[number].source
        notebook.cells[number].source = notebook.cells[number].source.replace(old, new)

    return change


def more(number, text):
    return lambda notebook: notebook.cells[number].update(source=notebook.cells[number].source + text)


def metadata(number, **given):
    return lambda notebook: notebook.cells[number].metadata.update(given)


def output(notebook):
    notebook.cells[4].outputs = [new_output("stream", text="1 of 3")]


def widget(notebook):
    notebook.cells[4].outputs = [new_output("display_data", data={house_rules.WIDGET: {"model_id": "a"}})]


BREAKS = {
    "format 4.4; 4.5 is allowed": lambda n: n.update(nbformat_minor=4) or [c.pop("id") for c in n.cells],
    "'name': 'conda'": lambda n: n.metadata.kernelspec.update(name="conda"),
    "metadata widgets": lambda n: n.metadata.update(widgets={}),
    "has outputs": output,
    "keeps a widget": widget,
    "16 lines of code; at most 15": more(3, "\n    # a line" * 14),
    "the median code cell has 9 lines": lambda n: [more(i, "\nx = 1" * 8)(n) for i in (3, 4)],
    "hides code from the reader": metadata(3, jupyter={"source_hidden": True}),
    "hides code from the reader; what": source(4, "check(", "%run helpers.py\ncheck("),
    "the first code cell is not the setup cell": source(1, "environment.setup()", "environment.setup(2)"),
    "no Binder badge": source(0, "labpath=notebooks%2F03_x", "labpath=notebooks%2F04_x"),
    "no Colab badge": source(0, "colab.research", "example"),
    "no cost box beside the title, or without memory": source(0, "0.9 GiB of memory", "little memory"),
    "one # heading is allowed": more(2, "\n# A second title\n"),
    "has level 3 below level 1; 2 is": source(2, "## What is new\n", ""),
    "tag hide-input; allowed are check": metadata(3, tags=["exercise", "hide-input"]),
    "slide type None; allowed are": metadata(2, slideshow={}),
    "names a folder of one machine": source(4, "check(", "open('/ho" + "me/me/x')\ncheck("),
    "an image without alt text": more(2, "\n![](03_x.ipynb)\n"),
    "an image without alt text; say": more(2, '\n<img src="03_x.ipynb">\n'),
    "link to figures/a.svg, which is not there": more(2, "\n![a curve](figures/a.svg)\n"),
    "link to ../../, which": more(2, "\n[out](../../)\n"),
    "link to #Nowhere; allowed": more(2, "\n[there](#Nowhere)\n"),
    "'initialization'; British ['initialisation']": source(2, "initialisation", "initialization"),
    "'gradiant'": more(2, "\nA gradiant.\n"),
    "an exercise without a heading": source(2, "### Exercise 3.1", "### Task 3.1"),
    "not of the form `Exercise": source(2, "about 5 minutes", "soon"),
    "no specification": source(2, SPEC[SPEC.index("Write") : SPEC.index("<details>")], ""),
    "1 folded hints; two": source(2, "<details><summary>Hint 2</summary>Count the inputs.</details>", ""),
    "no code cell with the tag check": metadata(4, tags=[]),
    "no call of check": source(4, "check(", "print("),
}


@pytest.mark.parametrize("said", BREAKS)
def test_a_rule_that_is_broken_is_named_with_the_cell(chapter, said):
    notebook, examine = chapter
    BREAKS[said](notebook)
    found = examine()
    assert any(said in line for line in found), found
    assert all(line.startswith("notebooks/03_x.ipynb:") for line in found)


def test_an_idea_without_a_drawing_is_named_and_so_is_a_drawing_without_an_idea(chapter, monkeypatch):
    notebook, examine = chapter
    monkeypatch.setattr(house_rules.drawings, "IDEAS", {"03": ("identity", "gain")})
    notebook.cells.append(cell("code", "drawings.gain({})\ndrawings.paths({})", "drawing"))
    assert examine() == [
        "notebooks/03_x.ipynb:: the idea 'identity' has no drawing; a code cell with drawings.identity(…) is allowed",
        "notebooks/03_x.ipynb:5: drawings.paths is no idea of this chapter; allowed are identity, gain",
    ]


def test_the_worked_form_may_keep_outputs_and_its_markers_are_not_counted(chapter):
    notebook, examine = chapter
    output(notebook)
    more(3, "\n    ### STUB return weight" * 14)(notebook)
    assert examine("solutions") == []


def test_an_exercise_says_what_the_library_declares(monkeypatch):
    declared = types.SimpleNamespace(name="he_normal_", minutes=5, difficulty=1)
    monkeypatch.setattr(course, "exercises", types.SimpleNamespace(of_chapter=lambda _: [declared]), raising=False)
    form = house_rules.EXERCISE_HEADING.match
    right = form("Exercise 3.1 · x · ●○○ · about 5 minutes")
    wrong = form("Exercise 3.1 · x · ●●○ · about 9 minutes")
    assert not list(house_rules.against_the_declaration("3", "he_normal_", right))
    assert "declared are difficulty 1 and 5" in next(house_rules.against_the_declaration("3", "he_normal_", wrong))
    assert "declares he_normal_" in next(house_rules.against_the_declaration("3", "nonsense", right))


def test_figures_need_a_title_and_axes_with_units():
    good = go.Figure(go.Scatter(y=[1, 2]), layout={"title": "loss (nats)", "xaxis": {"title": "step"}})
    nameless = go.Figure(go.Scatter(y=[1, 2]), layout={"xaxis": {"title": "things"}})
    solid = go.Figure(go.Surface(z=[[1, 2], [3, 4]]), layout={"title": "activation"})
    said = [list(house_rules.figure_problems(f.to_plotly_json())) for f in (good, nameless, solid)]
    assert said[0] == []
    assert len(said[1]) == 3 and said[1][0] == "a figure without a title" and "x axis is called 'things'" in said[1][1]
    assert len(said[2]) == 3 and "scene's x axis" in said[2][0]


def test_the_librarys_own_figures_keep_the_rule():
    for figure in (plots.layers([1.0, 0.1]), plots.heatmap([[1.0, 0.1], [0.2, 0.3]])):
        assert not list(house_rules.figure_problems(figure.to_plotly_json()))


# ── the runner ──


def run_notebook(folder, *cells):
    """(exit code, what pytest printed) for a notebook run as `pytest` runs the chapters."""
    notebook = new_notebook(metadata={"kernelspec": dict(house_rules.KERNEL)}, cells=list(map(new_code_cell, cells)))
    nbformat.write(notebook, folder / "03_x.ipynb")
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", "-p", "no:nbval",
               "-p", "notebook_run", "--cov=course", "-rA", "03_x.ipynb"]  # fmt: skip
    env = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


ASK = 'import urllib.request; urllib.request.urlopen("http://example.org", timeout=3)'


@pytest.mark.notebook
def test_a_notebook_runs_without_a_network_even_in_processes_that_it_starts(tmp_path):
    code, said = run_notebook(
        tmp_path,
        f"said = ''\ntry:\n    {ASK}\nexcept OSError as error:\n    said = str(error)",
        "assert 'without a network, and this one asked for example.org' in said, said",
        f"import subprocess, sys\ndone = subprocess.run([sys.executable, '-c', '{ASK}'], capture_output=True)",
        "assert b'without a network' in done.stderr, done.stderr",
        "assert 'coverage' not in sys.modules",
    )
    assert code == 0, said
    assert "s of 60 s" in said and "GiB of 1.2 GiB" in said


@pytest.mark.notebook
def test_a_notebook_that_warns_or_draws_without_names_fails_after_it_ran(tmp_path):
    code, said = run_notebook(
        tmp_path,
        "import os, warnings\nwarnings.warn('careful')",
        "os.write(2, b'from below')",
        "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 2]))",
    )
    assert code == 1 and "3 passed" in said, said
    assert "Cell 0: wrote to stderr" in said and "careful" in said
    assert "from below" in said and "Cell 2: a figure without a title" in said


def test_a_notebook_beyond_its_limit_fails_and_one_beyond_its_budget_is_marked():
    gib = notebook_run.GIB
    assert not notebook_run.excess(119, 1.5 * gib) and not notebook_run.excess(1, None)
    assert "took 121 s" in notebook_run.excess(121, gib)[0] and "1.70 GiB" in notebook_run.excess(1, 1.7 * gib)[0]
    assert "OVER" in notebook_run.cost(61, gib) and "OVER" in notebook_run.cost(1, 1.3 * gib)
    assert "OVER" not in notebook_run.cost(59, 1.1 * gib)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much a process held")
def test_peak_memory_is_that_of_the_process_not_of_its_parent():
    code = "import sys; x = bytearray(200 << 20); del x; print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        held = notebook_run.peak_memory(child.pid)
        child.stdin.close()
    assert 200 < held / 2**20 < 260


# ── where it runs ──

PLACES = {
    "Colab": ({}, ["google.colab"], True, "pull"),
    "Binder": ({"JPY_SESSION_NAME": "x", "BINDER_REPO_URL": "x"}, [], True, "live"),
    "Jupyter": ({"JPY_SESSION_NAME": "x"}, [], True, "live"),
    "VS Code": ({"VSCODE_PID": "1"}, [], True, "live"),
    "a kernel without a page": ({}, [], True, "static"),
    "plain Python": ({}, [], False, "static"),
}


@pytest.mark.parametrize("where", PLACES)
def test_the_place_is_known_by_what_it_leaves_in_the_process(where, monkeypatch):
    env, modules, kernel, labs = PLACES[where]
    for name in ("JPY_SESSION_NAME", "BINDER_REPO_URL", "VSCODE_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    for name in modules:
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    shell = types.SimpleNamespace(user_ns={}, **({"kernel": 1} if kernel else {}))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    found = environment.detect()
    assert (found.where, found.labs) == (where, labs)


def test_jupyterlab_shows_labs_live_and_runs_the_first_cell_as_it_is(chromium, lab_server):
    with chromium.new_page() as page:
        notebook = jupyter.Notebook(page, *lab_server).open(setup_cell.text(ADDRESS), name="first")
        notebook.run(0)
        said = notebook.output(0)
        notebook.shut_down()
    assert said.startswith("Jupyter · ") and "labs: live" in said


def test_setup_prints_one_line_and_takes_one_thread(capsys):
    torch.set_num_threads(2)
    environment.setup()
    assert torch.get_num_threads() == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and said.endswith("\n") and " · labs: " in said


# ── the first cell ──


def test_the_first_cell_is_two_lines_and_installs_from_the_projects_address():
    cell = setup_cell.text(ADDRESS)
    assert len(cell.splitlines()) == 2 and f"git+{ADDRESS}" in cell and "ADDRESS" not in cell


@pytest.mark.parametrize("there", [True, False])
def test_in_colab_setup_adds_only_what_pages_lack(there, monkeypatch, capsys):
    asked = []
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setitem(
        sys.modules,
        "IPython",
        types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(kernel=1, system=asked.append)),
    )
    monkeypatch.setattr(environment, "find_spec", lambda name: there or name == "psygnal" or None)
    environment.setup()
    assert asked == ([] if there else ["pip install -q --no-deps anywidget"])
    assert capsys.readouterr().out.startswith("Colab · ")


def project_at(folder):
    """A git repository of the files as they are here, tracked or not."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and name.startswith(("course/", "pyproject", "README", "LICENSE")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


FIRST_CELL = """
import sys, types
from IPython.core.interactiveshell import InteractiveShell
where = sys.argv[1]
if where == "google.colab._shell":
    sys.modules["google.colab"] = types.ModuleType("google.colab")
shell = type("Shell", (InteractiveShell,), {"__module__": where}).instance(colors="nocolor")
done = shell.run_cell(sys.argv[2])
if done.success:
    print(*(__import__(name).__file__ for name in ("course", "torch", "numpy", "plotly")), sep="\\n")
sys.exit(not done.success)
"""


@pytest.fixture(scope="module")
def first_cell(tmp_path_factory):
    """A function that runs the first cell in a new environment, which sees this one's packages but not the course, in a
    shell called `where`, with `project` in place of the project's address and nothing else that pip could fetch from;
    and that environment's packages.
    """
    folder = tmp_path_factory.mktemp("first")
    venv.create(folder / "colab", with_pip=True)
    (packages,) = (folder / "colab/lib").glob("*/site-packages")
    (packages / "beside.pth").write_text(sysconfig.get_path("purelib"))  # an editable course is not followed from here

    def run(where, project):
        here = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}  # IPython would go there
        env = here | {
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.file://{project}.insteadOf",
            "GIT_CONFIG_VALUE_0": ADDRESS, "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "IPYTHONDIR": str(folder),
            "PATH": f"{folder / 'colab/bin'}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        return subprocess.run(
            [folder / "colab/bin/python", "-c", FIRST_CELL, where, setup_cell.text(ADDRESS)],
            cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    return run, packages


def installed(packages):
    return {path.name.split("-")[0] for path in packages.glob("*.dist-info")} - {"pip", "setuptools"}


@pytest.mark.notebook
@pytest.mark.parametrize(("where", "pip"), [("google.colab._shell", True), ("ipykernel.zmqshell", False)])
def test_without_the_course_the_first_cell_says_what_to_do_and_only_in_colab_tries_to_fetch_it(first_cell, where, pip):
    run, packages = first_cell
    done = run(where, "/nowhere")
    assert done.returncode == 1 and not installed(packages)
    assert ("fatal: '/nowhere' does not appear to be a git repository" in done.stdout) == pip
    assert "No module named 'course'" in done.stdout
    assert "# No course? In Colab go online; else: uv run course lab" in done.stdout


@pytest.mark.notebook
def test_in_colab_the_first_cell_adds_the_course_and_leaves_torch_numpy_and_plotly(first_cell, tmp_path):
    run, packages = first_cell
    project_at(tmp_path)
    done = run("google.colab._shell", tmp_path)
    assert done.returncode == 0, done.stdout
    line, library, *after = done.stdout.splitlines()
    assert line.startswith("Colab · ") and "labs: pull" in line
    assert Path(library).is_relative_to(packages)
    assert after == [__import__(name).__file__ for name in ("torch", "numpy", "plotly")]
    assert installed(packages) == {"course"}
    again = run("google.colab._shell", "/nowhere")
    assert again.returncode == 0 and line in again.stdout, "what is installed goes on without a network"


# ── Binder ──


def test_binder_takes_exact_versions_and_names_one_host():
    lines = (ROOT / "binder/requirements.txt").read_text().splitlines()
    hosts = [line for line in lines if "://" in line]
    assert hosts == ["--extra-index-url https://download.pytorch.org/whl/cpu"]
    pinned = {line.split("==")[0]: line for line in lines if line[0] not in "#-"}
    assert all("==" in line for line in pinned.values())
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.match(r"[\w-]+", need).group(): need for need in declared}
    assert set(names) - set(pinned) == {"torchvision"}
    assert pinned["torch"].endswith("+cpu") and not any(name.startswith(("nvidia", "cuda")) for name in pinned)


NO_TORCHVISION = """
import sys
sys.modules["torchvision"] = None
from course import Recipe, data, networks, plots
from course.labs import DepthLab, environment
environment.setup()
lab = DepthLab()
assert len(lab.train(kind="plain", depth=3, epochs=1, learning_rate=0.05).steps) == 22
assert lab.figure().data
"""


def test_the_course_runs_without_torchvision_as_in_binder():
    done = subprocess.run([sys.executable, "-c", NO_TORCHVISION], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
