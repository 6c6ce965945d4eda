"""JupyterLab on the course; and on one chapter for a hall: its cells have run, its code is folded, its type is large.

All that JupyterLab can be told it is told by its own settings, which lie in a folder for this one session: those of the
reader are neither read less nor changed.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from course import release, terminal, wording
from course.records import atomic

Settings = dict[str, dict[str, Any]]
QUIET: Settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
HALL: Settings = QUIET | {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/statusbar-extension:plugin": {"visible": False},
}
TYPE = {"overrides": {"content-font-size1": "26px", "code-font-size": "24px"}}  # which are a reader's alone to set
LARGE = "from course.labs.base import BaseLab; BaseLab.lecture = True"  # for the labs of the cells below
TRAIN = "_rehearsed = _; _rehearsed.train() if getattr(_rehearsed, 'trains', True) else None; None"
RECORDED = "print(getattr(_rehearsed, 'has_recordings', False))"
PATIENCE = 60.0  # seconds until the server must answer
SLOW, LONGEST = 5.0, 60  # seconds: a cell worth a word; training that no hall waits for


def open_course(notebooks: Path, more: Sequence[str] = ()) -> int:
    """Open the first chapter of a folder in JupyterLab, without the Launcher. Returns its exit code once it has ended.

    more: arguments of JupyterLab's own.
    """
    first = next(iter(sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))), None)
    where = [f"--LabApp.default_url=/lab/tree/{first.name}"] if first else []
    with _jupyter(notebooks, QUIET, *where, *more) as server:
        return _until_it_ends(server)


def lecture(root: Path, number: str, out: Path, more: Sequence[str] = ()) -> int:
    """Open a chapter such as "03" as a lecturer needs it, once its cells have run. Returns JupyterLab's exit code.

    The worked notebook is copied into the folder `out`, where a copy that is there already stays as it is. Raises
    ValueError for a chapter that is not there.
    """
    path = copied(root, number, out)
    token, port = secrets.token_hex(16), _free_port()
    address = f"http://127.0.0.1:{port}"
    own = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    with _jupyter(out, HALL, *own, *more, settings_dir=_settings_of(out)) as server:
        _wait_for(server, address, token)
        session = _asked(address, token, "sessions", {"path": path.name, "name": path.name, "type": "notebook",
                                                      "kernel": {"name": "python3"}})  # fmt: skip
        terminal.say(f"The cells of {path} run; then it opens.")
        asyncio.run(run_all(path, session["kernel"]["id"]))
        page = f"{address}/doc/tree/{path.name}?token={token}"
        if "--no-browser" not in more:
            webbrowser.open(page)
        terminal.say(page)
        return _until_it_ends(server)


def copied(root: Path, number: str, out: Path) -> Path:
    """The chapter for a hall: worked, its code folded, and what a hall skips folded as well."""
    [source] = release.chapters(root, number)
    path = out / source.name
    if path.exists():
        return path
    notebook = release.read(source)
    for cell in notebook["cells"]:
        cell["metadata"] |= _folds(cell)
    out.mkdir(parents=True, exist_ok=True)
    with atomic(path) as file:
        file.write(json.dumps(notebook, ensure_ascii=False, indent=1))
    return path


def _settings_of(out: Path) -> Path:
    """The lecturer's settings, those of the last time where there are any."""
    path = out / ".settings" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(json.dumps(TYPE), encoding="utf-8")
    return out / ".settings"


def _folds(cell: dict[str, Any]) -> dict[str, Any]:
    if cell["cell_type"] != "code":
        return {}
    skipped = cell["metadata"].get("slideshow", {}).get("slide_type") == "skip"
    shown = "show" in cell["metadata"].get("tags", ()) and not skipped
    return {"jupyter": {"source_hidden": not shown, "outputs_hidden": skipped}}


