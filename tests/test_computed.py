"""What the page computes and draws of labs whose views follow their controls, beside the labs themselves."""

import base64
import json
import math
import re
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import needs
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from firefox import firefox
from PIL import Image
from playwright.sync_api import expect

from course import labs, themes, views
from course.page.computes import COMPUTED, look
from course.page.filmed import FILMED
from course.views import Lines

SCRIPT = Path(__file__).parent / "page" / "computed.mjs"
FILM = SCRIPT.with_name("film.mjs")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
PICTURE = re.compile(r'href="data:image/png;base64,([^"]*)"')
FURNITURE = re.compile(r'<rect y="0" [^>]*/>|<text[^>]*/>| xmlns="[^"]*"| style="font:[^"]*"|</?tspan>')  # ground, type


CASES = {
    "neuron": [{}, {"activation": "tanh", "w1": -3.0, "w2": 0.5, "b": 2.0}, {"activation": "relu", "w1": 0, "w2": 0}],
    "init": [
        {},
        {"layers": 50, "gain": 1.0},
        {"layers": 100, "gain": 0.25, "seed": 3},
        {"layers": 60, "gain": 2.3},
        {"layers": 1, "gain": 4.0, "activation": "tanh"},
        {"layers": 20, "activation": "sigmoid"},
    ],
    "identity": [{}, {"blocks": 3, "perturbation": 0.5, "weight_decay": 0.01, "steps": 60, "seed": 2}],
    "capacity": [
        {"steps": 60},
        {"points": "circles", "units": 0, "steps": 50},
        {"points": "moons", "units": 8, "activation": "relu", "steps": 100, "seed": 2},
        {"points": "stripes", "units": 64, "activation": "sigmoid", "steps": 50},
    ],
    "gradients": [
        {"layers": 1},
        {"layers": 5, "seed": 3},
        {"kind": "not_centred", "layers": 6},
        {"kind": "no_biases", "layers": 3},
        {"kind": "looks_linear", "layers": 3},
        {"kind": "linear", "layers": 4},
        {"kind": "residual", "layers": 6, "beta": 0.5, "seed": 1},
    ],
    "batch norm": [{"epochs": 1}, {"epochs": 2, "std": 0.5, "learning_rate": 1.0, "seed": 1}],
}
CASES_OF_EACH = [(name, settings) for name, cases in CASES.items() for settings in cases]

TRAIN = """async () => {
  const said = () => document.querySelector(".status").textContent;
  while (!said()) await new Promise(requestAnimationFrame);
  document.querySelector(".btn.primary").click();
  while (!said().startsWith("Step 60:")) await new Promise(requestAnimationFrame);
  return said();
}"""


def test_every_lab_of_the_page_is_tried():
    assert set(CASES) == set(COMPUTED)


def in_the_page(lab, settings, width=900, theme="light"):
    """The first and the last frame: views as data, summary, SVG."""
    cases = [{"settings": lab.settings | settings, "width": width, "theme": theme}]
    told = json.dumps({"name": lab.name, "look": look(), "cases": cases})
    said = subprocess.run([needs.program("node"), SCRIPT], input=told, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)[0]


def in_python(lab, settings):
    """The first and the last frame; one, of a lab that does not train."""
    lab.has_recordings = False  # the first frame is asked for, not a film's last
    lab.set(**settings)
    first = lab.shown
    return [first, lab.train()] if lab.trains else [first]


@pytest.mark.parametrize("gain", [0.25, 2.3])  # of the first most layers lie beyond the histogram, at its edge
def test_no_row_of_a_histogram_is_blank_while_its_layer_has_values(gain):
    lab = labs.InitLab()
    lab.set(layers=60, gain=gain)
    assert (numbers(lab.shown.views[1].values).max(axis=1) == 1).all()


def numbers(values):
    return np.array(values, dtype=float)


