"""Labs that look into trained networks: weights and films that ship, and what was measured when they were made."""

import itertools
import json
import math
import re
import time

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from safetensors.torch import load_file
from typer.testing import CliRunner

from course import cli, data, devices, doctor, labs, measure, shipped, views
from course.labs import (
    BatchNormLab,
    DropoutLab,
    GatesLab,
    HiddenUnitsLab,
    LesionLab,
    PathsLab,
    ShuffleLab,
    TimeLab,
    filming,
    films,
    hidden_units,
    landscape,
    predict,
    recordings,
    trained,
)
from course.labs.hidden_units import UNITS
from course.labs.questions import QUESTIONS
from course.labs.suggestions import PLAYED
from course.page.instant import InstantPage
from course.papers import huang2016
from course.records import Run, dumps
from course.training import evaluate, train
from course.views import Frame, Line, Lines, Map
from course.wording import decimals, number, percent

ALL = [
    pytest.param(lab(), changed, id="-".join([name, *map(str, changed.values())]))
    for name, lab in filming.LABS.items()
    for changed in lab.recorded
]
NETWORKS = {job.key: job for lab in filming.LABS.values() for job in filming.networks(lab())}


@pytest.mark.parametrize("key", NETWORKS)
def test_weights_that_ship_err_as_was_measured_when_they_were_made(key):
    job, digits = NETWORKS[key], data.load("digits", device="cpu")
    run = Run.load(trained.weights_file(job).with_suffix(".jsonl"))
    network = trained.known(job.network["kind"], job.network["depth"], 0)
    loss, accuracy = evaluate(network, digits.train)
    assert evaluate(network, digits.test)[1] == pytest.approx(run.test_accuracy, abs=1.1 / len(digits.test))
    (before,) = (record for record in run.records if record.split == "train_eval")
    assert accuracy == pytest.approx(before.accuracy, abs=1.1 / len(digits.train))
    assert loss == pytest.approx(before.loss, rel=0.02), "half precision costs next to nothing"


def test_what_ships_belongs_to_the_networks_recipes_and_settings_of_today_and_is_small():
    folder, again = recordings.folder("trained"), "delete it and run: course record LAB"
    assert {file.stem for file in folder.iterdir()} == set(NETWORKS), again
    wanted = {films.file(lab.name, changed) for lab in filming.LABS.values() for changed in lab.recorded}
    there = set(folder.parent.rglob("*.json.gz"))
    assert there == wanted, again
    assert sum(file.stat().st_size for file in [*folder.iterdir(), *there]) < 2_050_000
    assert sum(each.size for each in shipped.everything()) < 2_500_000


@pytest.mark.parametrize(("lab", "changed"), ALL)
def test_a_film_says_how_it_was_made_and_ends_with_what_the_weights_show(lab, changed):
    film, settings = films.film(films.file(lab.name, changed)), lab.settings | changed
    assert film.header["settings"] == json.loads(json.dumps(settings)), (
        "made with other settings: delete it and run course record"
    )
    assert film.header["networks"] == [job.key for job in lab.networks(settings)]
    assert {"date", "hardware", "versions", "command"} <= set(film.header)
    assert 4 <= len(film.frames) <= filming.MOST_FRAMES
    if not isinstance(lab, TimeLab):
        with devices.threads(1):
            *_, last = lab.compute(settings)
        assert_alike(film.frames[-1], last)


def assert_alike(kept, now):
    """Words but for digits, titles, and numbers up to what half precision and another processor change."""
    words = [re.sub(r"[\d.,−⁻⁰¹²³⁴-⁹%e]+", "#", frame.summary) for frame in (kept, now)]
    assert words[0] == words[1]
    for a, b in zip(kept.views, now.views, strict=True):
        assert a.title == b.title
        if isinstance(a, Map):
            assert np.nanmean(abs(a.levels() - b.levels())) < 0.01 * (a.high - a.low)
            continue
        for one, other in zip(a.lines, b.lines, strict=True):
            assert one.label == other.label and one.x == pytest.approx(other.x)
            np.testing.assert_allclose(np.array(one.y), np.array(other.y), rtol=0.3, atol=0.03)


