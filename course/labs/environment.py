"""Where this Python runs, on which device, and how labs work there: what the first cell of a chapter says."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import torch

from course import devices, terminal

LABS = {
    "live": "live, networks train while you watch",
    "pull": "pull, the page asks for what is new because nothing is sent to it while no cell runs",
    "static": "static, there is no page to draw on",
}


@dataclass(frozen=True)
class Place:
    """Where a notebook runs. `labs` is "live", "pull" or "static"; as text it is one line that says all three."""

    where: str
    device: torch.device
    labs: str

    def __str__(self) -> str:
        return f"{self.where} · {devices.describe(self.device)} · labs: {LABS[self.labs]}"


def setup() -> None:
    """What the first cell of a chapter calls: one torch thread, repeatable cuDNN, and a line that says where it runs.
    Where a page is live, Plotly's figures follow its theme from now on.
    In Colab it first adds what labs need and Colab lacks; what is there stays as it is.

    >>> setup()  # doctest: +ELLIPSIS
    plain Python · ... · labs: static, there is no page to draw on
    """
    if "google.colab" in sys.modules:
        _complete()
    torch.set_num_threads(1)  # more are slower for networks this small, and two threads give another curve than one
    torch.backends.cudnn.deterministic = True
    place = detect()
    if place.labs == "live":
        from course import plots  # Plotly is not loaded where no page would show it

        _shell().display_pub.publish({"text/html": f"<style>{plots.stylesheet()}</style>", "text/plain": ""})
    terminal.say(str(place))


def detect() -> Place:
    """Where this Python runs: Colab, Binder, Jupyter, VS Code, a kernel that no page shows (nbclient, nbval), or plain
    Python; on the device that `devices.choose` takes.
    """
    where, labs = _where()
    return Place(where, devices.choose(), labs)


def _complete() -> None:
    """Install what is missing of what Colab may not have, by the shell: there it alone shows what pip says."""
    missing = [name for name in ("anywidget", "psygnal") if find_spec(name) is None]
    if missing:
        sys.modules["IPython"].get_ipython().system(f"pip install -q --no-deps {' '.join(missing)}")


def _where() -> tuple[str, str]:
    shell = _shell()
    if "google.colab" in sys.modules:
        return "Colab", "pull"
    if shell is None:
        return "plain Python", "static"
    if "JPY_SESSION_NAME" in os.environ:  # Jupyter's server sets it for each notebook that a page has opened
        return "Binder" if "BINDER_REPO_URL" in os.environ else "Jupyter", "live"
    if "__vsc_ipynb_file__" in shell.user_ns or "VSCODE_PID" in os.environ:
        return "VS Code", "live"
    return "a kernel without a page", "static"


def _shell() -> Any:
    """IPython's shell if it runs in a kernel; IPython in a terminal has no cells either."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    return shell if hasattr(shell, "kernel") else None
