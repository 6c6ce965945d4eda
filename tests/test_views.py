"""Figures as data: what they hold, and that SVG and Plotly draw the same of it."""

import base64
import io
import math
import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from made_up import comparison, run
from PIL import Image

from course import plots, smoothing, themes, views, wording
from course.labs import DropoutLab
from course.page.fallback import Fallback
from course.views import Drawing, Line, Lines, Map, NamedRun
from course.views.chart import Chart, place_for
from course.views.drawing import group, line, shape, text
from course.views.labels import labels
from course.views.svg import colour

HOSTILE = '<b> & "quoted" </svg>'
PIXELS = [("map", "css"), ("points", "css")]  # a map is a picture, which knows no variables
SVG = "{http://www.w3.org/2000/svg}"


BANDED = Line("one", (1, 2, 3, 4), (1.0, 2.0, 1.0, 1.0), "highway",
              band=((0.0, 2.0), (1.0, 30.0), (math.nan, 3.0), (0.5, math.inf)))  # fmt: skip


def trials():
    """What a search leaves: two rates diverged, two stopped early, two trained on."""
    ends = [(1.0, 3, None), (0.5, 9, None), (0.25, None, "stopped"), (0.125, None, "stopped")]
    found = [run(None, rate=rate, diverged_at=step, status=status) for rate, step, status in ends]
    for stopped in found[2:]:
        del stopped.records[15:]
    return [*found, run(None, rate=0.06, last=0.001), run(None, rate=0.03)]


def everything():
    """A view of each sort, each with what is hard to draw."""
    holes = Line("a hole", [1, 2, 3, 4], [1.0, math.nan, math.inf, 2.0])
    return {
        "curves": views.curves([run("plain", 50, diverged_at=7), run("highway", 50)], classes=10),
        "trials": views.curves(trials()),
        "accuracy": views.curves([run()], split="test", value="accuracy"),
        "depth": views.loss_against_depth(
            comparison({"plain": {2: 0.01, 10: "diverged", 50: "diverged"}, "linear": {2: 0.1}}, seeds=(0, 1))[1]
        ),
        "nothing": views.loss_against_depth([]),
        "layers": views.layers({"plain": [0.1, 0.0, math.nan], "highway": [1.0, 0.9, 0.8]}),
        "map": views.heatmap([[0.1, 0.0], [math.nan, 1e9]]),
        "lab": views.of_lab([NamedRun(HOSTILE, 8, "residual", run())]),
        "no run": views.of_lab([]),
        "bands": Lines("t", "x", (BANDED, Line("below", (1, 4), (0.5, 0.5), "plain")), log=True),
        "hostile": Lines(
            HOSTILE, HOSTILE, (holes, Line(HOSTILE, [1], [1.0], HOSTILE, "bars")), references={HOSTILE: 1}
        ),
        "points": Map(HOSTILE, "x & y", "<y>", [[1.0]], 0, 1, (0, 1), (0, 1), points=[(0.5, 0.5, 1), (0.2, 0.2, 0)]),
        "drawing": Drawing(HOSTILE, 50, 20, (text(1, 2, HOSTILE), line("M0 0h9", "@axis", 2, (1.5, 3))), HOSTILE),
    }


