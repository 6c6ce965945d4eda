import os
import signal
from pathlib import Path

import jupyter
import pytest
import torch

torch.set_num_threads(1)
signal.signal(signal.SIGINT, signal.default_int_handler)  # `nohup pytest &` has it ignored, which children inherit

CHROMIUM = [Path(f"/usr/bin/{name}") for name in ("chromium", "chromium-browser", "google-chrome")]
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    """A browser. Without one its tests are skipped, but not where `CI` is set: there they would never run."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a machine that is busy with other things is slow, and not wrong
    found = next((path for path in CHROMIUM if path.exists()), None)
    if found is None:
        reason = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab_server(chromium, tmp_path_factory):
    """One JupyterLab for all tests: (address, token, folder of notebooks). Nothing may go wrong in it."""
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyter.server(folder, tmp_path_factory.mktemp("home")) as (address, token, log):
        yield address, token, folder
        assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def offline_page(chromium):
    """A browser page without a network that collects what goes wrong in `page.problems`."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light", offline=True)
    page = context.new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    own = ("file:", "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else page.problems.append(request.url))
    yield page
    context.close()