@pytest.mark.parametrize(("name", "settings"), CASES_OF_EACH)
def test_the_page_computes_what_the_lab_computes(name, settings):
    lab = COMPUTED[name]()
    seen, frames = in_the_page(lab, settings), in_python(lab, settings)
    assert len(seen) == len(frames)
    for ours, frame in zip(seen, frames, strict=True):
        assert ours["summary"] == frame.summary
        for view, theirs in zip(ours["views"], frame.views, strict=True):
            assert (view["title"], view["x_title"]) == (theirs.title, theirs.x_title)
            assert [view.get("low"), view.get("high")] == pytest.approx([theirs.low, theirs.high])
            assert (view.get("caption", ""), view.get("share", 1)) == (theirs.caption, theirs.share)
            if not isinstance(theirs, Lines):
                assert np.allclose(numbers(view["values"]), numbers(theirs.values).ravel(), rtol=1e-3, atol=2e-3)
                for drawn in ("segments", "folds"):
                    assert np.allclose(numbers(view.get(drawn, [])), numbers(getattr(theirs, drawn)), atol=2e-3)
                continue
            assert view.get("references", {}) == pytest.approx(theirs.references)
            for line, other in zip(view["lines"], theirs.lines, strict=True):
                assert (line["label"], line["kind"], line.get("slot", 0)) == (other.label, other.kind, other.slot)
                assert line["x"] == pytest.approx(list(other.x), abs=1e-6), other.label
                assert numbers(line["y"]) == pytest.approx(numbers(other.y), rel=1e-3, abs=1e-5, nan_ok=True)
                assert numbers(line.get("raw", ())) == pytest.approx(numbers(other.raw), rel=1e-3)
                assert numbers(line.get("band", ())) == pytest.approx(numbers(other.band), rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("width", "theme"), [(400, "dark"), (1200, "light")])
def test_the_page_draws_what_the_library_draws(name, width, theme):
    settings = CASES[name][-1]
    lab = COMPUTED[name]()
    ours = in_the_page(lab, settings, width, theme)[-1]["drawn"]
    theirs = views.row(in_python(lab, settings)[-1].views, width, theme)
    assert_drawn_alike(ours, theirs, theme)


def assert_drawn_alike(ours, theirs, theme):
    for drawn, expected in zip(ours, theirs, strict=True):
        coloured = re.sub(r"var\(--([\w-]+)\)", lambda name: themes.variables(theme)[name[1]], even(drawn))
        assert NUMBER.sub("0", coloured) == NUMBER.sub("0", even(expected))
        places, others = (numbers(NUMBER.findall(svg)) for svg in (coloured, even(expected)))
        assert np.abs(places - others).max() <= 0.21
        for picture, other in zip(PICTURE.findall(drawn), PICTURE.findall(expected), strict=True):
            assert np.abs(pixels(picture) - pixels(other)).max() <= 2


LOSSES = views.Map("losses", "a", "b", np.array([[1e-4, 1e-3], [0.5, 100.0], [np.nan, 2.0]]), 1e-3, 10, (0, 1), (0, 1),
                   log=True, open=True)  # fmt: skip
PICTURES = views.Map("pictures", "", "", np.array([[0.0, 20.0], [np.nan, 8.0]]), 0, 16, (0, 1), (0, 1),
                     pictures=(("in & out", ""), ("plain", "plain")))  # fmt: skip
BANDS = views.Lines("bands", "x", (
    views.Line("a", (1, 2, 3, 4, 5), (1.0, 2.0, math.nan, 2.0, 1.0), "plain",
               band=((0.0, 2.0), (1.0, 30.0), (math.nan, 3.0), (1.0, 2.0), (0.5, 200.0)),
               raw=(1.0, 4.0, math.nan, 2.5, 0.5)),
    views.Line("b", (1, 5), (0.1, 0.2), "residual", band=((0.05, 0.3), (0.1, 0.4))),
    views.Line("c", (1, 2, 3), (0.2, 0.4, 0.3), "highway", "bars", bold=False)),
    log=True, caption="how to read it", ticks=((1, "one"), (5, "five")))  # fmt: skip
FRAMES = [pytest.param(lab().film()[-1], id=name) for name, lab in FILMED.items()]


PEAKS = replace(BANDS, lines=(*BANDS.lines, views.Line("none", (), (), "linear")), peaks=True)
BARS = views.Map("bars", "class", "block", np.zeros((2, 4)), -1, 1, (0.5, 4.5), (0.5, 2.5), diverging=True, caption="c",
                 ticks=((1.5, "a"), (3.5, "b")), rules=(2.5,), margin=(0.1, 0.4), margin_title="size",
                 margin_high=0.3)  # fmt: skip
CURVES = views.Lines("curves", "x", (views.Line("a", (0, 1), (0.0, 1.0), "plain"),))
OUT = tuple(views.Lines("out", "x", (views.Line("", range(1, n + 1), [1.0] * n, "plain", "bars"),), x=(0.5, n + 0.5),
                        out=(2, n)) for n in (3, 200))  # fmt: skip  # there are as many crosses, the latter smaller