def words(drawn):
    """The texts of a picture, each as it is read."""
    return ["".join(element.itertext()) for element in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def numbers(d):
    """The points of a path of lines."""
    return [tuple(map(float, point.split())) for point in re.findall(r"[ML](-?[\d.]+ -?[\d.]+)", d)]


# what they hold


def test_a_curve_holds_the_smoothed_loss_and_says_the_runs_training_loss_at_its_end():
    made = run("plain", 50, last=0.00051)
    (curve,) = views.curves([made]).lines
    assert list(curve.y) == smoothing.smooth([r.loss for r in made.steps])
    assert list(curve.raw) == [r.loss for r in made.steps]
    assert curve.value == wording.number(made.loss) and curve.end == "own" and not curve.crosses


def test_a_line_keeps_the_values_that_it_was_made_of_while_the_list_goes_on_growing():
    losses = [1.0, 0.5]
    one = Line("loss", range(len(losses)), losses)
    losses.append(0.1)
    assert (one.x, one.y) == ((0, 1), (1.0, 0.5))


def test_a_run_that_diverged_ends_in_a_cross_and_one_that_was_stopped_in_a_square():
    broken, stopped = views.curves([run("plain", diverged_at=7), run("highway", status="stopped")]).lines
    assert (list(broken.crosses), broken.value, broken.end) == ([7], "diverged at step 7", "")
    assert (list(stopped.crosses), stopped.end) == ([], "square")


def test_the_rates_of_one_network_share_a_colour_and_the_finished_one_with_the_lowest_loss_is_bold():
    view = views.curves(trials())
    assert [one.bold for one in view.lines] == [False] * 4 + [True, False]
    assert {view.kind(i) for i in range(6)} == {"other"}
    assert {views.curves(trials(), kinds="plain").kind(i) for i in range(6)} == {"plain"}
    assert len({str(view.pattern(i)) for i in range(6)}) == 6
    assert [bool(one.raw) for one in view.lines] == [False] * 4 + [True, False] and "chosen run" in view.caption


def test_the_chosen_run_is_bold_whether_it_is_named_or_passed():
    runs = {"a": run(None, seed=0), "b": run(None, seed=1), "c": run(None, seed=2)}
    for chosen in ("b", runs["b"]):
        assert [one.bold for one in views.curves(runs, chosen=chosen).lines] == [False, True, False]
    with pytest.raises(ValueError, match="chosen must be one of the runs, or of a, b, c"):
        views.curves(runs, chosen="d")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("plain + BN", "plain_bn"),
        ("plain + BN, 50 layers", "plain_bn"),
        ("plain 50", "plain"),
        ("Highway 50, gate bias −4", "highway"),
        ("plain_bn", "plain_bn"),
        ("looks-linear", "looks_linear"),
        ("CReLU", "crelu"),
        ("ReZero 20", "rezero"),
        ("plainer", ""),
        ("50, deepened", ""),
    ],
)
def test_a_label_that_names_a_kind_takes_its_colour(label, kind):
    assert themes.named(label) == kind
    view = views.layers({label: [0.1, 0.2], "mine": [0.3, 0.4]})
    assert view.kind(0) == (kind or "plain")


def test_kinds_that_are_each_there_once_have_their_own_patterns_and_others_that_of_their_place():
    alone = views.layers({"plain": [1], "plain + BN": [1], "highway": [1]})
    assert [alone.pattern(i) for i in range(3)] == [themes.pattern(kind) for kind in ("plain", "plain_bn", "highway")]
    shared = views.layers({"plain, 10 layers": [1], "plain, 50 layers": [1], "plain + BN": [1]})
    assert [shared.kind(i) for i in range(3)] == ["plain", "plain", "plain_bn"]
    assert [shared.pattern(i) for i in range(3)] == [themes.run_pattern(slot) for slot in (1, 2, 3)]


def test_values_of_beta_take_the_colour_that_is_given_and_the_chosen_one_is_bold():
    view = views.layers({"β = 1": [1, 2], "β = 0.1": [1, 2]}, kinds="residual", chosen="β = 0.1")
    assert [view.kind(i) for i in range(2)] == ["residual", "residual"]
    assert [one.bold for one in view.lines] == [False, True]


def test_loss_against_depth_holds_medians_whiskers_and_crosses():
    rows = comparison({"plain": {2: 0.01, 10: "diverged"}}, seeds=(0, 1, 2))[1]
    (plain,) = views.loss_against_depth(rows).lines
    assert list(plain.x) == [2, 10] and list(plain.y) == pytest.approx([0.0125, math.inf])
    assert plain.whiskers[0] == pytest.approx((0.01, 0.015)) and plain.crosses == [10]
    assert (plain.label, plain.value) == ("plain", "diverged at step 7")


def test_a_band_is_parted_where_it_is_not_known_and_the_axis_holds_it():
    assert BANDED.area() == [[(1, 0.0, 2.0), (2, 1.0, 30.0)], [(4, 0.5, math.inf)]]
    assert Lines("t", "x", (BANDED,)).limits() == (0.0, 30.0)
    assert Lines("t", "x", (BANDED,), log=True).limits() == (-1, 2)
    assert Lines("t", "x", (Line("one", (1, 2), (1.0, 2.0)),)).limits() == (1.0, 2.0)


def test_nothing_is_drawn_between_two_crosses():
    view = everything()["depth"]
    drawn = list(view.lines[0].drawn(view.axis))
    assert drawn == [(2, pytest.approx(0.01125)), (10, 10), None, (50, 10)]


