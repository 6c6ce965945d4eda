"""The labs' headless face: the same object that a widget drives, without a browser."""

import math
import threading
import time

import pytest
import torch
from torch import nn

from course import Recipe, data, fit, measure, networks, smoothing
from course.labs import (
    ALIVE,
    GATES,
    GRADIENTS,
    RULE,
    Built,
    Controls,
    DepthLab,
    DropoutLab,
    Lab,
    Number,
    SGDLab,
    recordings,
)
from course.records import Run
from course.training import evaluate

QUICK = {"kind": "plain", "depth": 4, "epochs": 1, "learning_rate": 0.05}


def curve(run):
    return [r[:6] for r in run.records]


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.002)


def threads():
    return [t for t in threading.enumerate() if t.name == "course-lab"]


def test_headless_training_gives_the_curve_of_fit(tmp_path):
    lab = DepthLab()
    run = lab.train(**QUICK)
    plain = fit(networks.mlp("plain", 4), data.load("digits", device="cpu"), Recipe(epochs=1, learning_rate=0.05))
    assert curve(run) == curve(plain) and run.status == "finished"
    assert Run.load(lab.save(tmp_path / "run.jsonl")).records == run.records
    assert lab.recipe() == Recipe(epochs=1, learning_rate=0.05)


def test_a_thread_gives_the_same_curve_as_the_callers_own():
    one, two = DepthLab(), DepthLab()
    two.start(**QUICK)
    assert two.wait(20)
    assert curve(one.train(**QUICK)) == curve(two.runs[0].run)
    assert not threads()


@pytest.mark.parametrize("lab", [DepthLab, SGDLab, DropoutLab], ids=["depth", "sgd", "dropout"])
def test_the_code_of_a_run_repeats_it(lab):
    made = lab()
    run = made.train(epochs=2, learning_rate=0.03, **({"kind": "highway", "depth": 5} if lab is DepthLab else {}))
    scope = {}
    exec(made.code(), scope)
    assert curve(scope["run"]) == curve(run)


def test_stop_ends_a_run_within_a_step_and_keeps_what_it_has():
    lab = DepthLab()
    live = lab.start(kind="plain", depth=50, epochs=1000, learning_rate=0.001)
    wait_for(lambda: len(live.run.records) > 5)
    began = time.perf_counter()
    lab.stop()
    assert lab.wait(5)
    assert time.perf_counter() - began < 1
    assert live.status == "stopped" and len(live.run.records) > 5 and not threads()


def test_another_start_stops_the_first_and_both_are_kept():
    lab = DepthLab()
    first = lab.start(kind="plain", depth=50, epochs=1000, learning_rate=0.001)
    wait_for(lambda: first.run.records)
    second = lab.start(**QUICK)
    assert lab.wait(20)
    assert (first.status, second.status) == ("stopped", "finished")
    assert [r.number for r in lab.runs] == [1, 2]


def test_two_labs_train_at_once_without_touching_each_other():
    labs = [DepthLab(), DepthLab()]
    for lab in labs:
        lab.start(**QUICK | {"epochs": 3})
    assert all(lab.wait(20) for lab in labs)
    assert curve(labs[0].runs[0].run) == curve(labs[1].runs[0].run)


def test_eight_runs_are_kept_a_ninth_is_refused_and_a_removed_number_is_free_again():
    lab = DepthLab()
    for _ in range(8):
        lab.train(**QUICK | {"depth": 2, "data": "digits"})
    with pytest.raises(ValueError, match="8 runs are on the chart: remove one"):
        lab.train(**QUICK)
    lab.remove(3)
    lab.train(**QUICK)
    assert sorted(r.number for r in lab.runs) == list(range(1, 9)) and lab.runs[-1].number == 3
    with pytest.raises(ValueError, match="there is no run 9"):
        lab.remove(9)
    lab.reset()
    assert not lab.runs


def test_a_diverged_run_says_so_and_ends_there():
    lab = DepthLab()
    run = lab.train(kind="plain", depth=20, learning_rate=4.0, epochs=5)
    assert run.status == "diverged" and run.diverged_at == run.records[-1].step
    assert "diverged" in repr(lab)