def test_a_frame_that_was_stored_is_drawn_as_before():
    line = Line("a", [0, 1, 2], [0.5, float("nan"), 2.0], "plain", "points", crosses=[1])
    banded = Line(
        "b", range(3), (3.0, 2.0, 1.0), raw=(1.0, math.nan, 1.0), band=[(0.1, 4.0), (math.nan, 2.0), (0.5, 9.0)]
    )
    curves = Lines("t", "x", (line, banded), log=True, references={"r": 1.0}, x=(0, 2))
    values = np.array([[0.0, 0.3], [np.nan, -0.5]])
    maps = (Map("m", "x", "y", values, -0.5, 0.5, (0, 1), (0, 1), diverging=True),
            Map("l", "x", "y", [[1.0, 10.0], [0.0, 100.0]], 1, 100, (0, 1), (0, 1), log=True),
            Map("p", "", "", values, -0.5, 0.5, (0, 1), (0, 1), pictures=(("in", ""), ("out", "plain"))),
            Map("b", "x", "y", [[-0.01, 1.01]], 0, 1, (0, 1), (0, 1), open=True, small=True,
                contour=[(0.0, 0.125, 0.5, 1.0)]))  # fmt: skip
    frame = Frame((curves, *maps), "as it was")
    told = json.loads(dumps(views.stored(frame)))
    assert ["band" in each for each in told["views"][0]["lines"]] == [False, True], "only where it is given"
    again = views.restored(told)
    assert again.summary == "as it was"
    assert [views.svg(v, "light", 500) for v in again.views] == [views.svg(v, "light", 500) for v in frame.views]
    with pytest.raises(TypeError, match="lines and maps can be stored; got Drawing"):
        views.stored(Frame((views.Drawing("d", "", 1, 1, ()),), ""))


def test_a_lab_opens_with_the_last_picture_of_its_film_and_train_plays_it_from_the_start(monkeypatch):
    monkeypatch.setattr("course.labs.instant.PLAYED", 0.0)
    monkeypatch.setattr(trained, "train", None)  # nothing trains
    lab, seen = GatesLab(), []
    assert re.match(r"After epoch 15: .* ◎ Recorded \d{4}-\d\d-\d\d\.$", lab.shown.summary)
    played = lab._frames()
    seen = [frame.summary.split(":")[0] for frame in played]
    assert seen[0] == "Before training" and seen[-1] == "After epoch 15" and len(seen) == filming.MOST_FRAMES
    lab.start()
    assert lab.wait(20) and lab.shown.summary.startswith("After epoch 15") and not lab.error
    lab.set(picture=7, minus="3")
    assert lab.shown.summary.startswith("After epoch 15") and "◎" not in lab.shown.summary, "from the weights that ship"
    assert lab.shown.views[1].title == "Gates for this 7 minus class 3"


def test_a_page_without_a_kernel_plays_the_films_of_a_lab(offline_page, tmp_path):
    page, lab = offline_page, labs.LesionLab()
    page.goto(lab.save_html(tmp_path / "lesion.html").as_uri())
    status = page.locator(".status")
    expect(status).to_contain_text("Before training: ")
    expect(status).to_contain_text("◎ Recorded with PyTorch and played back.")
    expect(status).to_contain_text("The whole network errs on 0.0")
    assert page.locator(".dl-sheet svg").count() == 2
    expect(page.locator(".dl-try")).to_have_text(f"Try: {PLAYED['lesion']}")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(status).to_contain_text("Before training: ")
    page.get_by_role("radio", name="plain").check()
    expect(status).to_contain_text("The whole network errs on 1.1")
    page.get_by_role("radio", name="residual").check()
    expect(status).to_contain_text("for 1 of 9 blocks.")
    expect(page.get_by_role("button", name="Take out block")).to_have_count(0)
    page.get_by_label("Seed").fill("7")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("Nothing is recorded for these settings, and this page does not train.")
    expect(status).to_contain_text("Network plain, Layers 10; Network plain;")
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")  # two pictures of 430 pixels, stacked
    assert page.locator(".dl-sheet svg").count() == 2, "what was shown stays"
    page.goto(labs.HiddenUnitsLab().save_html(tmp_path / "units.html").as_uri())
    expect(page.locator(".dl-try")).to_contain_text("sigmoid, and Play.")
    page.get_by_role("radio", name="sigmoid").check()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(status).to_contain_text("4 % of the activations are saturated.")
    assert not page.problems


def test_a_film_can_be_stopped_between_two_of_its_frames(monkeypatch):
    monkeypatch.setattr("course.labs.instant.PLAYED", 600.0)
    lab = LesionLab()
    lab.start()
    lab.stop()
    assert lab.wait(20) and lab.shown.summary.startswith("Before training")