def test_a_map_hatches_zeros_and_cuts_off_at_its_ends():
    levels = views.heatmap([[0.1, 0.0, 1e-9, 1e9]]).levels()
    assert levels[0].tolist() == [-1, pytest.approx(math.nan, nan_ok=True), -6, 1]
    assert [word for _, word in views.heatmap([[1e-9, 0.0, 1e9]]).scale_ticks()][::7] == ["≤ 10⁻⁶", "≥ 10"]
    assert [word for _, word in views.heatmap([[1e-6, 0.0, 10]]).scale_ticks()][::7] == ["10⁻⁶", "10"], "none beyond"


def test_a_line_that_ends_early_has_its_label_apart_and_clear_of_the_curves_that_go_on():
    view = views.curves(trials())
    placed = labels(view, 400)
    inside = [label for label in placed if label.inside]
    assert [label.index for label in placed if not label.inside] == [4, 5]
    assert [label.index for label in inside] == [0, 1, 2, 3]
    assert np.diff([label.top for label in inside]).min() >= 18 - 1e-9
    going_on = [point for i in (4, 5) for point in view.lines[i].drawn(view.axis)]
    highest = max(view.axis.share(y) for x, y in going_on if view.x_axis.share(x) >= inside[0].share)
    assert max(label.top for label in inside) < (1 - highest) * 400


# SVG


@pytest.mark.parametrize(
    ("name", "theme"),
    [(name, theme) for name in everything() for theme in ("light", "dark", "css") if (name, theme) not in PIXELS],
)
def test_every_view_is_a_well_formed_picture_without_nonsense(name, theme):
    for width in (320, 700, 1200):
        drawn = views.svg(everything()[name], theme, width)
        root = ElementTree.fromstring(drawn)
        assert root.get("role") == "img" and root.get("aria-label") == everything()[name].title
        attributes = [f"{key}={value}" for e in root.iter() for key, value in e.attrib.items() if key != "href"]
        assert not [a for a in attributes if re.search(r"\bnan\b|\binf\b|None|=@", a) and HOSTILE not in a]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_has_its_ground_and_its_colours_written_out(theme):
    drawn = views.svg(everything()["curves"], theme)
    ground = ElementTree.fromstring(drawn).find(f"{SVG}rect")
    assert ground.get("fill") == themes.ui(theme)["page"] and "var(" not in drawn
    assert themes.colour("plain", theme) in drawn and themes.colour("highway", theme) in drawn


def test_a_page_that_defines_the_colours_gets_their_names_and_no_ground():
    drawn = views.svg(everything()["curves"], "css")
    assert "var(--k-plain)" in drawn and "var(--ink2)" in drawn and "#" not in drawn
    assert ElementTree.fromstring(drawn).find("rect") is None
    assert colour("on_highway", "dark") == "#ffffff" and colour("on_ink", "css") == "var(--on-ink)"


def test_an_unknown_theme_is_refused_by_name():
    with pytest.raises(ValueError, match='"light" or "dark"; got \'sepia\''):
        views.svg(everything()["drawing"], "sepia")
    with pytest.raises(ValueError, match='"light" or "dark"; got \'css\''):
        views.svg(everything()["map"], "css")


def test_a_view_without_a_name_is_an_ornament():
    root = ElementTree.fromstring(views.svg(Drawing("", 5, 5, ())))
    assert root.get("aria-hidden") == "true" and root.get("role") is None


def test_a_drawing_is_free_in_form_and_groups_share_attributes():
    drawn = group(shape("circle", cx=1.25, r=2), class_="unit", stroke_width=1.75, fill="@residual", data_gate=None)
    root = ElementTree.fromstring(views.svg(Drawing("one unit", 9, 9, (drawn,), "A unit.", top=-3), "dark"))
    made = root.find(f"{SVG}g")
    assert made.attrib == {"class": "unit", "stroke-width": "1.75", "fill": themes.colour("residual", "dark")}
    assert made[0].attrib == {"cx": "1.25", "r": "2"}
    assert root.get("viewBox") == "0 -3 9 9" and root.find(f"{SVG}desc").text == "A unit."


