"""The face of the library: what `import course` offers to a reader, an editor and a type checker."""

import os
import subprocess
import sys
from pathlib import Path

import course

ROOT = Path(course.__file__).parent.parent
SNIPPET = """
import course
reveal_type(course.fit)
reveal_type(course.labs.DepthLab)
reveal_type(course.networks.mlp("plain", 3))
course.nonsense
"""


def test_a_type_checker_knows_what_the_course_offers_and_what_it_does_not(tmp_path):
    (tmp_path / "snippet.py").write_text(SNIPPET)
    call = [sys.executable, "-m", "mypy", "--strict", str(tmp_path / "snippet.py")]
    there = os.environ | {"MYPYPATH": str(ROOT)}
    said = subprocess.run(call, cwd=ROOT, env=there, capture_output=True, text=True).stdout
    fit, lab, net, nonsense = [line for line in said.splitlines() if "snippet.py" in line]
    assert "def (model: " in fit and fit.endswith('-> course.records.Run"'), fit
    assert "def (" in lab and lab.endswith('-> course.labs.depth.DepthLab"'), lab
    assert net.endswith('torch.nn.modules.container.Sequential"'), net
    assert 'no attribute "nonsense"' in nonsense, nonsense
    assert (ROOT / "course" / "py.typed").exists(), "without it a checker does not look at an installed course"


def test_dir_shows_every_public_room_and_none_is_loaded_before_it_is_used():
    rooms = {"data", "exercises", "labs", "measure", "networks", "papers", "plots", "sweeps", "themes", "views"}
    assert rooms <= set(dir(course))
    code = "import sys, course; dir(course); print([m for m in sys.modules if m.startswith('course.')], course.labs)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert said.startswith("[] <module 'course.labs'"), said