def test_a_lab_plays_its_film_by_itself_until_something_else_was_done(monkeypatch):
    monkeypatch.setattr("course.labs.instant.PLAYED", 0.0)
    lab = TimeLab()
    assert lab.plays, "also what Train would measure"
    lab.play()
    assert lab.wait(20) and "◎ Recorded" in lab.shown.summary and not lab.plays
    lab = LesionLab()
    lab.set(layers=21)
    assert not lab.plays
    lab.play()
    assert not lab.busy, "nothing is recorded"


def test_a_film_waits_for_the_answer_to_the_labs_question_as_does_train():
    asked = predict("the gradient's paths")
    lab = PathsLab(question="the gradient's paths")
    page = InstantPage(lab)
    page.heard({"do": "play", "settings": lab.settings})
    assert not lab.plays and lab.shown.summary.startswith("Before training")
    assert page.act({"do": "train", "settings": lab.settings}) == "Answer the question first, or skip it."
    asked.answer_with(None)
    assert lab.plays


def test_before_its_question_is_answered_a_lab_shows_the_start():
    asked = predict("the gradient's paths")
    lab, changes = PathsLab(question="the gradient's paths"), []
    lab.watch(lambda: changes.append(lab.shown.summary.split(",")[0]))
    assert lab.shown.summary.startswith("Before training")
    asked.answer_with(QUESTIONS["the gradient's paths"].right)
    assert changes == ["After epoch 15"]
    with pytest.raises(ValueError, match="there is no question 'paths'; there are: "):
        PathsLab(question="paths")
    assert TimeLab(question="time saved").asking is False, "nobody asked"


def test_other_settings_say_how_long_they_train_and_show_the_start():
    lab = PathsLab()
    lab.set(layers=60, seed=3)
    assert re.search(r"^Before training, 29 blocks.* Train takes about \d+ s\.$", lab.shown.summary)
    lab = LesionLab()
    lab.set(layers=21, kind="residual")
    assert "After epoch 15" in lab.shown.summary, "20 layers are built, and their weights ship"


def test_a_training_that_is_not_watched_can_be_stopped_too():
    lab = ShuffleLab()
    lab.start(layers=50, seed=1)
    lab.stop()
    assert lab.wait(20) and lab.shown.summary.startswith("Before training. ") and not lab.error


@pytest.mark.parametrize("changed", ShuffleLab.recorded, ids=["deleted", "exchanged"])
def test_the_shuffle_lab_tells_the_first_step_first_as_its_chart_has_it_and_draws_the_range_of_its_draws(changed):
    lab, first = ShuffleLab(), "one exchange" if changed else "one block or layer deleted"
    lab.set(**changed)
    frames = lab.film()
    assert frames[0].summary.startswith("Before training. Both networks guess, whole or not: errors from 8")
    assert [frame.views[0].caption[:8] for frame in frames[:2]] == ["one draw", "line: me"]
    for frame in frames[2:]:
        plain, residual = frame.views[0].lines
        assert frame.summary.startswith(
            f"{first.capitalize()}: plain from {percent(plain.y[0])} to {percent(plain.y[1])}, "
            f"residual from {percent(residual.y[0])} to {percent(residual.y[1])}"
        )
        assert (f": plain {percent(plain.y[-1])}, residual {percent(residual.y[-1])}." in frame.summary) == (
            len(plain.y) > 2
        )
        for line in (plain, residual):
            assert all(low <= y <= high for y, (low, high) in zip(line.y, line.band, strict=True))
            low, high = line.band[1]
            assert line.says[1] == f"{first}: {percent(line.y[1])}, draws from {percent(low)} to {percent(high)}"
    assert [word for _, word in frames[-1].views[0].ticks] == [str(k) for k in range(10)]


def test_the_batch_norm_lab_says_the_loss_at_the_end_of_its_curve_and_how_wide_the_band_of_its_unit_is():
    for frame in BatchNormLab().film():
        loss, *units = frame.views
        assert (units[0].low, units[0].high) == (units[1].low, units[1].high), "on one scale"
        assert all("unit 1 of layer 3" in unit.caption and "middle 70 %" in unit.caption for unit in units)
        spans = [decimals(line.band[-1][1] - line.band[-1][0]) for unit in units for line in unit.lines]
        assert f"images span {spans[0]} without, {spans[1]} with it." in frame.summary
        without, normed = loss.lines
        if without.y:
            ends = [number(line.y[-1]) for line in loss.lines]
            assert f"without batch norm the loss is {ends[0]}, with it {ends[1]} (mean of the last 20" in frame.summary
            assert normed.y[-1] == pytest.approx(np.mean(normed.raw[-20:]), rel=1e-3)