def test_a_map_is_a_picture_of_its_cells():
    drawn = views.svg(Map("t", "x", "y", [[0.0, 1.0], [math.nan, 0.5]], 0, 1, (0, 1), (0, 1)), "light")
    image = ElementTree.fromstring(drawn).find(f"{SVG}image").get("href")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.split(",")[1]))))
    first, last = (themes.tokens()["maps"]["sequential"]["light"][i] for i in (0, -1))
    assert [bytes(p[:3]).hex() for p in pixels[1]] == [first[1:], last[1:]], "the first row is the lowest"
    assert pixels[0, 0, 3] == 0 and (pixels[..., 3] > 0).sum() == 3, (
        "what is not measured is left out, and hatched below"
    )


def test_views_stand_side_by_side_where_there_is_room_and_below_each_other_elsewhere():
    pair = [everything()["curves"], everything()["map"]]
    widths = [[float(ElementTree.fromstring(s).get("width")) for s in views.row(pair, width)] for width in (900, 480)]
    assert widths == [[440, 440], [480, 480]]
    stacked = ElementTree.fromstring(views.column(pair, 600))
    moved = [g.get("transform") for g in stacked if g.tag == f"{SVG}g"]
    assert moved == ["translate(0 0)", "translate(0 310)"] and stacked.get("viewBox") == "0 0 600 620"


def test_a_wide_row_grows_where_it_is_alone_and_its_squares_with_it():
    pair = [Lines("", "x", ()), Map("", "x", "y", [[1.0]], 0, 1, (0, 1), (0, 1), square=True)]
    seen = {width: [sized(svg)[1] for svg in views.row(pair, width)] for width in (944, 1000, 1112, 1752)}
    assert seen == {944: [290, 326], 1000: [330, 366], 1112: [370, 406], 1752: [370, 406]}
    assert {sized(svg)[1] for svg in views.row([*pair, *pair], 1112)} == {290, 326}, "two rows"


SQUARE = Map("", "x", "y", [[1.0]], 0, 1, (0, 1), (0, 1), square=True)
CURVES = Lines("", "x", ())


@pytest.mark.parametrize("width", [358, 600, 1000, 1152, 1752])
@pytest.mark.parametrize("three", [(SQUARE, SQUARE, CURVES), (CURVES, CURVES, SQUARE)])
def test_a_square_map_is_square_at_every_width_and_leaves_what_it_does_not_need_to_the_others(width, three):
    for view, svg in zip(three, views.row(three, width), strict=True):
        if view is SQUARE:
            frame = ElementTree.fromstring(svg).find(f"{SVG}image")
            side = float(frame.get("width"))
            assert float(frame.get("height")) == pytest.approx(side) and 220 <= side <= 320
    wide = [sized(svg)[0] for svg in views.row(three, 1752)]
    assert wide == [452 if view is SQUARE else pytest.approx((1712 - 452 * three.count(SQUARE)) / three.count(CURVES))
                    for view in three]  # fmt: skip


def test_of_three_views_two_stand_above_the_last_where_there_is_no_room_for_all():
    assert [sized(svg) for svg in views.row([SQUARE, SQUARE, CURVES], 1000)] == [(490, 406), (490, 406), (1000, 290)]
    assert [sized(svg)[0] for svg in views.row([SQUARE, SQUARE, CURVES], 600)] == [600] * 3


def test_a_map_has_its_own_ticks_rules_between_columns_and_a_bar_for_each_row():
    more = {"ticks": [(1.5, "one"), (3.5, "two")], "rules": [2.5], "margin": [0.1, 0.4], "margin_title": "size"}
    view = Map("t", "x", "y", [[0.0] * 4] * 2, 0, 1, (0.5, 4.5), (0.5, 2.5), **more, margin_high=0.2)
    root = ElementTree.fromstring(views.svg(view, width=240))  # 42 wide
    words = {text.text: float(text.get("x")) for text in root.iter(f"{SVG}text")}
    assert (words["one"], words["two"]) == (68.5, 89.5) and "3" not in words
    assert words["≥ 0.2"] == words["size"] == 166
    rule, bars = (path.get("d") for path in root.findall(f"{SVG}path")[:2])
    assert rule.startswith("M79.0 40V") and re.findall(r"h(\d\S*?)v", bars) == ["30.0", "60.0"], "no longer than that"
    wide = ElementTree.fromstring(views.svg(replace(view, margin_high=0.4), width=700)).findall(f"{SVG}path")[1]
    assert re.findall(r"h(\d\S*?)v", wide.get("d")) == ["43.8", "175.0"], "a quarter of the width"


