"""The first code cell of every chapter. It is the same everywhere, but for the address that `course release` writes."""

CELL = """\
# The same in every chapter. In Colab it adds the course to what is there; elsewhere it installs nothing.
import subprocess
import sys
from importlib.util import find_spec

if find_spec("course") is None:
    if "google.colab" not in sys.modules:
        sys.exit("The course is not in this Python. In a terminal, in its folder, type: uv run course lab")
    missing = [name for name in ("anywidget", "psygnal") if find_spec(name) is None]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]  # torch, numpy and plotly stay as they are
    subprocess.run([*pip, "git+ADDRESS", *missing], check=True)

from course.labs import environment

environment.setup()"""


def text(address: str) -> str:
    """The cell that installs from `address`, the project's page on the host of its git repository.

    >>> text("https://example.org/course").count("git+https://example.org/course")
    1
    """
    return CELL.replace("ADDRESS", address)
