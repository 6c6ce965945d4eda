"""A real JupyterLab and notebooks in it, for the tests that look at labs as a reader does."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
IDLE = (
    "() => { const k = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;"
    " return k?.status === 'idle' && k.connectionStatus === 'connected' }"
)
RESTED = "() => ![...document.querySelectorAll('.jp-InputArea-prompt')].some(e => e.textContent.includes('*'))"


@contextmanager
def server(folder, home, python=sys.executable, **settings):
    """A JupyterLab that serves `folder`: (address, token, log). `settings` are those of the theme."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    for name, value in (SETTINGS | settings).items():
        package, plugin = name.split(":")
        file = home / "settings" / package / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))
    env = os.environ | {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "ws"),
    }
    token, log = secrets.token_hex(12), home / "server.log"
    command = [python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--port={port}",
               f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
               "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    with log.open("w") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=2).read()
                break
            except OSError:
                assert time.monotonic() < deadline and process.poll() is None, log.read_text()
                time.sleep(0.2)
        yield address, token, log
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


class Notebook:
    """One notebook in a browser page."""

    def __init__(self, page, address, token, folder):
        self.page, self.address, self.token, self.folder = page, address, token, folder
        self.problems = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def open(self, *cells, name="lab"):
        """Write a notebook of code cells and open it."""
        rest = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        made = [rest | {"id": f"c{i}", "source": cell} for i, cell in enumerate(cells)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": made}
        (self.folder / f"{name}.ipynb").write_text(json.dumps(content))
        self.load(name)
        return self

    def load(self, name="lab"):
        """Open the page, or load it anew."""
        self.page.goto(f"{self.address}/doc/tree/{name}.ipynb?token={self.token}", wait_until="domcontentloaded")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function(IDLE, timeout=60_000)

    def run(self, cell, wait=True):
        """Run one cell, and wait for its end."""
        self.page.evaluate(
            "i => { const app = window.jupyterapp; app.shell.currentWidget.content.activeCellIndex = i;"
            " void app.commands.execute('notebook:run-cell') }",
            cell,
        )
        if wait:
            self.page.wait_for_timeout(100)
            self.rest()

    def rest(self):
        """Wait until no cell runs."""
        self.page.wait_for_function(RESTED, timeout=60_000)

    def cell(self, number):
        """A cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def output(self, number):
        """The text of a cell's outputs."""
        return self.cell(number).locator(".jp-OutputArea").inner_text()

    def command(self, name, **args):
        """Run a command of JupyterLab."""
        self.page.evaluate("([name, args]) => void window.jupyterapp.commands.execute(name, args)", [name, args])

    def save(self):
        """Save the notebook, and wait until it is: its content."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save').then(() => {})")
        return json.loads((self.folder / self.page.url.split("/tree/")[1].split("?")[0]).read_text())

    def until(self, condition, seconds=30):
        """Wait for what only Python can tell."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited too long"
            self.page.wait_for_timeout(20)

    def theme(self, name):
        """Change JupyterLab's theme to "light" or "dark". A splash that is shown again while it fades, for 200 ms, is
        taken away twice, and JupyterLab throws: the one before has to be gone.
        """
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")
        self.command("apputils:change-theme", theme=f"JupyterLab {name.title()}")
        is_light = str(name == "light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")

    def shut_down(self):
        """End the kernel."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget?.sessionContext.shutdown()")