def test_a_run_that_fails_keeps_what_it_had_and_leaves_no_thread_and_no_traceback(capfd):
    class Breaks(nn.Module):
        def __init__(self):
            super().__init__()
            self.net, self.calls = networks.mlp("plain", 3), 0

        def forward(self, x):
            self.calls += self.training
            if self.calls > 10:
                raise RuntimeError("the reader's own mistake")
            return self.net(x)

    lab = DepthLab(networks={"mine": Breaks()})
    live = lab.start(epochs=2, learning_rate=0.05)
    assert lab.wait(20)
    assert live.status == "failed" and live.error == "RuntimeError: the reader's own mistake"
    assert len(live.run.records) == 10 and not threads()
    assert "Traceback" not in capfd.readouterr().err
    with pytest.raises(RuntimeError, match="own mistake"):
        lab.train()


def test_a_data_set_that_cannot_be_had_is_said_before_anything_starts(monkeypatch, tmp_path):
    from torchvision import datasets

    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    lab = DepthLab()
    with pytest.raises(data.DataError, match="digits, which needs no network"):
        lab.start(**QUICK | {"data": "mnist"})
    assert not lab.runs and not threads()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"depht": 3}, "the depth lab has no control 'depht'; it has kind, depth"),
        ({"kind": "vanilla"}, "kind must be one of plain, plain_bn"),
        ({"depth": 0}, "depth must be a whole number from 1 to 1000; got 0"),
        ({"depth": 2.5}, "depth must be a whole number, got 2.5"),
        ({"learning_rate": "auto"}, 'learning_rate must be a number from 0.0001 to 4, or "by the rule"'),
        ({"seed": True}, "seed must be a whole number"),
    ],
)
def test_bad_settings_are_refused_with_what_is_allowed_and_change_nothing(settings, words):
    lab = DepthLab()
    before = dict(lab.settings)
    with pytest.raises(ValueError, match=words):
        lab.set(epochs=3, **settings)
    assert lab.settings == before


def test_given_networks_are_trained_as_copies_each_from_the_given_weights():
    shallow = networks.mlp("plain", 5)
    deep = networks.deepen_with_identity(shallow, 12)
    before = [p.clone() for p in shallow.parameters()]
    lab = DepthLab(networks={"5 layers": shallow, "12, deepened": deep})
    run = lab.train(network="12, deepened", learning_rate=0.05, epochs=1)
    again = lab.train(network="12, deepened")
    assert curve(run) == curve(again)
    assert all(torch.equal(a, b) for a, b in zip(before, shallow.parameters(), strict=True))
    assert [r.label for r in lab.runs] == ["12, deepened"] * 2
    lab.reset()
    lab.train(network="all, one after another")
    assert [r.label for r in lab.runs] == ["5 layers", "12, deepened"]
    assert curve(lab.runs[1].run) == curve(run)


def test_the_rules_trials_grow_visibly_while_it_decides():
    lab = DepthLab()
    live = lab.start(kind="plain", depth=7, epochs=5, learning_rate=RULE)
    wait_for(lambda: live.trials and live.trials[0].records)
    assert live.status in ("searching", "finished")
    assert lab.wait(60)
    assert len(live.trials) in (13, 15) and live.run in live.trials and live.status == "finished"
    assert live.run.loss == min(t.loss for t in live.trials if t.status == "finished")


@pytest.mark.parametrize(
    ("settings", "panel", "rows"),
    [
        ({"kind": "plain", "depth": 6}, GRADIENTS, 6),
        ({"kind": "highway", "depth": 6}, GATES, 4),
        ({"kind": "stochastic_depth", "depth": 12}, ALIVE, 5),
    ],
)
def test_the_strip_is_sampled_at_fixed_steps(settings, panel, rows):
    lab = DepthLab()
    run = lab.train(**settings, epochs=15, learning_rate=0.01)
    columns = lab.runs[0].columns
    assert [step for step, _ in columns] == list(range(1, 331, 3))
    assert all(len(values) == rows and all(map(math.isfinite, values)) for _, values in columns)
    assert lab.panel(lab.settings) is panel and run.status == "finished"
    if panel is ALIVE:
        assert {v for _, values in columns for v in values} == {0.0, 1.0}


