"""The depth lab as one file: it trains in Chromium, opened from the disk, with the network off."""

import base64
import gzip
import re
import subprocess
from functools import reduce
from operator import add
from pathlib import Path

import needs
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from firefox import firefox
from playwright.sync_api import expect
from typer.testing import CliRunner

from course import data, labs, networks, release, themes, wording
from course.cli import app
from course.labs.suggestions import SUGGESTIONS

ROOT = Path(__file__).parents[1]
LOSSES = Path(__file__).parent / "page" / "losses.mjs"
KERNELS = Path(labs.__file__).parent.parent / "page" / "engine" / "kernels.wasm"
MOST = 400_000  # bytes
TRAIN = """async () => {
  const train = () => [...document.querySelectorAll("button")].find((one) => one.textContent.startsWith("Train"));
  while (!train()) await new Promise(requestAnimationFrame);
  train().click();
  while (["running", undefined].includes(courseLab.runs()[0]?.state)) await new Promise(requestAnimationFrame);
  return courseLab.runs()[0];
}"""

COLOUR = """(family) => {
  const shown = document.querySelector(".dl").appendChild(document.createElement("i"));
  shown.style.color = `var(--k-${family})`;
  return getComputedStyle(shown).color;
}"""


@pytest.fixture
def opened(offline_page, tmp_path):
    """Opens a lab's page from the disk; at the end nothing may have gone wrong in it, and nothing was fetched."""

    def opened(lab, says="It trains in this page."):
        file = lab.save_html(tmp_path / "lab.html")
        assert file.stat().st_size <= MOST
        offline_page.goto(file.as_uri())
        expect(offline_page.locator(".status")).to_contain_text(says)
        return offline_page

    yield opened
    assert not offline_page.problems


def node_ends(kind):
    """The losses of the same run in node."""
    said = subprocess.check_output([needs.program("node"), LOSSES, kind, KERNELS], text=True)
    return [float(loss) for loss in said.split()]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def until(page, state):
    """The newest run, once it has come to a state."""
    page.wait_for_function("(state) => courseLab.runs().at(-1)?.state === state", arg=state)
    return page.evaluate("() => courseLab.runs().at(-1)")


def test_a_network_trains_in_the_page_and_ends_on_the_digits_that_node_ends_on(opened):
    page = opened(labs.DepthLab(depth=4, width=30, epochs=1, learning_rate=0.05))
    expect(page.get_by_label("Data")).to_have_count(0)
    for kind in ("plain_bn", "highway", "looks_linear"):
        page.locator(f"input[value={kind}]").check()
        press(page, "Train")
        run = until(page, "finished")
        kept = ("kind", "depth", "rate", "seed", "host", "state")
        assert [run[key] for key in kept] == [kind, 4, 0.05, 0, "engine", "finished"]
        losses = node_ends(kind)
        assert run["losses"] == np.float32(losses).tolist() and run["loss"] == reduce(add, losses) / 22
        assert 0.05 < run["testAccuracy"] <= 1
    expect(page.locator(".status")).to_contain_text("Finished looks-linear 4: training loss")
    expect(page.locator("table.runs tbody tr")).to_have_count(3)
    expect(page.locator(".dl-foot")).to_contain_text("trains in this page")
    assert [run["kind"] for run in page.evaluate("() => courseLab.runs()")] == ["plain_bn", "highway", "looks_linear"]
    found = Axe().run(page).response["violations"]
    assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


