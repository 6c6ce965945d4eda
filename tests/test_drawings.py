"""The drawings: what each must be, whatever it shows; a few that follow their values; the Play button."""

import json
import math
import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import jupyter
import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from typer.testing import CliRunner

from course import drawings, networks, views
from course.cli import app
from course.drawings import catalogue
from course.drawings.marks import words
from course.measure import gradient_by_path, gradient_by_path_length
from course.views.svg import write

SVG = "{http://www.w3.org/2000/svg}"
WAYS = list(product((0, 1), repeat=3))


def made():
    """Every drawing, of values such as its chapter has."""
    g = torch.Generator().manual_seed(0)
    rand = lambda *size: torch.rand(*size, generator=g)  # noqa: E731
    randn = lambda *size: torch.randn(*size, generator=g)  # noqa: E731
    sizes = {way: 0.5 ** sum(way) for way in WAYS}
    bars = {"plain": [0.9, 1.0, 0.8], "highway": rand(48) / 50}
    losses = {"identity": 0.007, "half": 1.0, "dropout": math.inf, "projection": 0.5, "gate_0": 1.25, "gate_6": 0.07}
    return {
        "neuron": drawings.neuron([0.8, 0.5, 1, 0.3], [1.2, -0.9, 0.15, 0.6], -0.3, 0.54),
        "activations": drawings.activations(
            {"tanh": [-1, 0, 1], "ReLU": [0, 0, 4]}, {"tanh": [0, 1, 0], "ReLU": [0, 0, 1]}
        ),
        "flow_graph": drawings.flow_graph([rand(5, 4) - 0.5, rand(3, 5)], [rand(5, 4), torch.zeros(3, 5)]),
        "mini_batches": drawings.mini_batches(
            {b: 1 + randn(12, 50) * 4 / b**0.5 for b in (1, 16, 256)}, torch.ones(50)
        ),
        "valley": drawings.valley({"SGD": 400 * rand(23, 2) - 300, "with momentum": -300 * rand(23, 2)}),
        "rates": drawings.rates({0.05: [3.0, 2.8, 2.7], 0.6: [3.0, 1.2, 0.5], 2.2: [3.0, -3.6, 4.3, -5.2]}),
        "early_stopping": drawings.early_stopping([0.2, 0.1, 0.05, 0.06, 0.07, 0.04], 2, 4),
        "grid_or_random": drawings.grid_or_random({"grid": [[0, 1], [2, 1]], "random": [[4, 12], [1, 3]]}),
        "dropout": drawings.dropout(rand(3, 8) > 0.5),
        "batch_norm": drawings.batch_norm(randn(512, 3) * 3 - 5, randn(512, 3), 2 * randn(512, 3) + 1),
        "two_modes": drawings.two_modes(),
        "norms": drawings.norms(),
        "convolution": drawings.convolution(rand(8, 8), torch.tensor([[-1.0, 0, 1]] * 3)),
        "layers_removed": drawings.layers_removed(["conv1", "fc2"], {"": (1_000_000, 0.02), "fc2": (500, 0.9)}),
        "identity": drawings.identity(),
        "fading_gradient": drawings.fading_gradient(),
        "gain": drawings.gain({f"gain {g}": [g * rand(99) - 0.5] * 8 for g in (1, 2, 9, 99)}),
        "quadrant": drawings.quadrant(),
        "collapse": drawings.collapse({"plain": [0.3, 0.9, 1.0], "plain + BN": [0.3] * 3, "the map": [0.3, 0.8, 0.9]}),
        "doing_nothing": drawings.doing_nothing(rand(8, 8) - 0.5, torch.eye(8), (0.2, 0.001)),
        "highway": drawings.highway({b / 2: 1 / (1 + math.exp(-b / 2)) for b in range(-12, 5)}),
        "notations": drawings.notations(),
        "fading": drawings.fading({f"gate bias {b}": [0.5**n for n in range(1, 51)] for b in (0, -2)}),
        "gates_of_digits": drawings.gates_of_digits(rand(2, 5, 48, 50) ** 4),
        "routes": drawings.routes(
            {n: rand(50, 50) - 0.5 for n in ("pixels", "before", "trained")}, sorted([*range(10)] * 5)
        ),
        "lesion": drawings.lesion(bars, {"plain": 0.01, "highway": 0.0}),
        "cut": drawings.cut([i < 7 for i in range(48)], "4 of 400 images are named wrongly"),
        "nested_classes": drawings.nested_classes(),
        "residual_block": drawings.residual_block(4704, 0.0, 1.0),
        "changed_size": drawings.changed_size(rand(8, 8), torch.stack([rand(4, 4), torch.zeros(4, 4)])),
        "family": drawings.family({3: 270_000, 5: 460_000, 9: 850_000}),
        "broken_shortcuts": drawings.broken_shortcuts(losses),
        "preactivation": drawings.preactivation(),
        "paths": drawings.paths(sizes),
        "lesion_of_paths": drawings.lesion_of_paths(sizes),
        "stochastic_depth": drawings.stochastic_depth(rand(20, 12) > 0.3, rand(12)),
        "survival": drawings.survival({"falls": [1, 0.8, 0.5], "level": rand(12), "rises": rand(12)}),
        "train_and_use": drawings.train_and_use(rand(3, 12) > 0.3, rand(12)),
        "batch_or_example": drawings.batch_or_example(rand(12) > 0.3, rand(8, 12) > 0.3),
        "means": drawings.means("Error, points", {"residual": [1.5, 21.0], "stochastic depth": [-0.8, 1.2]}),
        "shattering": drawings.shattering({1: rand(256, 16) > 0.5, 24: rand(256, 16) > 0.5}),
        "noises": drawings.noises({name: rand(256) - 0.5 for name in ("brown", "white", "1 layer", "24 layers")}),
        "switches": drawings.switches(),
        "branches": drawings.branches({"β = 1": [1 / n for n in range(1, 11)], "β = 0.1": [0.01] * 10}),
        "looks_linear": drawings.looks_linear(),
        "five_techniques": drawings.five_techniques(),
    }