def taking(one):
    """In place of a measurement: seconds that are as the survival probability of the last block."""
    return lambda lasts, depth, seed, epochs: ({last: one * last for last in lasts} for _ in range(22 * epochs))


def test_the_time_lab_measures_this_machine_and_says_that_its_film_is_another_ones(monkeypatch):
    monkeypatch.setattr("course.labs.time.seconds_of_an_epoch", taking(2.0))
    lab = TimeLab()
    assert "; Train measures this machine." in lab.shown.summary
    expected, chosen, measured = lab.train(last="0.2").views[1].lines
    assert measured.y[0] == 2.0 and measured.y[-1] == 0.4
    assert chosen.x == (0.2,) and chosen.y == expected.y[-1:]
    assert "of 49 blocks 29.0 compute on average, so one expects 59.2\u202f% of the time" in lab.shown.summary
    assert lab.shown.summary.endswith("Measured: 0.400 s of 2.000 s, 20.0\u202f%.")


def test_the_time_lab_answers_before_it_measures_and_keeps_what_it_measured(monkeypatch):
    lab = TimeLab()
    lab.set(layers=50, last="0.65")
    each, times = lab.shown.views
    assert each.lines[0].y[-1] == 0.65 and len(each.lines[0].y) == 24 and not times.lines[2].x
    assert "Press Train to measure." in lab.shown.summary
    for seconds in (2.0, 3.0):
        monkeypatch.setattr("course.labs.time.seconds_of_an_epoch", taking(seconds))
        lab.start()
        assert lab.wait(20)
        lab.set(last="0.35")
        measured = lab.shown.views[1].lines[2]
        assert measured.y == (pytest.approx(seconds), *(pytest.approx(seconds * p) for p in measured.x[1:]))
        assert len(measured.x) == 6 and "Measured" in lab.shown.summary


