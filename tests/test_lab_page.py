"""The labs as a reader has them: a real JupyterLab in a real browser."""

import base64
import json
import subprocess
import sys
from itertools import pairwise

import jupyter
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import expect

from course import drawings, views, wording
from course.labs import recordings
from course.page.fallback import Fallback
from course.page.style import script

LAB = "from course.labs import DepthLab\nlab = DepthLab(); lab"
THREADS = """import threading
threads = [t for t in threading.enumerate() if t.name.startswith("course")]
[t.join(30) for t in threads]  # the page's draws once more before it ends
[t.name for t in threads if t.is_alive()]"""
EDGES = "words => words.map((word) => word.getBoundingClientRect()).map(({ left, right }) => [left, right])"
BUSY = """import pathlib, time
print("asleep")
while not pathlib.Path("wake").exists():
    time.sleep(0.02)
print("awake")"""
LONG = "lab.set(kind='highway', depth=50, epochs=300, learning_rate=0.01)"


@pytest.fixture
def notebook(chromium, lab_server):
    """A page on the server; nothing may go wrong in its scripts, and its kernel is shut down."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    found = jupyter.Notebook(context.new_page(), *lab_server)
    yield found
    assert not found.problems
    found.shut_down()
    context.close()


def button(notebook, name):
    return notebook.page.locator(".dl .btn", has_text=name).first


def status(notebook):
    return notebook.page.locator(".dl .status").first


def labels(notebook):
    return notebook.page.locator(".dl .dlab")


def steps(notebook):
    """The step in the status line."""
    return int(status(notebook).inner_text().split("Step ")[1].split()[0])


def training(notebook, at_least=3):
    """Wait until a run is visibly under way."""
    expect(status(notebook)).to_contain_text("Step ")
    notebook.until(lambda: steps(notebook) >= at_least)


def asked(notebook, code, cell):
    """What a cell prints when it is run now."""
    notebook.page.evaluate(
        "([i, code]) => window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.setSource(code)",
        [cell, code],
    )
    notebook.run(cell)
    return notebook.output(cell)


def test_drag_the_depth_press_train_and_watch_it_learn(notebook):
    notebook.open(LAB, THREADS)
    notebook.run(0)
    page = notebook.page
    by_rule = wording.rate(recordings.recorded("depth")["plain", 10].recipe.learning_rate)
    expect(status(notebook)).to_contain_text(f"Ready: plain 10, rate {by_rule}, by the rule.")
    figures = sorted(page.locator(".dl .ticks > *").evaluate_all(EDGES))
    assert len(figures) > 8 and all(a[1] < b[0] for a, b in pairwise(figures)), "two figures overlap"
    expect(page.locator(".jp-OutputArea-child").nth(1)).to_be_hidden()  # the picture, while the lab lives

    slider = page.get_by_label("Depth", exact=True)
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Depth, any number")).to_have_value("20")
    page.get_by_role("button", name="Train").focus()
    page.keyboard.press("Enter")
    expect(labels(notebook)).to_have_count(1)
    expect(status(notebook)).to_contain_text("Finished plain 20: training loss")
    expect(button(notebook, "Train")).to_be_focused()

    page.get_by_role("radio", name="highway").check()
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("Finished highway 20: training loss")
    expect(labels(notebook)).to_have_count(2)
    assert "rate 0.125" in page.locator(".runs").inner_text()
    given = [(r["kind"], r["depth"], r["seed"], r["host"], r["state"], len(r["losses"]), r["loss"] > 0)
             for r in page.evaluate("() => courseLab.runs()")]  # fmt: skip
    assert given == [(kind, 20, 0, "kernel", "finished", 330, True) for kind in ("plain", "highway")]
    for axis in ("accuracy", "linear", "log", "epoch", "seconds", "step"):
        page.locator(".dl-views").get_by_role("radio", name=axis, exact=True).check()
    before = labels(notebook).last.inner_text()
    page.get_by_label("Read values").focus()
    page.keyboard.press("PageDown")
    expect(labels(notebook).last).not_to_have_text(before)

    bars = page.locator(".dl .pane.strip").first
    bars.click(position={"x": 200, "y": bars.bounding_box()["height"] / 2})
    expect(status(notebook)).to_contain_text("Highway 20 without layer 11: error")
    given = page.evaluate("() => courseLab.runs().at(-1).changes")
    told = "import json; print(json.dumps([[each.label, each.loss, each.accuracy] for each in lab.runs[1].changes]))"
    assert json.dumps([[each["label"], each["loss"], each["test"]] for each in given]) in asked(notebook, told, 1)

    page.get_by_role("button", name="Remove run 1").click()
    expect(labels(notebook)).to_have_count(1)
    button(notebook, "Reset").click()
    expect(page.locator(".dl .empty")).to_contain_text("No run yet")
    assert asked(notebook, THREADS, 1).strip().endswith("[]"), "no thread is left behind"


def test_a_figure_is_plotlys_where_plotly_is_although_it_carries_a_picture(notebook):
    notebook.open("from course import plots; plots.layers([1e-3, 1e-2, 1])")
    notebook.run(0)
    expect(notebook.cell(0).locator(".jp-RenderedPlotly")).to_be_visible()
    expect(notebook.cell(0).locator(".jp-RenderedSVG")).to_have_count(0)


def test_whoever_does_not_trust_a_notebook_sees_its_drawings_and_reads_what_a_lab_shows(notebook):
    """Jupyter leaves scripts, styles and SVG out of such outputs; those of a cell that is run here are trusted."""
    shown = {
        "drawing": drawings.highway({-2.0: 0.25, 0.0: 0.5}),
        "lab": Fallback([views.of_lab([])], "1 plain 10: finished, training loss 1.81"),
    }
    source = "from course import drawings; drawings.highway({-2.0: 0.25, 0.0: 0.5})"
    cells = [new_code_cell(source if name == "drawing" else "") for name in shown]
    for cell, value in zip(cells, shown.values(), strict=True):
        cell.outputs = [new_output("execute_result", value._repr_mimebundle_())]
    made = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    nbformat.write(made, notebook.folder / "theirs.ipynb")
    notebook.load("theirs")
    drawing, image = notebook.cell(0), notebook.cell(0).locator("img.untrusted")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") == 700 and image.get_attribute("alt").startswith("A gate dec")
    expect(drawing.get_by_text("carry gate")).to_be_hidden()
    expect(drawing.get_by_text("Play")).to_be_hidden()
    expect(notebook.cell(1).locator(".jp-OutputArea-output")).to_have_text("1 plain 10: finished, training loss 1.81")
    notebook.run(0)
    expect(drawing.locator(".course-drawing svg")).to_be_visible(timeout=60_000)
    expect(image).to_be_hidden()
    expect(drawing.get_by_text("Play")).to_be_visible()


@pytest.mark.parametrize("way", ["restartKernel", "shutdown"])
def test_a_lab_whose_kernel_is_gone_says_so_and_the_page_can_train_instead(notebook, way):
    notebook.open("from course.labs import DepthLab, InitLab, Prediction\nlab = DepthLab(); lab", "InitLab()",
                  "Prediction('Which?', ['a', 'b'])")  # fmt: skip
    for cell in range(3):
        notebook.run(cell)
    expect(status(notebook)).to_contain_text("Ready")
    notebook.page.evaluate(f"() => void window.jupyterapp.shell.currentWidget.sessionContext.{way}()")
    for cell in range(3):
        alert = notebook.cell(cell).locator(".status.alert")
        expect(alert).to_contain_text("is gone; what you see is its last state. Run this cell")
    notebook.page.get_by_role("button", name="Train in this page").click()
    expect(status(notebook)).to_contain_text("It trains in this page.")
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("Finished plain 10")
    if way == "restartKernel":
        notebook.page.wait_for_function(jupyter.IDLE)  # it is there again before it is shut down


@pytest.mark.parametrize(("name", "control", "key", "before"), [
    ("SGDLab", "Momentum", "ArrowLeft", ["rate 0.005", "rate 0.2", "rate 0.05"]),
    ("DropoutLab", "Share of units dropped", "ArrowRight", ["dropout 0", "dropout 0.5"]),
])  # fmt: skip
def test_a_moved_control_makes_another_curve_beside_the_recorded_ones(notebook, name, control, key, before):
    notebook.open(f"from course.labs import {name}\nlab = {name}(); lab", "[r.run.loss for r in lab.runs]")
    notebook.run(0)
    rows, names = notebook.page.locator("table.runs tbody tr"), notebook.page.locator(".dlab .name")
    for count in (len(before), len(before) + 1):
        expect(names).to_have_text(before)
        button(notebook, "Train").click()
        expect(rows).to_have_count(count)
        expect(status(notebook)).to_contain_text("Finished")
        slider = notebook.page.get_by_label(control, exact=True)
        slider.focus()
        for _ in range(5):
            notebook.page.keyboard.press(key)
        expect(status(notebook)).to_contain_text("Ready")
    expect(rows.filter(has_text="recorded")).to_have_count(len(before) - 1)
    assert len(set(names.all_inner_texts())) == len(before) + 1, "each run is labelled by the setting that was moved"
    notebook.run(1)
    losses = json.loads(notebook.output(1).splitlines()[-1])
    assert len(losses) == 2 and losses[0] != losses[1]


def test_stop_does_not_wait_for_a_busy_cell_and_other_cells_are_answered(notebook):
    notebook.open(LAB, LONG, "print(6 * 7)", BUSY)
    notebook.run(0)
    notebook.run(1)
    button(notebook, "Train").click()
    training(notebook)
    notebook.run(2)
    assert "42" in notebook.output(2), "a cell is answered while it trains"
    notebook.run(3, wait=False)
    expect(notebook.cell(3)).to_contain_text("asleep")
    training(notebook, steps(notebook) + 5)  # curves grow while a cell is busy
    button(notebook, "Stop").click()
    expect(status(notebook)).to_contain_text("Stopped highway 50 at step")
    assert "awake" not in notebook.output(3), "the cell still sleeps"
    expect(button(notebook, "Stop")).to_have_attribute("aria-disabled", "true")
    (notebook.folder / "wake").touch()
    notebook.rest()
    assert "awake" in notebook.output(3)


def test_a_reloaded_page_and_a_second_tab_show_the_run_that_goes_on(notebook, lab_server):
    notebook.open(LAB, LONG)
    notebook.run(0)
    notebook.run(1)
    button(notebook, "Train").click()
    training(notebook, 20)
    notebook.save()
    notebook.load()
    expect(labels(notebook)).to_have_count(1)
    training(notebook, 40)

    second = jupyter.Notebook(notebook.page.context.new_page(), *lab_server)
    second.load()
    expect(labels(second)).to_have_count(1)
    button(second, "Stop").click()
    for each in (notebook, second):
        expect(status(each)).to_contain_text("Stopped highway 50 at step")
    assert status(notebook).inner_text() == status(second).inner_text()
    assert not second.problems


def test_cells_run_again_two_labs_and_closed_outputs_leave_nothing_behind(notebook):
    notebook.open(LAB, LONG, THREADS, LAB.replace("lab", "other").replace("course.others", "course.labs"))
    notebook.run(0)
    notebook.run(1)
    button(notebook, "Train").dblclick()
    training(notebook)
    expect(labels(notebook)).to_have_count(1)
    notebook.run(3)
    page = notebook.page
    two = page.locator(".dl").nth(1)
    two.locator(".btn.primary").click()
    expect(two.locator(".status")).to_contain_text("Finished plain 10")

    notebook.run(0)
    expect(page.locator(".dl").first.locator(".chip")).to_contain_text("Recorded")
    page.wait_for_timeout(500)
    notebook.run(2)
    assert notebook.output(2).strip().endswith("[]"), "the run of the closed lab has stopped"
    assert "[1]" in asked(notebook, "[r.number for r in other.runs]", 2)


def test_a_machine_that_is_slow_is_offered_the_recording(notebook):
    kept = "from course.labs import recordings\nkept = recordings.recorded('depth')['highway', 100]\n"
    fast = f"{kept}kept.header['steps_per_second'] = 1e6"
    notebook.open(LAB.replace("DepthLab()", "DepthLab(kind='highway', depth=100)"), fast)
    notebook.run(0)
    notebook.run(1)
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("times slower than the recording")
    button(notebook, "Show the recording").click()
    expect(labels(notebook)).to_have_count(2)
    expect(notebook.page.locator(".runs")).to_contain_text("highway 100, recorded")


def test_interrupt_stops_training_in_a_cell_and_keeps_the_run(notebook):
    notebook.open(LAB, "run = lab.train(kind='highway', depth=50, epochs=300, learning_rate=0.01)", "run.status")
    notebook.run(0)
    notebook.run(1, wait=False)
    training(notebook, 20)
    notebook.command("notebook:interrupt-kernel")
    notebook.rest()
    assert "Traceback" not in notebook.output(1)
    expect(status(notebook)).to_contain_text("Stopped highway 50")
    assert "stopped" in asked(notebook, "run.status", 2)


def test_an_export_shows_a_picture_and_after_a_restart_the_lab_can_be_run_again(notebook, tmp_path):
    notebook.open(LAB, name="shown")
    notebook.run(0)
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("Finished plain 10")
    notebook.until(lambda: "plain 10" in "".join(notebook.save()["cells"][0]["outputs"][1]["data"]["image/svg+xml"]))
    outputs = notebook.save()["cells"][0]["outputs"]
    assert len(outputs) == 2
    assert "finished" in "".join(outputs[1]["data"]["text/plain"])
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "html",
        str(notebook.folder / "shown.ipynb"),
        "--output-dir",
        str(tmp_path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    html = (tmp_path / "shown.html").read_text()
    page = notebook.page.context.new_page()
    page.set_content(html)
    picture = page.locator("img[src^='data:image/svg']")
    assert "Training loss, nats" in base64.b64decode(picture.get_attribute("src").split(",")[1]).decode()
    assert "model not found" not in html

    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    notebook.page.wait_for_function(jupyter.IDLE)
    notebook.run(0)
    expect(notebook.page.locator(".chip")).to_contain_text("Recorded")
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("Finished plain 10")


BREAKS = """
from torch import nn
class Breaks(nn.Module):
    def __init__(self):
        super().__init__()
        self.net, self.calls = networks.mlp("plain", 3), 0
    def forward(self, x):
        self.calls += self.training
        if self.calls > 10: raise RuntimeError("CUDA out of memory")
        return self.net(x)
