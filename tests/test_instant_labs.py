"""Labs whose views follow their controls: what they compute, how it is drawn, and the page in a real browser."""

import base64
import json
import math
import re
import threading
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import BytesIO

import jupyter
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from course import data, labs, measure, themes, views
from course.labs import Controls, InitLab, InstantLab, Number, plane
from course.labs.controls import Blocks
from course.labs.identity import IMAGES
from course.labs.suggestions import SUGGESTIONS
from course.page.declared import declared_instant
from course.page.fallback import Fallback
from course.page.instant import InstantPage
from course.views import Frame, Line, Lines, Map, tiles
from course.views.axes import ticks

CHAPTERS = {
    "01": {"NeuronLab": "Weight w₁", "CapacityLab": "Hidden units (0: none)"},
    "02": {"BatchNormLab": "Learning rate", "HiddenUnitsLab": "Learning rate"},
    "03": {"InitLab": "Gain", "IdentityLab": "Learning rate"},
    "04": {"GatesLab": "Picture", "LesionLab": "Layers"},
    "05": {"LandscapeLab": "Layers", "PathsLab": "Layers", "ShuffleLab": "Layers"},
    "06": {"TimeLab": "Layers"},
    "07": {"GradientsLab": "Layers"},
}  # each lab with its main control
HEARD = """import json
texts = {control.label: control.as_text(lab.settings[control.name]) for control in lab.controls}
print(json.dumps([texts, lab.shown.summary]))"""  # by the kernel
ALL = [
    pytest.param(name, marks=pytest.mark.science if getattr(labs, name)().trains else ())
    for chapter in CHAPTERS.values()
    for name in chapter
]


@pytest.mark.parametrize("name", ALL)
def test_every_lab_computes_draws_and_says_what_it_shows(name):
    lab = getattr(labs, name)()
    shown = lab.train() if lab.trains else lab.shown
    assert shown.views and shown.summary and repr(lab).startswith(f"<{lab.name} lab; ")
    for theme in ("light", "dark"):
        for width in (480, 1200):
            for text in views.row(shown.views, width, theme):
                root = ET.fromstring(text)
                assert root.get("role") == "img" and root.get("aria-label")
                assert "nan" not in text.lower().replace("pinan", "") or "base64" in text
    ET.fromstring(Fallback(lab.shown.views, lab.shown.summary).svg())


def test_every_lab_says_what_to_try_first_but_not_in_a_lecture_or_where_it_asks():
    each = [getattr(labs, name)() for names in CHAPTERS.values() for name in names]
    assert {lab.name for lab in each} | {"depth", "sgd", "dropout"} == set(SUGGESTIONS)
    assert all(declared_instant(lab)["suggestion"] for lab in each)
    asked = labs.predict("the gradient's paths")
    lab = labs.PathsLab(question="the gradient's paths")
    assert lab.question is asked
    assert declared_instant(lab)["suggestion"] == ""
    each[0].lecture = True
    assert declared_instant(each[0])["suggestion"] == ""


@pytest.mark.parametrize("name", ALL)
def test_every_control_changes_what_is_shown(name):
    lab = getattr(labs, name)()
    for control in lab.controls:
        if control.name in ("seed", "steps", "epochs"):
            continue
        small = {"steps": 60} if any(c.name == "steps" for c in lab.controls) else {}
        small |= {"kind": control.only_for} if getattr(control, "only_for", "") else {}
        options = ((), (1,)) if isinstance(control, Blocks) else getattr(control, "options", None)
        options = options or (control.low, control.high)
        options = options if len(options) <= 4 else (*options[:2], options[-1])
        seen = {_content(_computed(lab, small | {control.name: value})) for value in options}
        assert len(seen) > 1, control.name
        lab.set(**{control.name: control.default})


def _computed(lab, settings):
    if lab.trains:
        return lab.train(**settings)
    lab.set(**settings)
    return lab.shown


def _content(shown):
    return shown.summary + "".join(views.row(shown.views, 900))


def test_settings_are_checked_as_in_every_lab():
    lab = InitLab()
    with pytest.raises(ValueError, match="the init lab has no control 'depth'; it has activation, gain, layers, seed"):
        lab.set(depth=3)
    with pytest.raises(ValueError, match=r"gain must be a number from 0.25 to 4; got 9"):
        lab.set(gain=9)