@pytest.mark.parametrize("made", [labs.SGDLab, labs.DropoutLab])
def test_a_lab_of_one_network_opens_with_its_recordings_each_in_the_colour_of_its_number(opened, made):
    lab, count = made(), len(made.recorded)
    page = opened(lab, f"Ready: {lab.title}, rate {wording.rate(lab.settings['learning_rate'])}.")
    page.wait_for_function("() => courseLab.runs().every((run) => run.losses.length > 40)")  # they play
    assert page.evaluate("() => courseLab.runs().map((run) => run.host)") == ["recording"] * count
    expect(page.locator("table.runs caption")).to_contain_text(f"{count} recorded; what you train is drawn beside them")
    coloured = page.evaluate("() => getComputedStyle(document.querySelector('.runs tr.new .badge')).backgroundColor")
    assert coloured == page.evaluate(COLOUR, list(themes.tokens()["kinds"])[count - 1])
    expect(page.locator(".dl-try")).to_have_text(f"Try: {SUGGESTIONS[made.name]}")
    expect(page.locator(".dl-views input:checked").first).to_have_attribute("value", lab.scale)
    press(page, "Train")
    page.wait_for_function("() => courseLab.runs().at(-1).state === 'finished'")
    hosts = page.evaluate("() => courseLab.runs().map((run) => run.host)")
    assert hosts == ["recording"] * (count - 1) + ["engine"], "the reader's own takes the place of its recording"
    strokes = page.evaluate("() => [...document.querySelectorAll('.runs .sample')].map((line) => line.children.length)")
    assert strokes == [2] * (count - 1) + [1], "recordings have a double line, as on the chart"
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_sgd_lab_trains_in_the_page_what_it_trains_in_the_kernel(opened):
    lab = labs.SGDLab(epochs=2, batch_size=30, weight_decay=0.01, schedule="cosine")
    page = opened(lab, "Ready: SGD lab, rate 0.05. It trains in this page.")
    press(page, "Train")
    run, kernel = until(page, "finished"), lab.train()
    assert run["losses"] == pytest.approx([record.loss for record in kernel.steps], rel=2e-3)
    assert run["testAccuracy"] == pytest.approx(kernel.test_accuracy, abs=0.003)
    expect(page.locator(".status")).to_contain_text("Finished run 1, rate 0.05, batch 30, decay 0.01, schedule cosine,")
    expect(page.locator(".chart .dlab")).to_contain_text("run 1")
    page.get_by_role("radio", name="steps").check()
    press(page, "Train")
    page.wait_for_function("() => courseLab.runs().filter((run) => run.state === 'finished').length === 2")
    expect(page.locator(".chart .dlab")).to_have_text([re.compile("schedule cosine"), re.compile("schedule steps")])


def test_the_dropout_lab_trains_in_the_page_and_looks_at_the_test_images(opened):
    page = opened(labs.DropoutLab(epochs=20, images=100, width=20), "Ready: Dropout lab, rate 0.02.")
    press(page, "Train")
    run = until(page, "finished")
    assert len(run["losses"]) == 20 and 0 < run["testAccuracy"] <= 1
    expect(page.locator(".status")).to_contain_text("Finished run 1, dropout 0.5: training loss")
    title = "Loss, nats: ○ test images, thin: training batches"
    expect(page.locator(".cap")).to_have_text(title)
    expect(page.locator(".chart .dlab").nth(1)).to_have_text("1training")
    expect(page.locator(".yt").last).to_have_text("3")  # nats, as this run ends above 1
    expect(page.locator(".strip")).to_be_hidden()


@pytest.mark.browser
def test_firefox_ends_on_the_same_digits(tmp_path):
    lab = labs.DepthLab(kind="highway", depth=4, width=30, epochs=1, learning_rate=0.05)
    file = lab.save_html(tmp_path / "lab.html")
    with firefox() as tab:
        tab.open(file.as_uri())
        run = tab.value(f"({TRAIN})()")
    losses = node_ends("highway")
    assert run["losses"] == np.float32(losses).tolist() and run["loss"] == reduce(add, losses) / 22
    assert run["state"] == "finished"


def test_the_rule_shows_its_trials_stop_keeps_what_there_is_and_a_new_run_follows_at_once(opened):
    page = opened(labs.DepthLab(kind="highway", depth=50, width=20))
    expect(page.locator(".status")).to_contain_text("the rule looks for a rate while you watch")
    press(page, "Train")
    expect(page.locator(".status")).to_contain_text("leads with loss")
    expect(page.locator(".chart")).to_contain_text("rate 0.")
    press(page, "Stop")
    stopped = until(page, "stopped")
    assert 0 < len(stopped["losses"]) < 330 and stopped["rate"] in [2.0**-k for k in range(13)]
    expect(page.locator(".status")).to_contain_text("Stopped highway 50 at step")
    page.get_by_label("Depth, any number").fill("1000")
    page.keyboard.press("Enter")
    page.get_by_label("Width").fill("50")
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("Ready: highway 1000, rate")
    press(page, "Train")
    page.wait_for_function("() => courseLab.runs().at(-1)?.losses.length > 0")
    press(page, "Reset")
    page.wait_for_function("() => courseLab.runs().length === 0")
    page.get_by_label("Depth, any number").fill("3")
    page.keyboard.press("Enter")
    page.get_by_label("Epochs").fill("1")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="by the rule").uncheck()
    press(page, "Train")
    assert len(until(page, "finished")["losses"]) == 22