MADE = made()


def test_there_is_a_drawing_of_every_idea():
    assert set(MADE) == {name for names in drawings.IDEAS.values() for name in names}


@pytest.mark.parametrize("name", MADE)
def test_a_drawing_is_one_picture_with_a_name_in_every_theme(name):
    drawn = MADE[name]
    for theme in ("light", "dark"):
        picture = views.svg(drawn, theme)
        root = ElementTree.fromstring(picture)
        assert root.get("aria-label") == drawn.title and root.findtext(f"{SVG}desc") == drawn.description
        assert not re.search(r"@\w|nan|inf\b|None", re.sub(r"<text.*?</text>|<desc.*?</desc>", "", picture))
    assert drawn.width == 700 and drawn.height <= 430
    assert len(re.findall(r"\w+", catalogue.alt_text(getattr(drawings, name).__doc__)[1])) <= 60


@pytest.mark.parametrize("name", MADE)
def test_no_word_is_too_small_to_read_at_600_pixels_and_no_line_vanishes(name):
    root = ElementTree.fromstring(views.svg(MADE[name], "light"))
    sizes = [float(e.get("font-size")) for e in root.iter() if e.get("font-size")]
    widths = [float(e.get("stroke-width")) for e in root.iter() if e.get("stroke-width")]
    assert min(sizes, default=12) * 600 / 700 >= 10 and min(widths, default=1) >= 0.75


def test_the_colours_come_along_and_follow_the_page():
    html = MADE["highway"].html
    named = set(re.findall(r"var\(--([\w-]+)\)", html))
    light, dark = re.findall(r"\{(--[^}]*)\}", html)[:2]
    for theme in (light, dark):
        assert named <= set(re.findall(r"--([\w-]+):#", theme))
    assert "k-highway" in named and "data-jp-theme-light=false" in html and "@media print" in html


def test_a_drawing_says_in_the_cell_what_it_shows_where_no_html_is():
    assert repr(MADE["identity"]).startswith("A network of 50 layers that is surely as good. ")
    assert MADE["identity"]._repr_mimebundle_()["text/plain"] == repr(MADE["identity"])