@pytest.mark.parametrize(("width", "said"), [(232, ["20", "40"]), (300, ["10", "20", "30", "40", "50"])])
def test_a_narrow_map_has_fewer_ticks_so_that_they_do_not_touch(width, said):
    view = Map("t", "x", "y", [[0.0]], 0, 1, (0.5, 50.5), (0.5, 1.5))
    root = ElementTree.fromstring(views.svg(view, width=width))
    assert [e.text for e in root.iter(f"{SVG}text") if e.get("text-anchor") == "middle"] == said


def sized(svg):
    root = ElementTree.fromstring(svg)
    return float(root.get("width")), float(root.get("height"))


THUMBNAIL = Map("small", "x", "y", [[1.0]], 0, 1, (0, 1), (0, 1), small=True)


@pytest.mark.parametrize(("width", "each"), [(1752, 423), (720, 165), (719, 349.5), (349, 349)])
def test_thumbnails_have_no_axes_and_stand_below_the_others_never_more_than_four_in_a_row(width, each):
    drawn = views.row([THUMBNAIL, CURVES, *[THUMBNAIL] * 3], width)
    assert [ElementTree.fromstring(svg).get("aria-label") for svg in drawn] == [None, *["small"] * 4]
    assert [sized(svg) for svg in drawn] == [(width, 370 if width > 1000 else 290), *[(each, 190)] * 4]
    words = [text.text for text in ElementTree.fromstring(drawn[1]).iter(f"{SVG}text")]
    assert words == ["small", "0", "0.5", "1"], "its title and its scale"


def test_in_one_picture_of_all_views_thumbnails_stand_side_by_side():
    root = ElementTree.fromstring(views.column([CURVES, *[THUMBNAIL] * 4], 700))
    places = [group.get("transform") for group in root.findall(f"{SVG}g")]
    assert places == ["translate(0 0)", *[f"translate({x} {y})" for y in (290, 480) for x in (0, 360)]]
    assert root.get("height") == "670"


def test_pictures_leave_what_they_do_not_need_to_the_view_beside_them():
    two = Map("", "", "", np.zeros((16, 8)), 0, 1, (0, 1), (0, 1), pictures=(("a", ""), ("b", "")))
    assert [sized(svg) for svg in views.row([two, CURVES], 700)] == [(194, 290), (486, 290)]
    assert [sized(svg)[0] for svg in views.row([two, CURVES], 543)] == [543, 543], "a chart takes 330 at least"


def test_the_name_of_a_level_does_not_stand_among_bars():
    bars = Line("", range(1, 21), [1 - i / 40 for i in range(20)], style="bars")
    root = ElementTree.fromstring(views.svg(Lines("t", "x", (bars,), low=0, references={"mean": 0.76})))
    (name,) = (e for e in root.iter(f"{SVG}text") if e.text == "mean")
    assert name.get("text-anchor") == "end", "at the right, where the bars are lower"


def test_labels_that_would_meet_are_pushed_apart():
    view = views.curves([run(kind, 50, last=0.01) for kind in ("plain", "highway", "residual")])
    root = ElementTree.fromstring(views.svg(view))
    heights = [float(e.get("y")) for e in root.iter(f"{SVG}text") if "".join(e.itertext()).endswith(" 0.010")]
    assert len(heights) == 3 and np.diff(sorted(heights)).min() >= 21 - 1e-6


NEAR_A_LEVEL = {
    "a cliff, then along the level": [1.0, -0.03, -0.05, *[0.02, -0.02] * 14],
    "just above it": [0.06] * 20,
}


@pytest.mark.parametrize("values", NEAR_A_LEVEL.values(), ids=NEAR_A_LEVEL)
def test_the_name_of_a_level_stands_where_no_curve_touches_it(values):
    curve = Line("c", list(range(len(values))), values, "plain")
    view = Lines("t", "x", (curve,), low=-0.2, high=1, references={"white noise": 0.0})
    root = ElementTree.fromstring(views.svg(view, width=330))
    (name,) = (e for e in root.iter(f"{SVG}text") if e.text == "white noise")
    (path,) = (e.get("d") for e in root.iter(f"{SVG}path") if e.get("class") == "run")
    wide, foot, left = 12 * 0.53 * len("white noise"), float(name.get("y")), float(name.get("x"))
    left -= wide if name.get("text-anchor") == "end" else 0
    points = np.array(re.findall(r"([\d.]+) ([\d.]+)", path), dtype=float)
    x = np.linspace(points[0, 0], points[-1, 0], 20_000)
    y = np.interp(x, *points.T)
    touched = (x > left - 3) & (x < left + wide + 3) & (y > foot - 9 - 3) & (y < foot + 3)
    assert len(points) == len(values) and not touched.any()