def test_a_click_on_a_bar_leaves_its_layer_out_and_the_page_measures_what_the_kernel_does(opened):
    settings = {"kind": "plain", "depth": 5, "width": 30, "epochs": 3, "learning_rate": 0.05}
    page, lab = opened(labs.DepthLab(**settings)), labs.DepthLab()
    press(page, "Train")
    until(page, "finished")
    strip, tools = page.locator(".pane.strip"), page.locator(".bars")
    box = strip.bounding_box()

    def at(layer):
        return {"x": 150, "y": box["height"] * (1 - (layer - 0.5) / 5)}

    strip.hover(position=at(3))
    expect(strip.locator(".dv")).to_have_text("Leave out layer 3")
    strip.click(position=at(3))
    expect(page.locator(".status")).to_contain_text("Plain 5 without layer 3: error")
    expect(strip.locator(".dv")).to_have_text("Put layer 3 back")
    strip.click(position=at(3))
    expect(page.locator(".status")).to_contain_text("Plain 5 is whole again")
    tools.get_by_role("slider").focus()
    page.keyboard.press("End")
    page.keyboard.press("Delete")
    expect(page.locator(".status")).to_contain_text("without layer 4: error")
    tools.get_by_role("button", name="Swap it with…").click()
    tools.get_by_role("slider").focus()
    page.keyboard.press("Home")
    expect(tools.get_by_role("button", name="Swap layer 4 with 2")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("without layer 4, layers 2 and 4 swapped: error")
    strip.click(position=at(5))
    expect(page.locator(".status.alert")).to_contain_text(
        "layer 5 makes the scores of the 10 classes: nothing can take"
    )
    found = Axe().run(page).response["violations"]
    assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
    tools.get_by_role("button", name="Put all back").click()
    expect(tools.get_by_role("slider")).to_be_focused()
    lab.train(**settings)
    kernel = [lab.leave_out(3), (lab.put_back(), lab.leave_out(4))[1], lab.swap(4, 2)]
    [run] = page.evaluate("() => courseLab.runs()")
    assert [change["label"] for change in run["changes"]] == [change.label for change in kernel]
    for ours, theirs in zip(run["changes"], kernel, strict=True):
        assert ours["loss"] == pytest.approx(theirs.loss, rel=2e-3)
        assert ours["test"] == pytest.approx(theirs.accuracy, abs=0.006)
    rows = page.locator(".runs tr.change")
    expect(rows).to_contain_text([change.label for change in kernel])
    expect(rows.first).to_contain_text(f"error {wording.percent(1 - run['changes'][0]['test'])}")


def test_of_the_rules_trials_the_winner_is_the_network_that_can_be_touched(opened):
    settings = {"kind": "rezero", "depth": 5, "width": 20, "epochs": 3}
    page, lab = opened(labs.DepthLab(**settings), "the rule looks for a rate"), labs.DepthLab()
    press(page, "Train")
    until(page, "finished")
    page.locator(".bars").get_by_role("button", name="Leave out layer 2").click()
    expect(page.locator(".status")).to_contain_text("ReZero 5 without layer 2: error")
    lab.train(**settings)
    [change] = page.evaluate("() => courseLab.runs()[0].changes")
    assert change["loss"] == pytest.approx(lab.leave_out(2).loss, rel=1e-3)


def test_a_finger_on_a_phone_leaves_a_bar_out_and_earlier_networks_can_still_be_touched(chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.goto(labs.DepthLab(depth=50, epochs=1, learning_rate=0.01).save_html(tmp_path / "lab.html").as_uri())
    press(page, "Train")
    until(page, "finished")
    page.get_by_label("Depth, any number").fill("4")
    page.keyboard.press("Enter")
    press(page, "Train")
    page.wait_for_function("() => courseLab.runs().filter((run) => run.state === 'finished').length === 2")
    page.get_by_role("radio", name="Show the strip of run 1").check()
    strip = page.locator(".pane.strip")
    strip.tap(position={"x": 100, "y": 52})
    expect(page.locator(".bars")).to_contain_text(re.compile(r"Put layer 2[4-7] back"))
    expect(page.locator(".status")).to_contain_text("Plain 50 without layer 2")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_a_recording_has_no_weights_to_touch_and_says_so(opened):
    page = opened(labs.DepthLab(kind="highway", depth=4))
    expect(page.locator(".bars span")).to_have_text("A recording has no weights: train it to touch its layers.")
    expect(page.locator(".bars input, .bars button").first).to_be_hidden()
    expect(page.locator(".pane.strip")).to_be_hidden()  # it has none
    press(page, "Train")
    until(page, "finished")
    expect(page.locator(".pane.strip")).to_be_visible()


def test_a_question_is_asked_before_anything_trains(opened):
    question = labs.predict("How low?", ["0.1", "0.001"])
    page = opened(labs.DepthLab(depth=2, epochs=1, learning_rate=0.05, question=question), "Predict first.")
    press(page, "Train")
    expect(page.locator(".status")).to_contain_text("Answer the question first, or skip it.")
    page.get_by_label("0.001").check()
    press(page, "Lock in and train")
    loss = until(page, "finished")["loss"]
    expect(page.locator(".outcome")).to_contain_text(f"plain 2: {loss:.2f}")


def test_a_page_opens_with_its_recording_and_a_run_takes_its_place(opened):
    page = opened(labs.DepthLab(depth=2))
    expect(page.locator(".chip")).to_have_text(re.compile("Recorded 20"))
    expect(page.locator("table.runs tbody tr")).to_contain_text("plain 2")
    expect(page.locator(".chart .dlab")).to_have_count(1)
    page.get_by_label("Epochs").fill("1")
    press(page, "Train")
    until(page, "finished")
    expect(page.locator(".chip")).to_be_hidden()
    expect(page.locator("table.runs tbody tr")).to_have_count(1)
    press(page, "Reset")
    expect(page.locator(".chart .empty")).to_contain_text("No run yet")


def test_with_reduced_motion_a_recording_is_whole_at_once_and_after_skip_it_plays(opened, offline_page):
    offline_page.emulate_media(reduced_motion="reduce")
    question = labs.predict("How low?", ["0.1", "0.001"])
    page = opened(labs.DepthLab(depth=100, question=question), "Predict first.")
    expect(page.locator(".chip")).to_be_hidden()
    press(page, "Skip the question")
    page.mouse.move(0, 0)  # away from the chart, which reads where the pointer is
    expect(page.locator(".chip")).to_be_visible()
    loss = wording.number(labs.recordings.recorded("depth")["plain", 100].loss)
    expect(page.locator(".chart .dlab")).to_contain_text(f"plain 100{loss}")


def test_the_depth_slider_is_a_film_of_the_recordings_with_highway_laid_over(opened):
    page, recorded = opened(labs.DepthLab(kind="plain", depth=10)), labs.recordings.recorded("depth")
    page.get_by_label("Film of recordings").check()
    depth = page.get_by_role("slider", name="Depth", exact=True)
    for asked, nearest, said in ((23, 20, "Nearest to 23 that was recorded"), (50, 50, "rates by the rule")):
        depth.fill(str(asked))
        expect(page.locator(".status")).to_contain_text(said)
        for kind in ("plain", "highway"):
            loss = wording.number(recorded[kind, nearest].loss)
            expect(page.locator(".status")).to_contain_text(f"{kind} {nearest}: {loss}")
            expect(page.locator(".chart .dlab", has_text=f"{kind} {nearest}")).to_contain_text(loss)
    expect(page.locator(".cap-strip")).to_contain_text("by depth")
    page.locator("input[value=highway]").check()
    expect(page.locator(".status")).to_contain_text("Training loss of highway 50")
    page.get_by_label("Epochs").fill("1")
    press(page, "Train")
    until(page, "finished")
    expect(page.get_by_label("Film of recordings")).not_to_be_checked()
    expect(page.locator("table.runs tbody tr")).to_have_count(1)


def test_a_guess_is_dragged_onto_the_chart_and_measured_once_a_run_has_ended(opened):
    page = opened(labs.DepthLab(depth=4, width=20, epochs=1, learning_rate=0.05))
    page.get_by_label("Draw a guess").check()
    tag = page.get_by_role("slider", name="Your guess of the training loss")
    expect(tag).to_have_text("you: 1.00")
    where, chart = tag.bounding_box(), page.locator(".chart").bounding_box()
    page.mouse.move(where["x"] + 9, where["y"] + 9)
    page.mouse.down()
    page.mouse.move(where["x"] + 9, chart["y"] + chart["height"] + 50)  # no lower than the axis
    page.mouse.up()
    expect(tag).to_have_text("you: 0.0010")
    tag.press("PageUp")
    expect(tag).to_have_text("you: 0.010")
    press(page, "Train")
    times = until(page, "finished")["loss"] / 0.01
    expect(tag).to_have_text(f"you: 0.010, {float(f'{times:.2g}'):g} × too low")
    tag.press("PageUp")
    expect(tag).to_have_text("you: 0.10")  # after the run it is no prediction


def test_on_paper_stands_the_last_frame_drawn_for_its_width(opened):
    page = opened(labs.DepthLab(kind="highway", depth=100))
    page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
    loss = wording.number(labs.recordings.recorded("depth")["highway", 100].loss)
    assert page.locator(".chart .dlab").inner_text().endswith(loss)
    assert page.locator(".dl").evaluate("(lab) => lab.clientWidth") == 640
    page.evaluate("() => void dispatchEvent(new Event('afterprint'))")
    assert page.locator(".dl").evaluate("(lab) => lab.clientWidth") > 1000


CLOSED = [  # what a server may forbid, and so all that trains
    "worker-src 'none'; script-src 'unsafe-inline'",
    "worker-src blob:; script-src 'unsafe-inline' blob:",  # no WebAssembly
]


@pytest.mark.parametrize("policy", CLOSED)
def test_where_nothing_may_train_recordings_are_played(offline_page, tmp_path, policy):
    page, file = offline_page, labs.DepthLab(kind="highway", depth=50).save_html(tmp_path / "lab.html")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    file.write_text(file.read_text("utf-8").replace("<meta charset", f"{meta}<meta charset", 1), "utf-8")
    page.goto(file.as_uri())
    expect(page.locator(".status")).to_contain_text("Ready: highway 50. Its recording is played back.")
    expect(page.locator(".dl-foot")).to_contain_text("does not let the page train")
    press(page, "Train")
    run = until(page, "finished")
    assert (run["host"], run["depth"]) == ("recording", 50) and run["testAccuracy"] > 0.9
    expect(page.locator(".status")).to_contain_text("Recorded highway 50: training loss 0.00")
    page.get_by_label("Depth, any number").fill("51")
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("Nothing is recorded for highway 51 with these settings.")
    press(page, "Train")
    expect(page.locator(".status")).to_contain_text("choose a marked depth, the rate by the rule, and seed 0.")
    assert all("Content Security Policy" in problem for problem in page.problems)


def test_what_a_page_cannot_train_is_said_in_one_line():
    with pytest.raises(ValueError, match="depth, sgd, .*, time on the digits, no other lab; got LesionLab"):
        labs.LesionLab(data.load("digits", device="cpu")).save_html("lab.html")
    with pytest.raises(ValueError, match="leave out networks and data"):
        labs.DepthLab(networks={"one": networks.mlp("plain", 2)}).save_html("lab.html")
    lab = labs.DepthLab()
    lab.set(data="mnist")
    with pytest.raises(ValueError, match="set data=\"digits\"; got 'mnist'"):
        lab.save_html("lab.html")


def test_the_command_writes_the_file_and_says_how_large_it_is(tmp_path):
    said = CliRunner().invoke(app, ["page", "depth", "--out", str(tmp_path / "depth.html")])
    assert said.exit_code == 0 and "kB: open it in a browser" in said.output
    assert (tmp_path / "depth.html").stat().st_size <= MOST
    refused = CliRunner().invoke(app, ["page", "deep"])
    assert refused.exit_code == 2 and "one of: depth, sgd, dropout, neuron" in refused.output


def test_the_committed_page_is_the_one_that_the_tree_makes(tmp_path):
    committed, made = ROOT / "docs" / "depth.html", labs.DepthLab().save_html(tmp_path / "depth.html")
    assert made.stat().st_size <= MOST
    assert unpacked(committed) == unpacked(made), "uv run course page depth --out docs/depth.html"


def unpacked(file):
    """A page with its recordings as text: not every zlib packs them into the same bytes."""
    before, packed, after = re.split(r'"recordings": "([^"]*)"', file.read_text("utf-8"))
    return before, gzip.decompress(base64.b64decode(packed)), after


def test_the_readme_leads_to_the_served_page_and_to_the_file():
    owner, name = release.address().removeprefix("https://github.com/").split("/")
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("## Start\n\n")[1].split("\n\n")[0]
    assert f"(https://{owner}.github.io/{name}/depth.html)" in first and "(docs/depth.html)" in first