async def run_all(path: Path, kernel: str) -> None:
    """Run a notebook's cells in a kernel of this machine's server, labs large, and keep what they print in the file."""
    import nbformat
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_core.paths import jupyter_runtime_dir
    from nbclient import NotebookClient
    from nbformat.sign import NotebookNotary

    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    channel = AsyncKernelClient(connection_file=str(Path(jupyter_runtime_dir()) / f"kernel-{kernel}.json"))
    channel.load_connection_file()
    channel.start_channels(hb=False)  # a busy machine misses beats; the server watches its kernels itself
    try:
        await channel.wait_for_ready(timeout=PATIENCE)
        await channel.execute_interactive(LARGE, timeout=PATIENCE)
        client = NotebookClient(notebook, timeout=None, allow_errors=True, store_widget_state=False)
        client.kc = channel
        for index, cell in enumerate(notebook.cells):
            await client.async_execute_cell(cell, index)
    finally:
        channel.stop_channels()
    with atomic(path) as file:
        file.write(nbformat.writes(notebook))
    NotebookNotary().sign(notebook)  # who has run it trusts it; else JupyterLab leaves the labs out


def rehearse(root: Path, number: str) -> Iterator[str]:
    """Run a chapter's cells and train each of its labs, as in the hall; a line for whatever a lecturer must know.

    Raises ValueError for a chapter that is not there.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    [source] = release.chapters(root, number)
    notebook = nbformat.reads(json.dumps(release.read(source)), as_version=4)
    client = NotebookClient(notebook, allow_errors=True, interrupt_on_timeout=True, store_widget_state=False)
    begun = time.monotonic()

    def run(cell: Any, limit: int | None = None) -> float:
        client.timeout, since = limit, time.monotonic()
        notebook.cells.append(cell)
        client.execute_cell(cell, len(notebook.cells) - 1)
        return time.monotonic() - since

    with client.setup_kernel():
        for cell in [one for one in notebook.cells if one.cell_type == "code"]:
            took = run(cell)
            if failed := [output for output in cell.outputs if output.output_type == "error"]:
                yield f"{cell.id} fails: {failed[0].ename}: {failed[0].evalue}"
            elif took > SLOW:
                yield f"{cell.id} is slow: {wording.seconds(took)}"
            if "lab" in cell.metadata.get("tags", ()) and not failed:
                took, tried = run(new_code_cell(TRAIN), LONGEST), new_code_cell(RECORDED)
                run(tried)
                recorded = tried.outputs and tried.outputs[0].text.strip() == "True"
                yield of_lab(cell.id, took, recorded)
    yield f"{source.stem}: all of it in {wording.seconds(time.monotonic() - begun)}"


def of_lab(name: str, took: float, recorded: bool) -> str:
    """What a lecturer must know of a lab that was tried for so many seconds."""
    if took < LONGEST:
        return f"{name} trains in {wording.seconds(took)}"
    instead = "show its recording" if recorded else "it has no recording, so show the picture of the slides"
    return f"{name} had not trained after {LONGEST} s: {instead}"


@contextmanager
def _jupyter(
    folder: Path, settings: Settings, *arguments: str, settings_dir: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """JupyterLab on a folder. As root, too: whoever is root here has no other user to be, as in a container."""
    with TemporaryDirectory() as config:
        place = Path(config) / "labconfig"
        place.mkdir()
        (place / "default_setting_overrides.json").write_text(json.dumps(settings), encoding="utf-8")
        paths = [config, *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
        root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}", *root, *arguments]
        environment = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
        if settings_dir:
            environment["JUPYTERLAB_SETTINGS_DIR"] = str(settings_dir.resolve())
        with subprocess.Popen(command, env=environment) as server:
            try:
                yield server
            finally:
                if server.poll() is None:  # something went wrong before the reader ended it
                    server.terminate()


def _until_it_ends(server: subprocess.Popen[bytes]) -> int:
    while server.poll() is None:
        with suppress(KeyboardInterrupt):  # JupyterLab has heard it too, and asks whether to end
            server.wait()
    return 1 if server.returncode else 0


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
        return port


def _wait_for(server: subprocess.Popen[bytes], address: str, token: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError):
            _asked(address, token, "status")
            return
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("JupyterLab did not start; what it said stands above")
        time.sleep(0.1)


def _asked(address: str, token: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the server answers."""
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{address}/api/{what}", data, {"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