def test_formulas_slant_letters_and_lower_indices():
    drawn = write(words(0, 0, "$x_2$ = 3"), "light")
    x, two, rest = ElementTree.fromstring(drawn).iter("tspan")
    assert (x.text, x.get("font-style")) == ("x", "italic") and (two.text, two.get("dy")) == ("2", "3.4")
    assert rest.text == " = 3" and rest.get("dy") == "-3.4"


# ── what follows a value ──


def widths(shapes, colour):
    """The stroke widths of everything in a colour, groups included."""
    for one in shapes:
        if not isinstance(one, str):
            if one.attributes.get("stroke") == colour:
                yield one.attributes.get("stroke_width") or one.attributes.get("stroke-width")
            yield from widths(one.inside, colour)


def test_the_two_streams_of_a_highway_layer_share_one_width():
    scenes = drawings.highway({-2.0: 0.25, 0.0: 0.5}).scenes
    streams = [(max(widths(s.shapes, "@highway")), max(w for w in widths(s.shapes, "@plain") if w)) for s in scenes]
    assert streams == [(24, 8), (16, 16)]


def test_the_tour_of_the_gate_starts_and_ends_near_minus_two():
    biases = [
        scene.words.split(":")[0] for scene in drawings.highway(dict.fromkeys((-4.0, -2.0, 0.0, 2.0), 0.5)).scenes
    ]
    assert biases == [f"Gate bias {b}" for b in ("−2.0", "−4.0", "−2.0", "0.0", "2.0", "0.0")]


def said(drawn):
    """All words of a drawing."""
    return ["".join(text.itertext()) for text in ElementTree.fromstring(views.svg(drawn, "light")).iter(f"{SVG}text")]


def test_the_fan_of_mini_batches_opens_by_the_angle_to_the_whole_gradient():
    fans = {1: torch.tensor([[0.0, 3.0], [0.0, -1.0]]), 9: torch.tensor([[1.0, 1.0], [2.0, 2.0]])}
    assert [words for words in said(drawings.mini_batches(fans, torch.tensor([5.0, 0.0]))) if "°" in words] == [
        "on average 90° off", "on average 45° off",
    ]  # fmt: skip


def test_a_rate_that_leaves_the_bowl_says_how_far_it_has_come():
    drawn = drawings.rates({0.5: [3.0, 1.5, 0.75], 3.0: [3.0, -6.0, 12.0]})
    assert [words for words in said(drawn) if "distance" in words] == ["distance 3.00 → 0.75", "distance 3.00 → 12.0"]


def test_early_stopping_says_which_epoch_was_best_and_where_it_stopped():
    words = said(drawings.early_stopping([0.4, 0.1, 0.2, 0.3, 0.05], 1, 3))
    assert {"best: epoch 2", "stop: 4", "2 epochs of patience", "40.0\u202f%"} <= set(words)
    with pytest.raises(ValueError, match="got 3 and 1 of 4 epochs"):
        drawings.early_stopping([0.1] * 4, 3, 1)


def test_the_hills_of_batch_norm_say_the_mean_and_the_deviation_that_they_have():
    x = torch.tensor([[-3.0], [1.0]])
    found = [words for words in said(drawings.batch_norm(x, (x + 1) / 2, x + 4)) if "mean" in words]
    assert found == ["mean −1.0, deviation 2.0", "mean 0.0, deviation 1.0", "mean 3.0, deviation 2.0"]


def test_the_forty_layers_that_do_nothing_stand_before_the_last_trained_one():
    rects = ElementTree.fromstring(views.svg(drawings.identity(), "light")).iter(f"{SVG}rect")
    bars = [(float(e.get("y")), float(e.get("x")), e.get("stroke") is None) for e in rects if e.get("height") == "44"]
    upper, lower = ([bar[1:] for bar in sorted(bars) if bar[0] == y] for y in sorted({bar[0] for bar in bars}))
    assert [filled for _, filled in lower] == [True] * 9 + [False] * 40 + [True]
    assert upper == [*lower[:9], lower[-1]], "the same ten, at the same places"