def test_the_name_of_a_level_below_all_bars_stands_on_them():
    bars = Line("", [1, 2, 3], [0.9, 0.8, 0.9], "plain", "bars")
    svg = views.svg(Lines("t", "x", (bars,), low=0, high=1, references={"whole network": 0.01}))
    assert svg.index("whole network") > svg.index("data-kind"), "what is drawn later lies on top"
    half = Lines("t", "x", (Line("", [1, 2, 3, 4], [0.9, 0.9, 0, 0], "plain", "bars"),), low=0, high=1, x=(0.5, 4.5))
    assert place_for(Chart(half, 0, 0, 600, 280), "whole network", 0.3) == (False, -11), "no bar is there"


# the same in both


@pytest.mark.parametrize(("height", "drawn"), [(390, "390"), (100, "290")])
def test_a_chart_is_as_high_as_asked_but_no_lower_than_it_needs(height, drawn):
    view = Lines("t", "x", (Line("one", (0, 1), (0.0, 1.0)),))
    assert ElementTree.fromstring(views.svg(view, height=height)).get("height") == drawn


@pytest.mark.parametrize("name", ["curves", "trials", "depth", "layers"])
def test_svg_and_plotly_draw_the_same_labels_at_the_ends(name):
    view, figures = everything()[name], {
        "curves": lambda: plots.curves([run("plain", 50, diverged_at=7), run("highway", 50)], classes=10),
        "trials": lambda: plots.curves(trials()),
        "depth": lambda: plots.loss_against_depth(
            comparison({"plain": {2: 0.01, 10: "diverged", 50: "diverged"}, "linear": {2: 0.1}}, seeds=(0, 1))[1]
        ),
        "layers": lambda: plots.layers({"plain": [0.1, 0.0, math.nan], "highway": [1.0, 0.9, 0.8]}),
    }  # fmt: skip
    seen = " ".join(words(views.svg(view)))
    hovered = re.sub(r"<[^>]+>", "", " ".join(a.text for a in figures[name]().layout.annotations))
    for one in view.lines:
        assert one.label in seen and one.label in hovered
        assert one.value in seen and one.value in hovered
    for reference in view.references:
        assert reference in seen and reference in hovered


def test_names_at_the_peaks_lean_away_from_each_other():
    lines = (Line("late", (0, 1, 2, 3), (0.0, 1.0, 3.0, 1.0)), Line("early", (0, 1, 2, 3), (0.0, 2.0, 1.0, 0.0)))
    view = Lines("t", "x", lines, low=0, high=4, peaks=True)
    root = ElementTree.fromstring(views.svg(view, width=582))  # the plot: from 58 to 558
    named = {e.text: e for e in root.iter(f"{SVG}text") if e.text in ("early", "late")}
    assert [named[name].get("text-anchor") for name in ("early", "late")] == ["end", None]
    assert [float(named[name].get("x")) for name in ("early", "late")] == pytest.approx(
        [58 + 500 / 3, 58 + 1000 / 3], abs=0.01
    )
    assert float(named["late"].get("y")) < float(named["early"].get("y"))


def test_svg_and_plotly_draw_the_same_points_in_the_same_colours():
    runs = [run("plain", 50), run("highway", 50)]
    view, figure = views.curves(runs), plots.curves(runs)
    root = ElementTree.fromstring(views.svg(view, width=800))
    drawn = [e for e in root.iter(f"{SVG}path") if e.get("class") == "run"]
    for i, one in enumerate(view.lines):
        trace = next(t for t in figure.data if t.name == one.label)
        assert list(trace.x) == list(one.x) and list(trace.y) == list(one.y)
        assert trace.line.color == drawn[i].get("stroke") == themes.colour(one.kind)
        places = numbers(drawn[i].get("d"))
        assert len(places) == len(one.x)
        across = np.polyfit(one.x, [x for x, _ in places], 1, full=True)
        down = np.polyfit(np.log10(one.y), [y for _, y in places], 1, full=True)
        assert across[1] < 0.2 and down[1] < 0.2, "places are the values, up to the axis and a tenth of a pixel"
        assert across[0][0] > 0 > down[0][0]


