"""The lesion lab: which blocks a reader has taken out by hand, and what the network is then."""

import json
import math
import re

import pytest

from course import data, measure, networks, views, wording
from course.labs import LesionLab, predict, trained
from course.labs.lesion import COUNTS
from course.page.declared import declared_instant
from course.page.instant import InstantPage


@pytest.mark.parametrize(
    ("given", "kept"), [([], ()), ((7, 3), (3, 7)), ([18], (18,)), (range(1, 4), (1, 2, 3)), (5, (5,))]
)
def test_blocks_are_named_by_their_numbers_in_any_order(given, kept):
    lab = LesionLab()
    lab.set(without=given)
    assert lab.settings["without"] == kept


@pytest.mark.parametrize("given", ["3", [0], [-1], [3, 3], [True], [1.0], [[1]], None])
def test_what_is_no_list_of_blocks_is_refused_and_nothing_moves(given):
    lab = LesionLab()
    lab.set(without=[2])
    with pytest.raises(
        ValueError, match=r"without must be a list of blocks from 1 on, each once, as in \[3, 7\]; got "
    ):
        lab.set(without=given, kind="plain")
    assert lab.settings["without"] == (2,) and lab.settings["kind"] == "highway"


def test_blocks_that_the_network_does_not_have_leave_the_setting_and_cannot_be_named():
    lab = LesionLab()
    lab.set(without=[2, 9, 10])
    lab.set(kind="residual")
    assert lab.settings["without"] == (2, 9), "of nine"
    lab.set(layers=7)
    assert lab.settings["without"] == (2,), "two: seven layers cannot be, six are built"
    with pytest.raises(ValueError, match="without: this network has the blocks 1 to 2; got 9"):
        lab.set(without=[1, 9])
    lab.set(kind="plain", layers=50, without=[48])
    assert lab.settings["without"] == (48,)


@pytest.mark.parametrize("kind", COUNTS)
def test_the_control_knows_how_many_blocks_a_network_has(kind):
    assert list(COUNTS[kind]) == list(range(6, 51)), "all that the slider can say"
    for layers in (6, 7, 20, 50):
        network = networks.mlp(kind, networks.nearest_depth(kind, layers))
        assert COUNTS[kind][layers] == len(measure.block_layers(network))


@pytest.mark.parametrize(("kind", "split"), [("residual", "train"), ("highway", "test"), ("plain", "test")])
def test_the_base_line_is_the_network_without_the_blocks_and_bars_say_what_one_more_costs(kind, split):
    lab, digits, out = LesionLab(), data.load("digits", device="cpu"), (1, 4)
    lab.set(kind=kind, split=split, without=out)
    images = digits.train if split == "train" else digits.test
    network = trained.known(kind, 20, 0)
    with measure.delete_blocks(network, [0, 3]):
        found = measure.lesion(network, images)
    ((now, error),), ((_, loss),) = (view.references.items() for view in lab.shown.views)
    assert error == pytest.approx(found.base_error) and loss == pytest.approx(found.base_loss)
    assert now == f"now: {wording.percent(error)}"
    errors, losses = (view.lines[0].y for view in lab.shown.views)
    for shown, measured in ((errors, found.error.tolist()), (losses, found.loss.tolist())):
        holes = [math.nan if block in out else value for block, value in enumerate(measured, 1)]
        assert list(shown) == pytest.approx(holes, nan_ok=True)
    whole = measure.lesion(network, images).base_error
    assert f"it errs on {wording.percent(error)}, whole on {wording.percent(whole)}." in lab.shown.summary
    assert f"of the {len(errors) - 2} that are left" in lab.shown.summary
    assert "nan" not in "".join(views.row(lab.shown.views, 900))


@pytest.mark.parametrize("width", [700, 1280])
def test_a_block_that_is_out_is_marked_on_both_axes_and_one_that_costs_nothing_is_not(width):
    lab = LesionLab()
    assert "×" not in "".join(views.row(lab.shown.views, width))
    lab.set(kind="plain", layers=50, without=[3, 48])
    for view, picture in zip(lab.shown.views, views.row(lab.shown.views, width), strict=True):
        assert view.x_title == "block taken out (×: already out)"
        left, right = map(float, re.search(r'd="M([\d.]+) [\d.]+H([\d.]+)[^"]*" [^>]*class="grid"', picture).groups())
        marks = re.findall(r"M([\d.]+) [\d.]+l([\d.]+) \2m0 -\2l-\2 \2", picture)
        middles = [float(x) + float(size) / 2 for x, size in marks]
        column = (right - left) / 48
        assert middles == pytest.approx([left + 2.5 * column, left + 47.5 * column], abs=0.2)
        assert all(3 < float(size) < 0.8 * column for _, size in marks), "crosses of neighbours are apart"


def test_the_finding_comes_first_and_says_whether_the_blocks_are_missed():
    lab = LesionLab()
    lab.set(without=[3, 7])
    assert "15: without blocks 3, 7 the network is hardly worse: it errs on 0.4" in lab.shown.summary
    lab.set(kind="plain", layers=10, without=[3])
    assert "15: without block 3 the network is worse: it errs on 91.3" in lab.shown.summary
    lab.set(kind="highway", layers=20, without=range(1, 19))
    assert "15: without any block the network errs on 9.8" in lab.shown.summary and "Put some back" in lab.shown.summary
    lab.set(without=[1, 3, 5, 7])
    assert "15: without 4 blocks the network" in lab.shown.summary, "four numbers are too many for a picture"


def test_with_all_blocks_back_the_network_is_whole_again():
    lab = LesionLab()
    before = lab.shown
    lab.set(without=[3, 7])
    assert lab.film() is None and lab.shown.views != before.views
    lab.set(without=[])
    assert lab.shown == before and "◎ Recorded" in before.summary


def test_the_error_ends_well_within_its_axis_and_a_trained_networks_axis_keeps_still():
    for changed in LesionLab.recorded:
        lab = LesionLab()
        lab.set(**changed)
        ends = [frame.views[0].high for frame in lab.film()]
        tallest = [max(frame.views[0].lines[0].y) for frame in lab.film()]
        assert all(0.6 < most / high <= 1 or high == 0.01 for most, high in zip(tallest, ends, strict=True))
        assert len(set(ends[2:])) <= 3, "after three epochs"


def test_before_the_labs_question_is_answered_no_block_shows_what_training_came_to():
    asked = predict("one layer less")
    lab = LesionLab(question="one layer less")
    lab.set(without=[3])
    assert lab.shown.summary.startswith("Before training: without block 3 ")
    asked.answer_with(None)
    assert lab.shown.summary.startswith("After epoch 15: without block 3 ")


def test_the_page_says_blocks_as_a_list_and_to_open_it_moves_nothing():
    lab = LesionLab()
    page, said = InstantPage(lab), []
    page.widget.send = said.append
    told = json.loads(json.dumps(declared_instant(lab)))
    control = next(control for control in told["controls"] if control["type"] == "blocks")
    assert control["counts"]["residual"]["20"] == 9 and control["default"] == []
    page.heard({"do": "show", "settings": told["settings"]})
    assert lab.plays and not said[-1]["error"]
    page.heard({"do": "show", "settings": told["settings"] | {"without": [3, 7]}})
    assert lab.settings["without"] == (3, 7) and "without blocks 3, 7" in said[-1]["summary"]
    page.heard({"do": "show", "settings": told["settings"] | {"without": [19]}})
    assert said[-1]["error"] == "without: this network has the blocks 1 to 18; got 19"