def test_a_relu_folds_a_right_angle_into_its_quadrant():
    words = said(drawings.quadrant())
    assert [angle for angle in words if "°" in angle] == ["90°", "30°"]


def test_a_path_is_as_wide_as_its_gradient():
    drawn = drawings.paths({way: 0.5 ** sum(way) for way in WAYS})
    found = sorted(w for w in widths(drawn.shapes, "@residual") if w)
    assert found == [1.5, *[3] * 3, *[6] * 3, 12]


def test_pairs_of_pictures_are_squares_by_their_correlation():
    drawn = drawings.routes({"a": [[1, 0.25, 0.09], [0.25, 1, -0.5], [0.09, -0.5, 1]]}, [3, 3, 8])
    (marks,) = (one.attributes["d"] for one in drawn.shapes if one.tag == "path")
    sides = sorted(float(h) for h in re.findall(r"h([\d.]+)", marks))
    assert len(sides) == 5 and sides[0] == pytest.approx(sides[-1] / 2, abs=0.1), "half the side, a quarter of the area"
    assert drawn.description.endswith("Mean correlation within a digit: a 0.25.") and {"3", "8"} <= set(said(drawn))


def test_two_halves_of_a_digit_share_the_marks_that_stand_in_both():
    upper = np.eye(3).repeat(2, 1)[:, None]
    halves = np.stack([upper, upper * [[[1, 0, 1, 1, 1, 1]]]])
    drawn = drawings.gates_of_digits(halves)
    assert {"50 % shared", "100 % shared"} <= set(said(drawn))
    assert drawn.description.endswith("within a digit at least 50 % shared, between two at most 0 % shared.")


def test_without_a_block_four_of_the_eight_paths_are_left_and_their_share_is_said():
    first = drawings.lesion_of_paths({way: 0.5 ** sum(way) for way in WAYS}).scenes[0]
    assert first.words == "Without block 2, 4 paths are left, with 67 % of the gradient."
    assert len([w for w in widths(first.shapes, "@residual") if w]) == 4


def test_only_what_no_example_needs_is_not_computed():
    batch, rows = np.array([1, 0, 1]), np.array([[1, 0, 0], [0, 0, 1]])
    assert drawings.batch_or_example(batch, rows).description.endswith("Blocks computed: 2 of 3 against 2 of 3.")


def test_the_bar_of_a_network_is_the_mean_of_its_seeds():
    drawn = drawings.means("Error, points", {"residual": [1.0, 2.0], "stochastic depth": [-3.0, 0.0]})
    assert drawn.description.endswith("Error, points, means: residual 1.5, stochastic depth −1.5.")


def test_the_patterns_of_a_line_are_counted_where_any_unit_switches():
    drawn = drawings.shattering({1: [[1, 0], [1, 1], [1, 1], [0, 1]]})
    assert drawn.description.endswith("Patterns: 3 after 1 layer.")


def test_what_is_left_of_the_agreement_is_the_product_over_the_blocks():
    drawn = drawings.branches({"β = 1": [1, 1 / 2], "none": [0, 0]})
    assert drawn.description.endswith("Left after 2 blocks: β = 1 62 %, none 100 %.")


def test_the_windows_sums_are_the_convolution():
    image, kernel = torch.arange(16.0).reshape(4, 4), torch.tensor([[1.0, -1], [0, 2]])
    said = [scene.words for scene in drawings.convolution(image, kernel, stride=2, padding=0).scenes]
    sums = torch.nn.functional.conv2d(image[None, None], kernel[None, None], stride=2).flatten()
    for place, value in enumerate(sums.tolist()):
        assert f"The window's place {place + 1} of 4 gives {value:.1f}." in said