def test_a_band_is_a_pale_area_of_its_lines_colour_behind_all_lines_in_svg_and_in_plotly():
    view = everything()["bands"]
    parts = list(ElementTree.fromstring(views.svg(view, width=700)).iter(f"{SVG}path"))
    (area,) = (part for part in parts if part.get("fill-opacity"))
    curves = [part for part in parts if part.get("class") == "run"]
    assert parts.index(area) < min(map(parts.index, curves)) and len(curves) == 2
    assert area.get("fill") == area.get("stroke") == themes.colour("highway")
    chart = Chart(view, 0, 0, 300, 300)
    rise, inside = 100 * math.log10(2), pytest.approx
    assert chart.area(0) == [
        [inside((0, 200 - rise)), inside((100, 200 - 100 * math.log10(30))), inside((100, 200)), inside((0, 300))],
        [inside((300, 0)), inside((300, 200 + rise))],
    ]
    assert area.get("d").count("M") == area.get("d").count("z") == 2
    ranges, names = [], [trace.name for trace in plots.draw(view).data]
    for trace in plots.draw(view).data:
        if trace.name == "one, range":
            ranges.append(trace)
            assert trace.fill == "toself" and trace.fillcolor.startswith("rgba(") and trace.hoverinfo == "skip"
    assert names[:2] == ["one, range"] * 2 and "one, range" not in names[2:]
    assert [list(trace.x) for trace in ranges] == [[1, 2, 2, 1], [4, 4]]
    assert [list(trace.y) for trace in ranges] == [inside([2, 30, 1, 0.1]), inside([100, 0.5])]


# the picture where no kernel runs


def test_a_fallback_is_one_picture_of_all_its_views_and_their_words():
    bundle = Fallback([everything()["curves"], everything()["map"]], "two views")._repr_mimebundle_()
    assert bundle["text/plain"] == "two views" and len(bundle) == 2
    root = ElementTree.fromstring(bundle["image/svg+xml"])
    assert root.get("aria-label") == "Training loss, nats, log scale; Gradient size per layer, log scale"


def test_a_lab_without_runs_says_what_to_do():
    assert "No run yet: press Train." in words(views.svg(views.of_lab([])))


def test_on_a_linear_axis_a_labs_picture_ends_where_its_page_does_and_a_curve_begins_below_that():
    opening = DropoutLab().opening  # both end below 1 on the test images
    named = [NamedRun(one.label, one.number, one.family, one.run) for one in opening]
    view = views.of_lab(named, log=False)
    assert (view.low, view.high, view.title) == (0, 1, "Loss, nats; marked: test images, thin: training batches")
    assert all(line.y[0] <= 1 < line.x[0] for line in view.lines) and view.lines[0].value == "0.43"
    assert views.of_lab([NamedRun("plain 10", 3, "plain", run("plain"))], log=False).high == 3


def test_a_labs_picture_holds_at_most_a_few_hundred_points_and_says_the_runs_loss():
    made = run("plain")
    view = views.of_lab([NamedRun("plain 10", 3, "plain", made)], most=12)
    (curve,) = view.lines
    assert len(curve.x) == 12 and curve.x[-1] == 40 and curve.value == wording.number(made.loss)
    assert curve.number == 3 and view.pattern(0) == themes.run_pattern(3)


def test_views_load_without_torch_plotly_or_ipython():
    code = (
        "import sys, course.views\n"
        "loaded = {'torch', 'plotly', 'IPython', 'jinja2'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_recorded_curve_is_as_smooth_in_its_last_epoch_as_before():
    whole = run("plain")
    recorded = smoothing.thinned(whole, 5)
    assert len(recorded.steps) > len(smoothing.even([r.step for r in recorded.steps]))
    view = views.curves([recorded], chosen=recorded)
    gaps = np.diff(view.lines[0].x)
    assert gaps.min() > 0.5 * gaps.max() and view.lines[0].x[-1] == whole.steps[-1].step
    assert "about 10 of the recorded steps" in view.caption
    assert "about 10 steps" in views.curves([whole]).caption