def test_the_init_lab_measures_what_the_chapter_says():
    lab = InitLab()
    assert lab.shown.views[0].lines[0].y[-1] > 1e7, "it opens with weights that are a little too large"
    lab.set(gain=1.0)
    lines = lab.shown.views[0]
    activations, gradient = (line.y for line in lines.lines)
    assert activations[-1] < 1e-12 and activations[4] > 1e-3, "Glorot's weights halve the second moment in each layer"
    assert gradient[0] < 1e-5 and gradient[-1] == 1
    lab.set(gain=1.41)
    assert 0.05 < lab.shown.views[0].lines[0].y[-1] < 20


@pytest.mark.parametrize("settings", [{}, {"activation": "sigmoid", "gain": 2.0}, {"activation": "tanh", "gain": 0.5}])
def test_the_init_lab_tells_activations_from_gradient_and_has_the_level_of_layer_1_to_compare_with(settings):
    lab = InitLab()
    lab.set(**settings)
    curves = lab.shown.views[0]
    activations, gradient = curves.lines
    assert curves.references == {"activations as in layer 1": activations.y[0]}
    assert themes.colour(curves.kind(0)) != themes.colour(curves.kind(1))
    assert curves.pattern(0)["dash"] != curves.pattern(1)["dash"]
    assert curves.axis.low <= math.log10(max(min(activations.y + gradient.y), 1e-30)), "neither lies on the floor"


