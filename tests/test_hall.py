"""A chapter in JupyterLab for a hall: run, folded, its labs alive and on one screen; and the rehearsal before it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

from course.cli import app
from course.lecture import jupyter
from course.page.alone import PAGES


def cell(name, source, *tags, slide="slide"):
    code = {"cell_type": "code", "outputs": [], "execution_count": None}
    return code | {"id": name, "source": source, "metadata": {"slideshow": {"slide_type": slide}, "tags": list(tags)}}


CELLS = [
    {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# 9 A lecture\n\nWords."},
    cell("imports", "from course.labs import DepthLab, IdentityLab", slide="skip"),
    cell("lab", "DepthLab(kind='highway', depth=4, width=20, epochs=2, learning_rate=0.05)", "lab"),
    cell("instant", "IdentityLab()", "lab"),
    cell("code", "6 * 7", "show"),
    cell("bad", "1 / 0"),
]


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A folder with one worked chapter."""
    (tmp_path / "solutions").mkdir()
    write(tmp_path, CELLS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, cells):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    (folder / "solutions" / "09_hall.ipynb").write_text(json.dumps(content))


@contextmanager
def opened(chapter):
    """The address of the lecture, once its cells have run."""
    command = [sys.executable, "-m", "course.cli", "lab", "--lecture", "9", "--out", "hall", "--no-browser"]
    with subprocess.Popen(
        command, cwd=chapter, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as lecture:
        try:
            assert lecture.stdout.readline() == "The cells of hall/09_hall.ipynb run; then it opens.\n"
            yield lecture.stdout.readline().strip()
        finally:
            os.killpg(lecture.pid, signal.SIGTERM)  # JupyterLab is its child


def test_a_lecture_has_run_is_folded_and_large_and_its_labs_are_alive_below_the_bars(chapter, chromium):
    with opened(chapter) as address:
        context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        page.goto(address)
        lab = page.locator(".dl", has=page.get_by_role("button", name="Reset"))
        expect(lab.locator(".status")).to_contain_text("Ready", timeout=60_000)
        bars = page.locator(".jp-Notebook").bounding_box()["y"]
        expect(page.locator(".dl.lecture")).to_have_count(2)
        for box in [one.bounding_box() for one in page.locator(".dl.lecture").all()]:
            assert box["height"] <= 1080 - bars
        expect(page.locator(".jp-CodeMirrorEditor:visible")).to_have_count(1)  # that tagged `show`
        words = page.locator(".jp-RenderedMarkdown p")
        assert words.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)") >= 24
        lab.get_by_role("button", name="Full screen").click()
        page.wait_for_function("() => document.fullscreenElement?.classList.contains('dl')")
        assert page.evaluate("() => document.fullscreenElement.scrollHeight <= innerHeight")
        page.keyboard.press("Space")
        expect(lab.locator(".status")).to_contain_text("Finished", timeout=60_000)
        lab.get_by_role("button", name="Full screen").click()
        lab.locator(".chart").click()
        page.keyboard.press("Space")
        expect(lab.locator(".badge")).not_to_have_count(1, timeout=60_000)
        context.close()


def test_every_lab_fits_between_the_bars_and_trains_by_the_space_bar(chapter, chromium):
    labs = [cell(f"lab-{i}", f"{lab.__name__}()", "lab") for i, lab in enumerate(PAGES.values())]
    write(chapter, [*CELLS[:1], cell("imports", "from course.labs import *", slide="skip"), *labs])
    with opened(chapter) as address:
        context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        page.goto(address)
        expect(page.locator(".dl.lecture")).to_have_count(len(labs), timeout=60_000)
        room = 1080 - page.locator(".jp-Notebook").bounding_box()["y"]
        for lab in page.locator(".dl.lecture").all():
            lab.scroll_into_view_if_needed()
            expect(lab.locator(".status")).not_to_have_text("")
            page.wait_for_function(
                "(one) => !one.matches('.instant') || one.querySelector('svg[role=img]')", arg=lab.element_handle()
            )
            assert lab.bounding_box()["height"] <= room, lab.locator("h2").text_content()
        capacity = page.locator(".dl", has_text="Capacity lab")
        capacity.locator(".dl-sheet").click()
        page.keyboard.press("Space")
        expect(capacity.locator(".status")).to_contain_text("Step 600", timeout=60_000)
        context.close()


def test_the_lecturers_copy_stays_as_it_is(chapter):
    path = jupyter.copied(chapter, "09", chapter / "hall")
    folds = {one["id"]: one["metadata"].get("jupyter") for one in json.loads(path.read_text("utf-8"))["cells"]}
    assert folds["lab"] == {"source_hidden": True, "outputs_hidden": False}
    assert folds["imports"]["outputs_hidden"] and not folds["code"]["source_hidden"] and folds["title"] is None
    path.write_text("mine")
    assert jupyter.copied(chapter, "09", chapter / "hall").read_text() == "mine"


def test_a_rehearsal_says_what_is_slow_what_fails_and_which_lab_needs_its_recording(chapter, monkeypatch):
    monkeypatch.setattr(jupyter, "SLOW", 0)
    done = CliRunner().invoke(app, ["lab", "--lecture", "9", "--rehearse"])
    said = done.output.splitlines()
    assert done.exit_code == 0 and [line.partition(" ")[0] for line in said] == [
        "imports", "lab", "lab", "instant", "instant", "code", "bad", "09_hall:",
    ]  # fmt: skip
    assert said[0].startswith("imports is slow: ") and said[2].startswith("lab trains in ")
    assert said[6] == "bad fails: ZeroDivisionError: division by zero"
    assert jupyter.of_lab("lab", 61, recorded=True) == "lab had not trained after 60 s: show its recording"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--rehearse"], "--rehearse goes with --lecture"), (["--lecture", "8"], "no chapter '08'")],
)
def test_what_cannot_be_opened_is_refused_in_one_line(chapter, arguments, said):
    done = CliRunner().invoke(app, ["lab", *arguments])
    assert done.exit_code == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1