SQUARE = views.Map("square", "x", "y", np.zeros((2, 2)), 0, 1, (0, 1), (0, 1), square=True)
SMALL = replace(LOSSES, small=True)
MORE = [pytest.param(views.Frame((LOSSES,), ""), id="a map of losses"),
        pytest.param(views.Frame((BARS, BARS), ""), id="ticks, rules and bars"),
        pytest.param(views.Frame((replace(BARS, margin=(), marked=(0, 1)), BANDS), ""), id="rows that are marked"),
        pytest.param(views.Frame((SQUARE, CURVES), ""), id="a square beside curves"),
        pytest.param(views.Frame((SQUARE, SQUARE, CURVES), ""), id="two squares above curves"),
        pytest.param(views.Frame((BANDS, PEAKS), ""), id="bands"),
        pytest.param(views.Frame(OUT, ""), id="crosses"),
        pytest.param(views.Frame((PICTURES,), ""), id="pictures"),
        pytest.param(views.Frame((SMALL, PICTURES, BARS, SMALL, SMALL), ""), id="thumbnails")]  # fmt: skip


@pytest.mark.parametrize("frame", [*FRAMES, *MORE])
def test_the_page_draws_the_frames_of_a_film_as_the_library_does(frame):
    shown = {"look": look(), "frame": views.stored(frame), "width": 900, "theme": "dark"}
    told = json.dumps(shown, allow_nan=False)
    said = subprocess.run([needs.program("node"), FILM], input=told, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert_drawn_alike(json.loads(said.stdout), views.row(frame.views, 900, "dark"), "dark")


def even(svg):
    """Without what differs by design: ground and type are the page's, and its pictures are not compressed."""
    return PICTURE.sub("", FURNITURE.sub("", svg)).replace("&#x27;", "'")


def pixels(picture):
    """Red, green, blue and alpha; of what is transparent the colour is nobody's."""
    found = np.array(Image.open(BytesIO(base64.b64decode(picture))).convert("RGBA"), dtype=int)
    return found * (found[..., 3:] > 0)


MOVED = {
    "neuron": "Weight w₁",
    "capacity": "Hidden units (0: none)",
    "init": "Layers",
    "identity": "Learning rate",
    "batch norm": "Learning rate",
    "gradients": "Layers",
}

SHORT = {"identity": {"steps": 60}, "capacity": {"steps": 60}, "batch norm": {"epochs": 1}}
LAST = {"identity": 60, "capacity": 60, "batch norm": 23}  # the step at which that ends


@pytest.mark.parametrize("name", MOVED)
def test_a_slider_moves_the_picture_in_a_file_without_a_kernel(offline_page, tmp_path, name):
    page, lab = offline_page, COMPUTED[name]()
    lab.set(**SHORT.get(name, {}))
    file = lab.save_html(tmp_path / "lab.html")
    assert file.stat().st_size <= 400_000
    page.goto(file.as_uri())
    seen = []
    for _ in range(2):
        expect(page.locator(".status")).to_contain_text("Computed in this page.")
        if lab.trains:
            if seen:  # it opened by itself
                page.get_by_role("button", name="Train").click()
            expect(page.locator(".status")).to_contain_text(f"Step {LAST[name]}:")
        settled(page)
        seen.append((page.locator(".status").inner_text(), page.locator(".dl-sheet").inner_html()))
        page.get_by_label(MOVED[name], exact=True).focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight" if name == "capacity" else "ArrowLeft")
        page.wait_for_function("(said) => document.querySelector('.status').innerText !== said", arg=seen[-1][0])
    assert seen[0][0] != seen[1][0] and seen[0][1] != seen[1][1]
    assert not [rule["id"] for rule in Axe().run(page).response["violations"]]
    assert not page.problems


def test_the_arrow_of_a_neuron_is_dragged_by_its_head_and_its_sliders_follow(offline_page, tmp_path):
    page = offline_page
    page.goto(labs.NeuronLab().save_html(tmp_path / "lab.html").as_uri())
    ring, values = page.locator("[data-handle]"), page.locator(".dl-controls output")
    expect(ring).to_be_visible()
    x, y, unit, _ = map(float, ring.get_attribute("data-plane").split())
    picture = page.locator(".dl-sheet svg").first
    box, size = picture.bounding_box(), float(picture.get_attribute("width"))

    def place(w1, w2):
        return box["x"] + (x + unit * w1) * box["width"] / size, box["y"] + (y - unit * w2) * box["width"] / size

    page.mouse.move(*place(0.5, -2))
    page.mouse.down()  # beside the ring: nothing is held
    page.mouse.move(*place(1, 1))
    page.mouse.up()
    assert values.all_inner_texts() == ["2", "1", "0"]
    page.mouse.move(*place(2, 1))
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(*place(2 - 3 * step / 8, 1 + step / 8))
    page.mouse.up()
    assert values.all_inner_texts() == ["−1", "2", "0"]
    expect(page.locator(".status")).to_contain_text("w points in the direction 117°")
    assert page.get_by_label("Weight w₂", exact=True).get_attribute("aria-valuetext") == "2"
    page.mouse.move(*place(-1, 2))
    page.mouse.down()
    page.mouse.move(*place(9, 0))  # beyond the slider's end
    page.mouse.move(*place(0, 0))
    page.mouse.up()
    expect(page.locator(".status")).to_contain_text("nowhere: w is zero")
    box = picture.bounding_box()  # the words above it are a line shorter
    page.mouse.move(*place(0, 0))
    page.mouse.down()  # the ring is there all the same
    page.mouse.move(*place(9, 0))
    page.mouse.up()
    assert values.all_inner_texts() == ["5", "0", "0"]
    assert not page.problems


def test_a_finger_drags_the_arrow_and_the_page_does_not_scroll_beneath_it(chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(labs.NeuronLab().save_html(tmp_path / "lab.html").as_uri())
    ring, touch = page.locator("[data-handle]"), context.new_cdp_session(page)
    ring.scroll_into_view_if_needed()
    box, unit = ring.bounding_box(), float(ring.get_attribute("data-plane").split()[2])
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def finger(what, *places):
        points = [{"x": x + unit * w1, "y": y - unit * w2} for w1, w2 in places]
        touch.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    before = page.evaluate("scrollY")
    finger("touchStart", (0, 0))
    for step in range(1, 9):
        finger("touchMove", (-step / 8, step / 8))
    finger("touchEnd")
    expect(page.locator(".dl-controls output")).to_have_text(["1", "2", "0"])
    assert page.evaluate("scrollY") == before
    context.close()


SEEN = """addEventListener("DOMContentLoaded", () => {
  window.pictures = new Set();
  const look = () => pictures.add(document.querySelector(".dl-sheet")?.innerHTML);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})"""


@pytest.mark.browser
def test_where_motion_is_unwelcome_a_lab_that_opens_with_a_training_shows_its_start_and_its_end(offline_page, tmp_path):
    page, lab = offline_page, labs.IdentityLab()
    lab.set(**SHORT["identity"])
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(SEEN)
    page.goto(lab.save_html(tmp_path / "lab.html").as_uri())
    expect(page.locator(".status")).to_contain_text(f"Step {LAST['identity']}:")
    settled(page)
    assert page.evaluate("[...pictures].filter(Boolean).length") == 2


@pytest.mark.browser
def test_firefox_computes_the_same(tmp_path):
    lab = labs.IdentityLab()
    lab.set(steps=60)
    file = lab.save_html(tmp_path / "lab.html")
    with firefox() as tab:
        tab.open(file.as_uri())
        said = tab.value(f"({TRAIN})()")
    assert said == f"{in_the_page(lab, {})[-1]['summary']} Computed in this page."


def settled(page):
    """What was asked last has been answered: nothing changes any more."""
    page.wait_for_function(
        """async () => {
          const sheet = document.querySelector(".dl-sheet"), before = sheet.innerHTML;
          await new Promise((resolve) => setTimeout(resolve, 250));
          return before.includes("<svg") && sheet.innerHTML === before;
        }"""
    )


CLOSED = [  # what a server may forbid: workers, WebAssembly
    ("worker-src 'none'; script-src 'unsafe-inline'", labs.NeuronLab, "does not let the page compute"),
    ("worker-src blob:; script-src 'unsafe-inline' blob:", labs.IdentityLab, "does not let the page train"),
]


@pytest.mark.parametrize(("policy", "lab", "words"), CLOSED)
def test_where_the_page_may_not_compute_there_is_a_picture(offline_page, tmp_path, policy, lab, words):
    page, file = offline_page, lab().save_html(tmp_path / "lab.html")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    file.write_text(file.read_text("utf-8").replace("<meta charset", f"{meta}<meta charset", 1), "utf-8")
    page.goto(file.as_uri())
    expect(page.locator(".status.alert")).to_contain_text(words)
    expect(page.locator(".dl-sheet svg").first).to_be_visible()