def test_figure_and_frame_hold_all_runs():
    lab = DepthLab()
    with pytest.raises(ValueError, match="nothing has been trained yet"):
        lab.code()
    lab.train(**QUICK)
    lab.train(**QUICK | {"kind": "highway"})
    frame = lab.frame()
    assert set(frame.run) == {1, 2} and set(frame.label) == {"plain 4", "highway 4"} and len(frame) == 2 * 24
    figure = lab.figure()
    assert any("highway 4" in (a.text or "") for a in figure.layout.annotations)


def test_layers_are_left_out_swapped_and_put_back_and_each_change_is_measured_on_the_test_images():
    lab, digits = DepthLab(), data.load("digits", device="cpu")
    run = lab.train(**QUICK | {"depth": 6})
    change = lab.leave_out(3)
    with measure.delete_blocks(run.model, 1):
        assert (change.loss, change.accuracy) == evaluate(run.model, digits.test)
    assert lab.leave_out(4, 5).label == "without layers 3–5" and lab.put_back(4).label == "without layers 3, 5"
    change = lab.swap(2, 4)
    with measure.rearrange_blocks(run.model, [2, 1, 0, 3], without=[1, 3]):
        assert (change.loss, change.accuracy) == evaluate(run.model, digits.test)
    assert change.label == "without layers 3, 5, layers 2 and 4 swapped"
    whole = lab.put_back()
    assert whole.label == "whole" and whole.accuracy == run.test_accuracy and lab.runs[0].arrangement.whole
    assert lab.swap(4, 2).label == "layers 2 and 4 swapped" and lab.swap(2, 4).label == "whole"
    lab.swap(2, 3)
    assert lab.swap(3, 4).label == "layers 2, 3, 4 in the order 4, 2, 3"
    assert repr(lab.leave_out(2)).startswith("without layer 2, layers 2, 3, 4 in the order 4, 2, 3: test error ")
    lab.put_back()
    labels = ["without layer 3", "without layers 3–5", "without layers 3, 5", change.label, "layers 2 and 4 swapped"]
    assert [each.label for each in lab.runs[0].changes][:5] == labels
    lab.leave_out(3)
    assert [each.label for each in lab.runs[0].changes].count("without layer 3") == 1, "a change is measured once"
    frame = lab.frame()
    assert list(frame.change[:24]) == [""] * 24 and list(frame.change[24:29]) == labels
    assert set(frame.split[24:]) == {"test"} and frame.accuracy[27] == change.accuracy and set(frame.step[24:]) == {22}


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_layer_stands_for_its_block(kind):
    lab = DepthLab()
    lab.train(kind=kind, depth=6, epochs=1, learning_rate=0.01)
    two = kind in ("residual", "stochastic_depth")
    assert lab.leave_out(3).label == ("without layers 2–3" if two else "without layer 3")
    assert lab.swap(2, 5).label.endswith("layers 2–3 and 4–5 swapped" if two else "layers 2 and 5 swapped")


def test_what_cannot_be_touched_is_said_with_its_reason():
    lab = DepthLab()

    def refused(words, *layers, verb=lab.leave_out, **which):
        with pytest.raises(ValueError, match=words):
            verb(*layers, **which)

    refused("nothing has been trained yet", 2)
    lab.train(**QUICK)
    refused("layer 1 turns the 64 numbers of an image into 50: nothing can .* left out or swapped: 2–3$", 1)
    refused("layer 4 makes the scores of the 10 classes: nothing can take its place", 2, 4)
    refused("there is no layer 5, only 1 to 4", 5)
    refused("layers 2 and 2 are one block: name two that differ", 2, 2, verb=lab.swap)
    assert lab.runs[0].arrangement.whole and not lab.runs[0].changes
    refused("there is no run 7", 2, number=7)
    lab.train(depth=2)
    refused("run 2 has no layer that could be left out", 1)
    lab.train(depth=20, learning_rate=4.0)
    refused(r"run 3 has not finished \(diverged\): train it to its end", 2)
    lab.set(kind="highway", depth=10, epochs=15, learning_rate=RULE)
    lab.show_recorded()
    refused("a recording has no weights: train it to touch its layers", 2)
    assert lab.leave_out(2, number=1).label == "without layer 2"
    uneven = nn.Sequential(nn.Flatten(), *map(nn.Linear, (64, 9, 9, 5), (9, 9, 5, 10)))
    given = DepthLab(networks={"uneven": uneven}, learning_rate=0.01, epochs=1)
    given.train()
    refused(
        "layer 3 turns 9 numbers into 5: nothing can take its place. .* left out or swapped: 2$",
        3,
        verb=given.leave_out,
    )