def test_the_gradient_of_each_path_averages_to_that_of_its_length():
    network = networks.mlp("residual", 8, seed=0)
    x, y = torch.randn(16, 64, generator=torch.Generator().manual_seed(0)), torch.arange(16) % 10
    by_path = gradient_by_path(network, x, y)
    assert list(by_path) == WAYS
    ends = gradient_by_path_length(network, x, y, lengths=[0, 3], samples=1).tolist()
    assert ends == pytest.approx([by_path[0, 0, 0], by_path[1, 1, 1]])
    with pytest.raises(ValueError, match="1 to 10 blocks; this model has 0"):
        gradient_by_path(networks.mlp("plain", 4), x, y)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: drawings.convolution(np.ones((8, 8, 1)), np.ones((3, 3))), r"got shapes \(8, 8, 1\) and \(3, 3\)"),
        (lambda: drawings.convolution(np.ones((2, 2)), np.ones((5, 5)), padding=0), "take a smaller one"),
        (lambda: drawings.paths({(0, 1): 1.0}), "the eight paths of three blocks are drawn; got 1"),
        (lambda: drawings.highway({0.0: 1.5}), "a gate lies between 0 and 1"),
        (lambda: drawings.dropout(np.ones((3, 5))), r"got \(3, 5\)"),
        (lambda: drawings.layers_removed(["a"], {"b": (1, 0.1)}), "a case names layers of a; got b"),
        (lambda: drawings.broken_shortcuts({"half": 1.0}), "losses are given for identity"),
        (lambda: drawings.fading({}), "got none"),
        (lambda: drawings.cut([], "nothing"), "got none"),
        (lambda: drawings.gates_of_digits(np.ones((10, 48, 50))), r"\(2, digits, blocks, units\); got \(10, 48, 50\)"),
        (lambda: drawings.routes({"a": np.eye(2)}, [1, 0]), "each pair of the 2 pictures, sorted by label"),
        (lambda: drawings.survival({}), "got no rule"),
        (lambda: drawings.means("Error", {}), "got no network"),
        (lambda: drawings.train_and_use(np.ones((3, 4)), np.ones(5)), r"\(steps, 5\), .* got \(3, 4\)"),
        (lambda: drawings.batch_or_example(np.ones(5), np.ones((3, 4))), r"\(examples, 5\), .* got \(3, 4\)"),
        (lambda: drawings.shattering({}), "got none"),
        (lambda: drawings.noises({}), "got none"),
        (lambda: drawings.branches({}), "got none"),
        (lambda: drawings.neuron([1], [2], 0, 0), "got 1 inputs and 1 weights"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(draw, message):
    with pytest.raises(ValueError, match=message) as refused:
        draw()
    assert "\n" not in str(refused.value)


# ── the list ──


def test_the_command_lists_every_idea_with_the_cell_that_shows_it():
    done = CliRunner().invoke(app, ["drawings", "--json"])
    listed = json.loads(done.stdout)
    assert [set(one) for one in listed] == [{"id", "chapter", "cell", "alt", "live"}] * len(MADE)
    assert not [one["id"] for one in listed if one["cell"] is None]
    live = {one["id"] for one in listed if one["live"]}
    assert {"highway", "paths", "convolution"} <= live and not {"norms", "preactivation"} & live


def test_an_idea_that_no_cell_shows_is_listed_without_one(tmp_path: Path):
    (tmp_path / "04_x.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "id": "here", "source": ["drawings.fading({})"]}]})
    )
    found = {one["id"]: one["cell"] for one in drawings.listed(tmp_path.glob("*.ipynb"))}
    assert (found["fading"], found["highway"]) == ("here", None)


# ── in a browser ──


@pytest.fixture(scope="module")
def page(chromium):
    opened = chromium.new_page(viewport={"width": 720, "height": 500})
    yield opened
    opened.close()


WATCH = """() => {
  window.seen = new Set();
  const note = () => seen.add(document.querySelector(".scene:not([display])")?.dataset.words);
  new MutationObserver(note).observe(document.body, { subtree: true, attributes: true });
}"""


def at_once(name):
    """The drawing's element, its scenes a hundredth of a second each."""
    return re.sub(r'data-seconds="[^"]*"', 'data-seconds="0.01"', MADE[name].html)


def scene(page):
    return page.locator(".scene:not([display])").get_attribute("data-words")


def test_nothing_moves_until_play_and_the_end_is_where_it_began(page):
    page.emulate_media(reduced_motion="no-preference")
    page.set_content(at_once("lesion_of_paths"))
    began = scene(page)
    assert page.get_by_role("status").text_content() == began
    page.evaluate(WATCH)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for()
    page.wait_for_function("seen.size === 4")
    assert scene(page) == began


def test_the_words_below_are_those_of_the_scene_while_it_plays_and_nobody_is_read_them(page):
    page.emulate_media(reduced_motion="no-preference")
    page.set_content(at_once("lesion_of_paths"))
    page.evaluate(
        """() => {
          const words = document.querySelector("[role=status]");
          const scene = () => document.querySelector(".scene:not([display])");
          window.told = new Set();
          const note = () => told.add(`${words.ariaLive}: ${words.textContent === scene().dataset.words}`);
          new MutationObserver(note).observe(words, { childList: true });
        }"""
    )
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for()
    page.wait_for_function("told.has('polite: true')")
    assert page.evaluate("[...told].sort()") == ["off: true", "polite: true"]


def test_a_reader_who_wants_less_motion_steps_from_stop_to_stop(page):
    page.emulate_media(reduced_motion="reduce")
    page.set_content(at_once("highway"))
    button, said = page.get_by_role("button", name="Next"), []
    for _ in range(3):
        button.click()
        said.append(page.get_by_role("status").text_content().split(":")[0])
    assert said == ["Gate bias −4.0", "Gate bias −6.0", "Gate bias −4.0"]


def test_the_theme_is_switched_live_and_print_is_light(page):
    page.set_content(f"<body data-jp-theme-light='true'>{MADE['identity'].html}</body>")
    ink = "getComputedStyle(document.querySelector('.course-drawing')).getPropertyValue('--ink')"
    light = page.evaluate(ink)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    dark = page.evaluate(ink)
    page.emulate_media(media="print")
    assert light != dark and page.evaluate(ink) == light
    page.emulate_media(media="screen")


OUTSIDE = """() => {
  const svg = document.querySelector(".wide svg"), frame = svg.getBoundingClientRect(), found = [];
  const texts = [...svg.querySelectorAll("text")].filter((t) => t.getClientRects().length);
  const boxes = texts.map((t) => [t.textContent, t.getBoundingClientRect()]);
  for (const [words, box] of boxes)
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top || box.bottom > frame.bottom)
      found.push(`cut: ${words}`);
  boxes.forEach(([words, a], i) => boxes.slice(i + 1).forEach(([others, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    if (across > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) found.push(`${words} meets ${others}`);
  }));
  return found;
}"""


def test_no_word_is_cut_and_none_lies_on_another_at_600_pixels(page):
    page.set_viewport_size({"width": 616, "height": 500})
    found = {}
    for name, drawn in MADE.items():
        page.set_content(drawn.html)
        found |= {name: problems} if (problems := page.evaluate(OUTSIDE)) else {}
    assert not found


SHOWN = """
from course import drawings
drawings.highway({bias / 2: 1 / (1 + 2.718 ** (-bias / 2)) for bias in range(-8, 3)})
"""


def test_jupyterlab_plays_a_drawing_and_its_theme_is_the_notebooks(chromium, lab_server):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    notebook = jupyter.Notebook(context.new_page(), *lab_server)
    notebook.open(SHOWN, name="drawing")
    notebook.run(0)
    figure = notebook.cell(0).locator(".course-drawing")
    expect(figure.get_by_role("img", name="A gate decides the width of two streams")).to_be_visible()
    assert figure.locator("svg").bounding_box()["width"] == 700
    figure.get_by_role("button", name="Play").click()
    expect(figure.get_by_role("button", name="Pause")).to_be_visible()
    expect(figure.locator(".scene").first).to_have_attribute("display", "none")
    figure.get_by_role("button", name="Pause").click()
    grounds = set()
    for theme in ("dark", "light"):  # the server remembers the last one
        notebook.theme(theme)
        grounds.add(figure.evaluate("e => getComputedStyle(e).backgroundColor"))
    assert len(grounds) == 2
    assert not notebook.problems
    notebook.shut_down()
    context.close()