"""


def test_what_goes_wrong_is_said_on_the_page(notebook):
    broken = "DepthLab(networks={'mine': Breaks()}, learning_rate=0.05)"
    mirrors = (
        "from torchvision import datasets; datasets.MNIST.mirrors = ['http://127.0.0.1:9/']; lab.set(data='mnist')"
    )
    notebook.open(
        LAB, f"import os; os.environ['COURSE_DATA'] = '.'; {mirrors}", f"from course import networks{BREAKS}{broken}"
    )
    notebook.run(0)
    page = notebook.page
    page.get_by_role("checkbox", name="by the rule").uncheck()
    page.get_by_label("Learning rate").focus()
    page.keyboard.press("End")
    page.get_by_label("Depth, any number").fill("20")
    page.keyboard.press("Enter")
    expect(status(notebook)).to_contain_text("Ready: plain 20")
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("diverged at step")
    assert "Lower the learning rate" in status(notebook).inner_text()
    notebook.run(1)
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("mnist could not be downloaded")
    assert "digits" in status(notebook).inner_text() and labels(notebook).count() == 0
    assert page.locator(".runs tbody tr").count() == 1, "the older run stays"
    notebook.run(2)
    two = page.locator(".dl").nth(1)
    two.locator(".btn.primary").click()
    expect(two.locator(".status")).to_contain_text("failed after 10 steps: RuntimeError: CUDA out of memory")
    expect(two.locator(".dlab")).to_have_count(1)


def test_where_nothing_reaches_the_page_it_asks(notebook):
    made = "DepthLab(kind='highway', depth=50, epochs=300, learning_rate=0.01)"
    asks = "\nfrom course.page import page_of\npage_of(lab).pushes = False\nlab"
    notebook.open(LAB.replace("DepthLab()", made) + asks)
    notebook.run(0)
    button(notebook, "Train").click()
    expect(notebook.page.locator(".dl-foot")).to_contain_text("Pulled")
    training(notebook)
    training(notebook, steps(notebook) + 5)
    button(notebook, "Stop").click()
    expect(status(notebook)).to_contain_text("Stopped")


def test_predict_keeps_the_answer_and_hides_the_curves_until_then(notebook):
    alone = "from course.labs import DepthLab, predict\nq = predict('10 or 50 layers'); q"
    inside = "lab = DepthLab(depth=3, question=predict('How low?', ['0.1', '0.001'])); lab"
    notebook.open(alone, inside, "0")
    notebook.run(0)
    card = notebook.cell(0)
    lock = card.get_by_role("button", name="Lock in")
    expect(lock).to_have_attribute("aria-disabled", "true")
    card.get_by_role("radio", name="50 layers").check()
    lock.click()
    expect(card.locator(".outcome")).to_contain_text("50 layers")
    expect(card.locator(".outcome")).to_contain_text("times lower; not as predicted")
    assert "50 layers" in asked(notebook, "q.answer", 2)
    notebook.run(1)
    lab = notebook.cell(1)
    button(notebook, "Train").click()
    expect(lab.locator(".status")).to_contain_text("Answer the question first")
    lab.get_by_role("radio", name="0.001").check()
    lab.get_by_role("button", name="Lock in and train").click()
    expect(lab.locator(".status")).to_contain_text("Finished plain 3")
    expect(lab.locator(".outcome")).to_contain_text("plain 3: ")
    assert "0.001" in lab.locator(".outcome .tag").inner_text()


def test_given_networks_train_one_after_another(notebook):
    notebook.open(
        "from course import networks\nfrom course.labs import DepthLab\nshallow = networks.mlp('plain', 5)\n"
        "made = {'5': shallow, '12, deepened': networks.deepen_with_identity(shallow, 12)}\n"
        "lab = DepthLab(networks=made, learning_rate=0.05, epochs=2); lab"
    )
    notebook.run(0)
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("Finished 12, deepened")
    expect(labels(notebook)).to_have_count(2)


def test_every_width_and_theme_can_be_used_by_everybody(notebook):
    notebook.page.emulate_media(reduced_motion="reduce")
    notebook.open(LAB)
    notebook.run(0)
    page = notebook.page
    button(notebook, "Train").click()
    expect(status(notebook)).to_contain_text("Finished plain 10")
    for theme, width in (("light", 1920), ("light", 600), ("dark", 600), ("dark", 1280)):
        notebook.theme(theme)
        page.set_viewport_size({"width": width, "height": 1000})
        expect(page.locator(".dl").first).to_have_attribute("data-theme", theme)
        page.wait_for_function(
            "() => { const d = document.querySelector('.dl'); return d.scrollWidth - d.clientWidth <= 1 }"
        )
        small = page.evaluate(
            "() => [...document.querySelectorAll('.dl button, .dl input, .dl select')].filter(e => e.offsetParent)"
            ".map(e => [e.outerHTML.slice(0, 60), (e.closest('label') || e).getBoundingClientRect()])"
            ".filter(([_, b]) => Math.min(b.width, b.height) < 24).map(([html]) => html)"
        )
        assert not small, f"targets under 24 px: {small}"
        found = Axe().run(page, context=".dl").response["violations"]
        assert not [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]


DRAWN_IN_THEME = """(theme) => {
  const root = document.querySelector(".dl");
  const drawn = (canvas, name, x, wide) => {
    const colour = getComputedStyle(root).getPropertyValue(name).trim();
    const wanted = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)).join();
    const { data } = canvas.getContext("2d").getImageData(x, 0, wide, canvas.height);
    const pixels = Array.from({ length: wide * canvas.height }, (_, i) => data.slice(4 * i, 4 * i + 3).join());
    return pixels.includes(wanted);
  };
  const glyph = root.querySelector(".depth canvas");
  const grid = [...root.querySelectorAll("canvas")].some((c) => c.width && drawn(c, "--grid", c.width >> 1, 1));
  return root.dataset.theme === theme && grid && glyph.width && drawn(glyph, "--k-plain", 0, glyph.width);
}"""


def test_curves_and_layers_follow_a_theme_that_changes_while_they_stand_there(notebook):
    notebook.page.emulate_media(reduced_motion="reduce")  # the recording stands at its end at once
    notebook.open(LAB)
    notebook.run(0)
    expect(notebook.page.locator(".dl").first).to_be_visible()
    for theme in ("light", "dark", "light"):
        notebook.theme(theme)
        notebook.page.wait_for_function(DRAWN_IN_THEME, arg=theme)


def test_the_same_settings_give_the_same_curve_whatever_another_cell_draws(notebook):
    busy = "import torch\ntorch.manual_seed(1)\nfor _ in range(3000): torch.randn(50, 50) @ torch.randn(50, 50)"
    alone = "alone = DepthLab().train(kind='stochastic_depth', depth=20, epochs=4, learning_rate=0.05)\n"
    same = "[r[:6] for r in alone.records] == [r[:6] for r in lab.runs[0].run.records]"
    notebook.open(LAB, "lab.set(kind='stochastic_depth', depth=20, epochs=4, learning_rate=0.05)", busy, alone + same)
    notebook.run(0)
    notebook.run(1)
    button(notebook, "Train").click()
    notebook.run(2)
    expect(status(notebook)).to_contain_text("Finished stochastic depth 20")
    notebook.run(3)
    assert "True" in notebook.output(3)


def test_a_long_curve_is_thinned_to_its_extremes(offline_page):
    offline_page.add_script_tag(content=script("canvas.js"))
    drawn = offline_page.evaluate(
        """() => {
          const ys = [], keep = (x, y) => ys.push(y), g = { beginPath() {}, stroke() {}, moveTo: keep, lineTo: keep };
          const value = (i) => (i === 54321 ? -7 : i === 77777 ? 9 : Math.sin(i / 50));
          trace(g, 100000, (i) => i / 250, value);
          return [ys.length, Math.min(...ys), Math.max(...ys), ys.at(-1) === value(99999)];
        }"""
    )
    assert drawn[0] <= 4 * 401 and drawn[1:] == [-7, 9, True]


def test_the_page_notices_a_hole_and_drops_what_comes_twice(offline_page):
    offline_page.add_script_tag(content=script("runs.js"))
    told = offline_page.evaluate(
        """() => {
          const runs = new Runs(), rows = (from, to) => {
            const series = [{ id: "1", start: from, stop: to }], all = [];
            for (let i = from; i < to; i++) all.push(i + 1, 0.5, 0.9, i / 10, 0, 0.5, 0.9);
            const head = { runs: [{ id: 1, status: "running", series }] };
            return runs.take(head, new DataView(new Float32Array(all).buffer));
          };
          const holes = [rows(0, 3), rows(5, 6), rows(0, 6), rows(2, 8)];
          return [holes, runs.list[0].data.steps];
        }"""
    )
    assert told == [[False, True, False, False], [1, 2, 3, 4, 5, 6, 7, 8]]