def test_runs_of_equal_labels_are_drawn_apart_and_the_sgd_lab_names_what_was_changed():
    lab = SGDLab()
    for changed in ({}, {}, {"momentum": 0.5, "weight_decay": 0.01}):
        lab.train(epochs=1, **{"momentum": 0.9, "weight_decay": 0.0} | changed)
    names = {trace.name for trace in lab.figure().data}
    same = "rate 0.05, epochs 1"
    assert {f"{same} (1)", f"{same} (2)", "rate 0.05, momentum 0.5, decay 0.01, epochs 1"} <= names


def test_a_lab_is_a_small_declaration():
    class Mine(Lab):
        name = "mine"
        controls = Controls((Number("layers", "Layers", 2, 9, 3, whole=True),))

        def build(self, settings):
            return Built(networks.mlp("linear", settings["layers"]), digits, Recipe(epochs=1, learning_rate=0.01))

    digits = data.load("digits", device="cpu")
    assert Mine().train(layers=4).status == "finished"


def test_the_recorded_grid_is_whole_small_and_saves_the_search():
    recorded = recordings.recorded("depth")
    assert {(j.network["kind"], j.network["depth"]) for j in recordings.grid()} == set(recorded)
    assert sum(f.stat().st_size for f in recordings.folder("depth").iterdir()) < 1_000_000
    for run in recorded.values():
        assert run.status == "finished" and run.header["steps_per_second"] > 0 and len(run.steps) <= 72
    assert recorded["plain", 50].loss > 1 and recorded["highway", 50].loss < 0.1
    lab = DepthLab()
    live = lab.start(kind="highway", depth=20, learning_rate=RULE)
    assert live.run.recipe.learning_rate == recorded["highway", 20].recipe.learning_rate and not lab.notice
    lab.reset()


def test_a_recording_is_the_run_that_the_same_settings_train():
    recorded = recordings.recorded("depth")["plain", 10]
    run = DepthLab().train(kind="plain", depth=10, learning_rate=RULE)
    assert run.loss == pytest.approx(recorded.loss, rel=0.5), "the same machine repeats it bit for bit, another nearly"
    thin = smoothing.thinned(run)
    assert thin.loss == pytest.approx(run.loss, rel=1e-3) and thin.test_accuracy == pytest.approx(
        run.test_accuracy, abs=1e-4
    )


def test_above_depth_100_the_nearest_recorded_rate_is_taken_and_said():
    lab = DepthLab()
    live = lab.start(kind="highway", depth=1000, learning_rate=RULE)
    assert "the rule chose at depth 100" in lab.notice
    wait_for(lambda: live.run.records)
    lab.stop()
    assert lab.wait(10) and live.status == "stopped"


def test_other_settings_than_the_recorded_ones_are_searched():
    settings = dict(DepthLab().settings) | {"kind": "highway", "depth": 20}
    assert recordings.rate_for("depth", settings) is not None
    for change in ({"width": 40}, {"epochs": 3}, {"gate_bias": -1.0}, {"data": "mnist"}, {"depth": 21}):
        assert recordings.rate_for("depth", settings | change) is None


def test_a_machine_that_is_slow_is_known_by_its_recording_which_can_be_shown_instead():
    lab = DepthLab()
    live = lab.start(kind="highway", depth=50)
    assert live.expected == recordings.recorded("depth")["highway", 50].header["steps_per_second"]
    assert live.slower is None, "its first second has not passed"
    wait_for(lambda: live.run.records)
    lab.stop()
    lab.wait()
    live.run.records[-1:] = [live.run.records[0]._replace(step=10, seconds=2.0)]
    assert live.slower == pytest.approx(live.expected / 5)
    shown = lab.show_recorded()
    assert shown.recorded and shown.label == "highway 50, recorded" and shown.run.loss < 0.1
    lab.set(depth=51)
    with pytest.raises(ValueError, match="nothing is recorded for these settings"):
        lab.show_recorded()