def test_the_init_lab_says_how_many_zeros_its_histogram_leaves_out_and_numbers_it_by_powers_of_ten():
    lab = InitLab()
    lab.set(gain=1.0)
    counts = lab.shown.views[1]
    zeros = re.search(r"([\d.]+)\u202f% of the activations are zero: the histogram leaves them out", lab.shown.summary)
    assert 48 < float(zeros[1]) < 52
    assert counts.x == (-10, 1) and [word for _, word in counts.ticks] == ["10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]
    hidden, _ = measure.random_signals(data.load("digits").train.x[:128].flatten(1), "relu", 1.0, 50, 0)
    assert counts.x[0] < hidden[-1][hidden[-1] > 0].log10().median() < counts.x[0] + 4, "the last layer's lie in it"
    lab.set(activation="tanh")
    assert not lab.shown.views[1].ticks and "zero" not in lab.shown.summary


class Counting(InstantLab):
    name = "counting"
    controls = Controls((Number("frames", "Frames", 1, 50, 5, whole=True),))

    def compute(self, settings):
        for i in range(settings["frames"]):
            yield Frame((Lines("Count", "frame", (Line("count", [0, 1], [0, i]),)),), f"frame {i}")


def test_a_lab_that_trains_shows_its_first_frame_and_stops_between_two():
    lab = Counting()
    assert lab.trains and lab.shown.summary == "frame 0"
    assert lab.train(frames=7).summary == "frame 6"
    lab.start(frames=50)
    lab.stop()
    assert lab.wait(5) and not lab.busy and lab.shown.summary.startswith("frame ")


def test_a_lab_that_ends_while_its_frame_is_drawn_is_asked_once_more(monkeypatch):
    go = threading.Event()

    class Waiting(Counting):
        def compute(self, settings):
            first, last = super().compute({"frames": 2})
            yield first
            go.wait(5)
            yield last

    lab, drawn = Waiting(), views.row
    page = InstantPage(lab)

    def slowly(*what):
        go.set()
        assert lab.wait(5)
        return drawn(*what)

    lab.start()
    monkeypatch.setattr(views, "row", slowly)
    said = page.state()
    assert said["summary"] == "frame 0" and said["busy"], "an early frame must not look like the last"
    assert page.state()["summary"] == "frame 1"


def test_a_setting_that_comes_while_another_thread_computes_is_the_one_that_is_shown():
    begun, go = threading.Event(), threading.Event()

    class Slow(Counting):
        def compute(self, settings):
            begun.set()
            assert go.wait(5)
            return replace(next(super().compute(settings)), summary=str(settings["frames"]))

    lab = Slow()
    reader, mover = threading.Thread(target=lambda: lab.shown), threading.Thread(target=lab.set, kwargs={"frames": 7})
    reader.start()
    assert begun.wait(5)
    mover.start()
    mover.join(0.2)
    go.set()
    for thread in (reader, mover):
        thread.join(5)
    assert lab.shown.summary == "7"


@pytest.mark.science
def test_two_labs_look_into_the_same_network_at_the_same_time():
    def look(lab):
        for picture in range(6):
            lab.set(layers=20, picture=picture)
            seen.append((picture, lab.shown.summary))

    seen = []
    threads = [threading.Thread(target=look, args=(labs.GatesLab(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(seen) == 18 and len(set(seen)) == 6, "none ended early, none saw what passed through another's"


def test_stop_leaves_the_controls_as_they_stand_on_the_page():
    lab = Counting()
    page, said = InstantPage(lab), []
    page.widget.send = said.append
    page.heard({"do": "train", "settings": {"frames": 50}})
    page.heard({"do": "stop", "settings": {"frames": 7}})
    assert lab.settings == {"frames": 7} and not said[-1]["busy"] and not said[-1]["error"]


def test_a_frame_is_drawn_as_it_was_when_it_was_made_while_training_goes_on():
    lab = labs.IdentityLab()
    lab.start(steps=400)
    while lab.busy:
        for line in lab.shown.views[1].lines:
            assert len(line.x) == len(line.y)
        views.row(lab.shown.views, 900)
        time.sleep(0.05)  # a page asks less often still; without a pause this thread starves the one that trains
    assert not lab.error and lab.shown.summary.startswith("Step 400")


def rows_of_pictures(lab, **settings):
    """Each row of the identity lab's pictures, (images, rows, columns) of pixels from the top left."""
    shown = lab.train(**settings).views[0]
    rows = np.split(np.flipud(shown.values), len(shown.pictures))
    return {name: np.stack(np.split(row, 5, axis=1)) for (name, _), row in zip(shown.pictures, rows, strict=True)}


@pytest.mark.science
def test_eight_plain_blocks_return_the_mean_digit_for_every_input_and_eight_residual_ones_return_the_input():
    lab, digits = labs.IdentityLab(), data.load("digits", device="cpu")
    rows = rows_of_pictures(lab, seed=1)
    assert np.allclose(rows["goes in"], digits.test.images[IMAGES, 0], atol=1e-4)
    assert digits.test.y[IMAGES].tolist() == [0, 2, 3, 4, 5]
    assert np.abs(rows["plain"] - rows["plain"][0]).max() < 0.1, "the same, whatever goes in"
    assert np.abs(rows["plain"][0] - digits.train.mean[0].numpy()).max() < 2, "of 16"
    assert np.abs(rows["residual"] - rows["goes in"]).mean() < 0.5


def test_the_identity_lab_shows_what_is_wanted_where_that_is_not_the_input():
    lab = labs.IdentityLab()
    alike = rows_of_pictures(lab, blocks=1, steps=50)["goes in"]
    wanted = rows_of_pictures(lab, blocks=1, steps=50, perturbation=1.0)["wanted"]
    assert 1 < np.abs(wanted - alike).mean() < 8


def test_the_capacity_lab_draws_a_line_where_each_unit_bends_the_output_and_by_how_much():
    lab = labs.CapacityLab()
    lab.has_recordings = False  # the untrained network, whose output is nowhere flat
    lab.set(activation="relu", units=5, seed=1)
    surface = lab.shown.views[0]
    output = np.log(surface.values) - np.log1p(-surface.values)
    bends = np.abs(np.diff(output, n=2))  # in each row, where the slope changes
    x0, y0, x1, y1, strong = np.array(surface.folds).T[:, :, None, None]
    axis = np.linspace(*surface.x, 61)
    near = abs(axis[1:-1] - x0 - (axis[:, None] - y0) / (y1 - y0) * (x1 - x0)) < 0.1  # (units, rows, columns)
    assert len(strong) == 5 and not (bends[~near.any(0)] > 1e-5).any()
    alone = near & ~(near & (near.sum(0) > 1)).any(2, keepdims=True) & (near.sum(2, keepdims=True) == 2)
    along_a_row = [np.median(bends[one].reshape(-1, 2).sum(1)) for one in alone]
    across = along_a_row * (np.hypot(x1 - x0, y1 - y0) / abs(y1 - y0)).ravel()
    assert across / across.max() == pytest.approx(strong.ravel(), rel=0.05)


def test_the_capacity_lab_has_no_lines_without_hidden_units_nor_where_weights_are_not_numbers():
    lab = labs.CapacityLab()
    lab.has_recordings = False
    lab.set(units=0)
    assert not lab.shown.views[0].folds and lab.shown.views[0].title == "Probability of ●"
    nan = math.nan
    assert plane.zero_line(nan, nan, nan) == plane.zero_line(1.0, 0.0, nan) == plane.zero_line(1.0, nan, 0.0) == []
    assert plane.zero_line(1.0, 0.0, 1.0) == [(-1.0, -3.0, -1.0, 3.0, False)]


def test_the_hidden_units_lab_says_when_training_diverged():
    lab = labs.HiddenUnitsLab()
    lab.set(scale=8.0, offset=2.0)
    lab.train()
    assert lab.shown.summary.startswith("Training diverged at step ")


def test_the_lesion_lab_takes_another_data_set_and_its_search_can_be_stopped():
    few = replace(data.load("digits", device="cpu").subset(120, 30), name="a few digits")
    lab = labs.LesionLab(few)
    assert "a few digits" in lab.about and lab.shown.summary.startswith("Before training")
    assert lab.train(layers=6).summary.startswith("After epoch 15")
    lab.start(layers=50, seed=1)
    lab.stop()
    assert lab.wait(20) and lab.shown.summary.startswith("Before training") and not lab.error


def test_what_goes_wrong_while_frames_are_computed_is_said_and_what_was_shown_stays():
    class Failing(Counting):
        def compute(self, settings):
            yield Frame((), "first")
            raise MemoryError("too large for this machine")

    lab = Failing()
    lab.start()
    assert lab.wait(5)
    assert lab.error == "too large for this machine" and lab.shown.summary == "first"


def test_values_that_are_no_numbers_leave_a_hole_and_a_map_hatches_them():
    line = Line("", [1, 2, 3, 4], [1.0, float("nan"), float("inf"), 2.0])
    drawn = views.svg(Lines("t", "x", (line,)), "light", 600)
    assert "nan" not in drawn and "inf" not in drawn
    pixels = tiles.coloured(np.array([[0.0, np.nan], [1.0, 2.0]]), 0, 1, ["#000000", "#808080", "#ffffff"])
    assert pixels[1, 0].tolist() == [0, 0, 0, 255] and pixels[1, 1, 3] == 0, "the first row is the lowest"
    assert pixels[0].tolist() == [[255, 255, 255, 255]] * 2, "beyond the ends lies the end's colour"


def test_a_map_of_pictures_names_its_rows_and_draws_each_picture_as_large_as_it_fits():
    values = np.zeros((4, 6))
    values[3, 4] = 1.0  # of the upper row the third picture, its first pixel
    values[0, 0] = np.nan
    view = Map("t", "", "", values, 0, 1, (0, 1), (0, 1), pictures=(("in", ""), ("out", "plain")))
    for width in (250, 900):
        root = ET.fromstring(views.svg(view, "light", width))
        images = root.findall(".//{*}image")
        right = max(float(image.get("x")) + float(image.get("width")) for image in images)
        assert len(images) == 6 and right < width <= 900
        assert float(root.get("height")) <= 290
    pixels = [Image.open(BytesIO(base64.b64decode(image.get("href").partition(",")[2]))) for image in images]
    inked = [picture.getpixel((0, 0)) != pixels[0].getpixel((0, 0)) for picture in pixels[:3]]
    assert inked == [False, False, True] and pixels[3].getpixel((0, 1))[3] == 0, "what is no number is left out"
    assert [text.text for text in root.findall(".//{*}text")] == ["t", "in", "out"]


def test_text_from_outside_is_escaped_and_limits_hold_in_every_case():
    view = Map("<b>", "x & y", "", [[1.0]], 0, 1, (0, 1), (0, 1), points=[(0.5, 0.5, 1), (0.2, 0.2, 0)])
    ET.fromstring(views.svg(view, "dark", 300))
    assert Lines("t", "x", (Line("", [0], [0.0]),), log=True).limits() == (0, 1)
    assert Lines("t", "x", (Line("", [0], [5.0]),)).limits() == (5.0, 6.0)
    assert ticks(0, 0.001, 4) == [0.0, 0.0005, 0.001]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_follows_the_main_control_of_each_lab_by_keyboard(chromium, lab_server, chapter):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    notebook = jupyter.Notebook(context.new_page(), *lab_server)
    names = CHAPTERS[chapter]
    cells = [f"lab = {name}(); lab" for name in names]
    notebook.open("from course.labs import *", *cells, HEARD, name=f"labs{chapter}")
    notebook.run(0)
    for i, (name, control) in enumerate(names.items(), start=1):
        notebook.run(i)
        lab = notebook.cell(i).locator(".dl")
        sheet, status, train = (lab.locator(part) for part in (".dl-sheet", ".status", ".btn:has-text('Train')"))
        expect(sheet.locator("svg").first).to_be_visible()
        before = sheet.inner_html()
        if getattr(labs, name)().trains:
            train.click()
            notebook.page.wait_for_function("([sheet, before]) => sheet.innerHTML !== before",
                                            arg=[sheet.element_handle(), before])  # fmt: skip
            if i % 2:  # every second one is moved while it trains
                expect(train).to_have_attribute("aria-disabled", "false", timeout=60_000)
        main = lab.get_by_label(control, exact=True).first
        main.focus()
        for _ in range(5):
            notebook.page.keyboard.press("ArrowRight")
        ends = time.monotonic() + 60
        heard = [{}, ""]
        while heard[0].get(control) != main.get_attribute("aria-valuetext") or heard[1] not in status.inner_text():
            assert time.monotonic() < ends, f"{name}: the kernel shows {heard}, the page {status.inner_text()!r}"
            notebook.run(len(cells) + 1)
            heard = json.loads(notebook.output(len(cells) + 1))
    assert not notebook.problems
    notebook.shut_down()
    context.close()


def test_the_pictures_follow_a_theme_that_changes_while_they_stand_there(chromium, lab_server):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    notebook = jupyter.Notebook(context.new_page(), *lab_server)
    notebook.open("from course.labs import NeuronLab\nNeuronLab()", name="theme")
    notebook.run(0)
    expect(notebook.cell(0).locator(".dl-sheet svg").first).to_be_visible()
    for theme in ("dark", "light"):  # the server remembers the last one
        notebook.theme(theme)
        ground = f".dl-sheet svg rect[fill='{themes.ui(theme)['page']}']"
        expect(notebook.cell(0).locator(ground).first).to_be_attached()
    notebook.shut_down()
    context.close()


def test_a_line_of_python_moves_the_page(chromium, lab_server):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, color_scheme="dark")
    notebook = jupyter.Notebook(context.new_page(), *lab_server)
    notebook.open("from course.labs import InitLab\nlab = InitLab(); lab", "lab.set(gain=1.0, layers=10)", name="moved")
    notebook.run(0)
    words = notebook.cell(0).locator(".dl .status")
    expect(words).to_contain_text("gain 1.7, 50 layers")
    notebook.run(1)
    expect(words).to_contain_text("gain 1 (Glorot), 10 layers")
    expect(notebook.cell(0).locator("output").first).to_have_text("1")
    assert not notebook.problems
    notebook.shut_down()
    context.close()


def test_in_a_notebook_the_arrow_of_a_neuron_is_dragged_and_the_kernel_answers(chromium, lab_server):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    notebook = jupyter.Notebook(context.new_page(), *lab_server)
    notebook.open("from course.labs import NeuronLab\nlab = NeuronLab(); lab", name="dragged")
    notebook.run(0)
    ring, mouse = notebook.cell(0).locator("[data-handle]"), notebook.page.mouse
    ring.scroll_into_view_if_needed(timeout=20_000)
    box, unit = ring.bounding_box(), float(ring.get_attribute("data-plane").split()[2])
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 7):
        mouse.move(x - step * unit / 2, y - step * unit / 6)
    mouse.up()
    expect(notebook.cell(0).locator("output")).to_have_text(["−1", "2", "0"])
    expect(notebook.cell(0).locator(".dl .status")).to_contain_text("in the direction 117°", timeout=20_000)
    assert not notebook.problems
    notebook.shut_down()
    context.close()
