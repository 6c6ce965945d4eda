"""A deck as PDF, printed by the Chromium of this machine."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from course.records import atomic

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
WAY = "install Chromium, or open the deck in a browser with ?print-pdf behind its address and print it there"
QUIET = ("--headless", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe")
READY = "'ready' in document.documentElement.dataset"
PIPED = "import os, sys; os.dup2({}, 3); os.dup2({}, 4); os.execv(sys.argv[1], sys.argv[1:])"  # as Chromium has them
PATIENCE, LOOK = 60.0, 0.05  # seconds until the deck must be laid out, and between two looks at it


def browser() -> str:
    """Chromium or what is built on it. Raises RuntimeError, with the way out, where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None) or (str(MAC) if MAC.exists() else None)
    if found is None or os.name == "nt":  # Windows gives a program no pipes but its three
        raise RuntimeError(f"a PDF is printed with Chromium, on Linux or macOS, which is not here; {WAY}")
    return found


def pdf(deck: Path, program: str) -> Path:
    """Print a deck, labs as stills, a slide a page, to a PDF beside it. Raises RuntimeError if the browser fails."""
    out = deck.with_suffix(".pdf")
    with _chromium(program) as tell:
        target = tell("Target.createTarget", url=f"{deck.resolve().as_uri()}?print-pdf")["targetId"]
        session = tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        until = time.monotonic() + PATIENCE
        while not tell("Runtime.evaluate", session, expression=READY)["result"].get("value"):
            if time.monotonic() > until:
                raise RuntimeError(f"{program} did not lay out {deck} within {PATIENCE:g} s; {WAY}")
            time.sleep(LOOK)
        printed = tell("Page.printToPDF", session, preferCSSPageSize=True, printBackground=True)
    with atomic(out, "wb") as file:
        file.write(base64.b64decode(printed["data"]))
    return out


@contextmanager
def _chromium(program: str) -> Iterator[Any]:
    """A browser without a window. Gives `tell(method, session, **arguments)` of the DevTools protocol, over pipes."""
    there, back = os.pipe(), os.pipe()
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()  # as root it runs no other way
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [program, *QUIET, *alone, f"--user-data-dir={home}"]
        silent = subprocess.DEVNULL
        piped = [sys.executable, "-ISc", PIPED.format(there[0], back[1]), *command]
        process = subprocess.Popen(piped, pass_fds=(there[0], back[1]), stdout=silent, stderr=silent)
        os.close(there[0])
        os.close(back[1])
        with os.fdopen(there[1], "wb", buffering=0) as ask, os.fdopen(back[0], "rb") as hear:
            try:
                yield _Line(program, ask, hear).tell
            finally:
                process.terminate()
                process.wait()


class _Line:
    """Questions and answers, each a line of JSON that a zero ends."""

    def __init__(self, program: str, ask: Any, hear: Any):
        self.program, self.ask, self.hear, self.count = program, ask, hear, 0

    def tell(self, method: str, session: str = "", **arguments: Any) -> dict[str, Any]:
        """Call a method and wait for what it returns."""
        self.count += 1
        said = {"id": self.count, "method": method, "params": arguments} | ({"sessionId": session} if session else {})
        try:
            self.ask.write(json.dumps(said).encode() + b"\0")
            answer = next(heard for heard in self._heard() if heard.get("id") == self.count)
        except (BrokenPipeError, StopIteration):
            raise RuntimeError(f"{self.program} ended before it had printed; {WAY}") from None
        if "error" in answer:
            raise RuntimeError(f"{self.program} does not print: {answer['error']['message']}; {WAY}")
        result: dict[str, Any] = answer["result"]
        return result

    def _heard(self) -> Iterator[dict[str, Any]]:
        kept = b""
        while part := self.hear.read1(65536):
            *whole, kept = (kept + part).split(b"\0")
            yield from map(json.loads, whole)