def test_what_the_machine_does_besides_is_no_time_of_an_epoch(monkeypatch):
    """The networks take their steps in turn, and what one waits for is not counted."""
    order = []

    def kept_waiting(network, *rest):
        for record in train(network, *rest):
            order.append(network)
            time.sleep(0.02)
            yield record

    monkeypatch.setattr(huang2016, "train", kept_waiting)
    *_, found = huang2016.seconds_of_an_epoch((1.0, 0.5), 10, 0, epochs=1)
    assert len(order) == 2 * (22 + huang2016.WARM_UP) and order[::2] == order[:1] * (len(order) // 2)
    assert all(0 < seconds < 22 * 0.02 for seconds in found.values()), "less than the waiting in 22 steps"


def test_all_films_of_the_time_lab_show_one_measurement():
    films_ = [films.film(films.file("time", changed)).frames[-1] for changed in TimeLab.recorded]
    assert len({frame.views[1].lines[2].y for frame in films_}) == 1
    assert len({frame.summary for frame in films_}) == len(films_) == 6


def test_the_time_lab_gives_nothing_away_while_its_question_is_open():
    asked = predict("time saved")
    lab = TimeLab(question="time saved")
    lab.set(last="0.2")
    assert len(lab.shown.views) == 1 and not lab.shown.views[0].references and "%" not in lab.shown.summary
    asked.answer_with(None)
    assert len(lab.shown.views) == 2 and "%" in lab.shown.summary


def test_the_gates_lab_shows_what_it_compares_and_says_what_lies_beyond_its_scales_only_where_something_does():
    pictures, apart, gates, mean, outputs, biases = GatesLab().shown.views
    assert [name for name, _ in pictures.pictures] == ["this 2", "the mean"]
    digits = data.load("digits", device="cpu")
    below, above = np.split(np.asarray(pictures.values)[::-1], 2)[::-1]
    np.testing.assert_allclose(above, digits.test.images[0, 0].numpy() / 16, atol=3e-3)
    np.testing.assert_allclose(below, digits.train.images[:, 0].float().mean(0).numpy() / 16, atol=3e-3)
    words = [[word for _, word in view.scale_ticks()] for view in (apart, gates, biases)]
    assert words == [["−0.5", "0", "≥ 0.5"], ["0", "0.5", "1"], ["≤ −0.05", "0", "≥ 0.05"]]
    assert not apart.small and all(view.small for view in (gates, mean, outputs, biases))


@pytest.mark.parametrize(
    ("of", "minus", "names"),
    [
        ("picture", "mean", ("this 4", "the mean")),
        ("picture", "9", ("this 4", "class 9")),
        ("class", "mean", ("class 4", "the mean")),
        ("class", "9", ("class 4", "class 9")),
        ("class", "4", ("class 4", "class 4")),
    ],
)
def test_the_gates_lab_takes_the_gates_of_the_mean_or_a_class_from_those_of_a_picture_or_its_class(of, minus, names):
    lab, digits = GatesLab(), data.load("digits", device="cpu")
    lab.set(picture=1, of=of, minus=minus)
    pictures, apart, gates, others, *_ = lab.shown.views
    assert tuple(name for name, _ in pictures.pictures) == names
    assert apart.title == f"Gates for {names[0]} minus {names[1]}"
    network = trained.known("highway", 50, 0)
    by_class = measure.gate_activity_by_class(network, digits.train.x, digits.train.y).numpy()
    one = measure.gate_activity(network, digits.test.x[1:2]).numpy() if of == "picture" else by_class[4]
    other = measure.gate_activity(network, digits.train.x).numpy() if minus == "mean" else by_class[int(minus)]
    for view, expected in ((gates, one), (others, other), (apart, one - other)):
        np.testing.assert_allclose(view.values, expected, atol=1e-5)


def test_the_gates_lab_has_a_bar_for_each_block_as_long_as_its_gates_differ_on_average():
    lab = GatesLab()
    lab.set(picture=1, of="class")  # computed, not from the film, whose values end where the colours do
    apart = lab.shown.views[1]
    assert apart.margin == pytest.approx(np.abs(apart.values).mean(1).tolist())
    assert 0.05 < max(apart.margin) < apart.margin_high
    assert max(apart.margin[:5]) > 2 * max(apart.margin[-5:]), "the first blocks tell the class from the others"


def test_hidden_units_stand_by_the_class_that_they_answer_to_most_and_borders_part_the_classes():
    lab = HiddenUnitsLab()
    *_, last = lab.compute(lab.settings)
    units, among = last.views
    borders = [0, *(round(rule - 0.5) for rule in units.rules), 100]
    assert [word for _, word in units.ticks] == [str(digit) for digit in range(10)]
    classes = data.load("digits", device="cpu").train.y[:100].sort().values.numpy()
    assert [set(classes[low:high]) for low, high in itertools.pairwise(borders)] == [{digit} for digit in range(10)]
    raised = np.stack([units.values[:, classes == digit].mean(1) for digit in range(10)], axis=1)
    varies = units.values.std(1) > 1e-6
    preferred = (raised - units.values.mean(1, keepdims=True)).argmax(1)[varies]
    assert (np.diff(preferred) >= 0).all() and not varies[varies.sum() :].any(), "those that never change come last"
    assert len(among.values) == varies.sum()
    alike = preferred[:, None] == preferred
    np.fill_diagonal(alike, False)
    assert among.values[alike].mean() > 0.2 > among.values[~alike].mean(), "clusters lie along the diagonal"


def test_hidden_units_that_never_change_are_marked_on_the_map_and_numbered_in_the_words():
    lab = HiddenUnitsLab()
    lab.set(activation="sigmoid", scale=8.0, offset=2.0)
    for frame in lab.film():
        units, among = frame.views
        constant = [row for row, values in enumerate(np.array(units.values)) if np.ptp(values) == 0]
        assert set(units.marked) <= set(constant), "others may look alike in a film's 250 steps"
        first, count = UNITS - len(units.marked) + 1, len(units.marked)
        assert f"{count} of {UNITS} units never change: {first} to {UNITS} ◂." in frame.summary
        assert list(units.marked) == list(range(first - 1, UNITS)) and len(among.values) == first - 1
    assert hidden_units._constant(0) == "0 of 40 units never change."
    assert hidden_units._constant(1) == "1 of 40 units never changes: 40 ◂."


def test_the_map_of_a_landscape_shows_bands_between_its_points_and_says_what_lies_beyond_them():
    losses = np.full((17, 17), np.nan)
    losses[:3] = np.geomspace(1e-4, 1e6, 17)  # three of the rows are known
    bands = landscape._map("plain", losses)
    assert np.shape(bands.values) == (97, 97) and not np.isnan(bands.values[:13]).any()
    assert np.isnan(bands.values[13:]).all(), "nothing is made up beyond them"
    edges = np.flatnonzero(np.diff(bands.values[0]))
    assert min(np.diff(edges)) >= 4 and max(np.diff(edges)) <= 5, "a factor of ten takes 9.6 cells"
    said = [word for _, word in bands.scale_ticks()]
    assert (said[0], said[-1]) == ("≤ 0.001", "≥ 10⁴")


def test_the_line_of_a_landscape_runs_where_the_loss_is_1_and_its_name_says_when_there_is_none():
    x, y = np.meshgrid(*[np.linspace(-1, 1, 17)] * 2)
    bowl = 10.0 ** (4 * (x**2 + y**2 - 0.26))  # it is 1 half a length from the middle, and at none of the points
    drawn = landscape._map("plain", bowl)
    ends = np.array(drawn.contour).reshape(-1, 2)
    assert np.hypot(*ends.T) == pytest.approx(0.51, abs=0.01)
    corners, counts = np.unique(ends, axis=0, return_counts=True)
    assert len(corners) > 60 and set(counts) == {2}, "a closed line"
    assert drawn.title == "plain: training loss, nats (line: 1)"
    half = landscape._map("plain", np.where(y <= 0, bowl, np.nan))
    assert np.array(half.contour)[:, [1, 3]].max() == 0, "nothing is made up"
    for level, words in ((1e-3, "below 1 everywhere"), (1e3, "above 1 everywhere"), (math.nan, "line: 1")):
        drawn = landscape._map("plain", np.full((17, 17), level))
        assert not drawn.contour and drawn.title.endswith(f"({words})")


def test_hidden_units_end_as_in_their_film_when_they_train_again():
    lab = HiddenUnitsLab()
    kept = lab.film()[-1]
    *_, last = lab.compute(lab.settings)
    accuracy = [float(re.search(r"accuracy ([\d.]+)", frame.summary).group(1)) for frame in (kept, last)]
    assert accuracy[0] == pytest.approx(accuracy[1], abs=1)


def test_the_doctor_lists_the_weights_that_ship():
    said = [finding.what for finding in doctor.examine() if finding.what.startswith("weights of ")]
    assert len(said) == len(NETWORKS) + 1
    assert any(
        re.fullmatch(r"weights of highway-50-seed0-\w+: highway, 50 layers, digits, \d+ kB", what) for what in said
    )


def test_what_is_missing_of_a_lab_is_recorded_and_the_rest_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(
        recordings, "folder", lambda lab, real=recordings.folder: real(lab) if lab == "depth" else tmp_path / lab
    )
    monkeypatch.setattr(LesionLab, "recorded", ({"kind": "plain", "layers": 6},))
    planned = CliRunner().invoke(cli.app, ["record", "lesion", "--plan"])
    assert planned.output.startswith("1 network and 1 film to record, about ") and not any(tmp_path.iterdir())
    done = CliRunner().invoke(cli.app, ["record", "lesion"])
    assert done.exit_code == 0 and "kind-plain-layers-6.json.gz: 6 frames. After epoch 15" in done.output
    assert sorted(file.suffix for file in (tmp_path / "trained").iterdir()) == [".jsonl", ".safetensors"]
    kept = load_file(next((tmp_path / "trained").glob("*.safetensors"))).values()
    assert {(v.ndim, v.dtype) for v in kept} == {(1, torch.float32), (2, torch.float16)}
    assert CliRunner().invoke(cli.app, ["record", "lesion"]).output.startswith("0 networks and 0 films")
    lab = LesionLab()
    lab.set(kind="plain", layers=6)
    assert "◎" in lab.shown.summary


def test_the_runs_that_a_lab_opens_with_are_recorded_where_they_are_missing(tmp_path, monkeypatch):
    without, half = [lab_run.run for lab_run in DropoutLab().opening]  # as they ship
    monkeypatch.setattr(recordings, "folder", lambda lab: tmp_path / lab)
    planned = CliRunner().invoke(cli.app, ["record", "dropout", "--plan"])
    assert planned.output == "2 runs to record, in a few seconds\n" and not any(tmp_path.iterdir())
    done = CliRunner().invoke(cli.app, ["record", "dropout"])
    assert re.search("dropout 0: training loss .*\ndropout 0.5: training loss ", done.output), done.output
    assert CliRunner().invoke(cli.app, ["record", "dropout"]).output.startswith("0 runs to record")
    made = {name: Run.load(tmp_path / "dropout" / f"{name}.jsonl") for name in ("drop_probability-0.0", "start")}
    assert [run.header["settings"]["drop_probability"] for run in made.values()] == [0, 0.5]
    assert made["drop_probability-0.0"].test_accuracy == pytest.approx(without.test_accuracy, abs=0.02)
    assert len(made["start"].steps) == len(half.steps) == 150, "whole"
