"""What a lab's page is told, without a browser: the kernel decides, the page draws."""

import math
import threading

import numpy as np
import pytest

from course import Recipe, data, drawings, networks, papers, plots, themes, wording
from course.labs import (
    RULE,
    DepthLab,
    DropoutLab,
    InitLab,
    InstantLab,
    Prediction,
    SGDLab,
    filming,
    folded,
    predict,
    recordings,
)  # fmt: skip
from course.labs.lab_run import LabRun
from course.labs.questions import QUESTIONS
from course.labs.suggestions import SUGGESTIONS
from course.page import page_of, protocol
from course.page.card import CardPage
from course.page.fallback import Fallback
from course.page.kernel import KernelPage
from course.page.messages import Feed
from course.records import Record, Run

QUICK = {"kind": "plain", "depth": 4, "epochs": 1, "learning_rate": 0.05}


def told(lab, moved=False):
    return Feed(lab).state(moved)[0]


def text(lab, moved=False):
    status = told(lab, moved)["status"]
    return f"{status['symbol']} {status['text']}"


def as_ended(lab, status, losses, **changes):
    """The lab with one run that has these losses and this status."""
    lab.reset()
    lab.train(**QUICK)
    live = lab.runs[0]
    live.run.records[:] = [Record(i + 1, 1, "train", loss, 0.5, 0.05, i / 10) for i, loss in enumerate(losses)]
    live.run.status = status
    for name, value in changes.items():
        setattr(live, name, value)
    return lab


# ── the status line ──

BY_RULE = wording.rate(recordings.recorded("depth")["plain", 10].recipe.learning_rate)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "plain", "depth": 50, "learning_rate": 0.03}, "○ Ready: plain 50, rate 0.03."),
        ({"kind": "plain", "depth": 10}, f"○ Ready: plain 10, rate {BY_RULE}, by the rule."),
        ({"kind": "rezero", "depth": 3}, "○ Ready: ReZero 3, the rule looks for a rate while you watch."),
        ({"kind": "plain", "depth": 1, "learning_rate": 0.1}, "○ Ready: plain 2 (there is no depth 1), rate 0.1."),
        ({"kind": "plain", "depth": 11}, "○ Ready: plain 11, the rule looks for a rate while you watch."),
    ],
)  # fmt: skip
def test_ready_says_what_train_would_train(settings, words):
    assert text(DepthLab(**settings)) == words


def test_ready_says_where_a_kind_has_no_such_depth():
    lab = DepthLab(kind="residual", depth=21, learning_rate=0.1)
    assert text(lab) == "○ Ready: residual 20 (there is no depth 21), rate 0.1."


def test_ready_names_given_networks_and_labs_without_a_depth():
    given = DepthLab(networks={"mine": networks.mlp("plain", 3)}, learning_rate=0.1)
    assert text(given) == "○ Ready: all, one after another, rate 0.1."
    assert text(SGDLab()) == "○ Ready: SGD lab, rate 0.05."


def test_what_is_ready_is_what_is_built_for_every_kind_and_depth():
    lab = DepthLab()
    for kind in networks.KINDS:
        for depth in (1, 2, 3, 4, 5, 7, 10, 99, 100, 101, 1000):
            lab.set(kind=kind, depth=depth)
            state, built = told(lab), networks.nearest_depth(kind, depth)
            assert f"Ready: {themes.label(kind)} {built}" in state["status"]["text"]
            bias = networks.gate_bias_for_depth(built - 2) if built > 2 else None
            assert state["automatic"]["gate_bias"] == bias


def test_each_ending_has_its_words():
    lab = DepthLab()
    assert text(as_ended(lab, "finished", [2.4, 0.25])).startswith("✓ Finished plain 4: training loss 1.32, test")
    words = "✓ Finished plain 4: training loss 2.29, no better than guessing (2.30). Try a smaller learning rate"
    assert text(as_ended(lab, "finished", [2.29, 2.29])).startswith(words)
    words = "× Plain 4 diverged at step 2: loss 4.0·10⁴. Lower the learning rate."
    assert text(as_ended(lab, "diverged", [2.3, 4e4])) == words and told(lab)["status"]["alert"]
    words = "■ Stopped plain 4 at step 2: loss 2.00. Train starts it again from step 0."
    assert text(as_ended(lab, "stopped", [2.0, 2.0])) == words
    assert text(as_ended(lab, "stopped", [])) == "■ Stopped plain 4 before its first step."
    words = "! Plain 4 failed after 2 steps: RuntimeError: no. What it had is kept."
    assert text(as_ended(lab, "failed", [2.0, 2.0], error="RuntimeError: no")) == words
    lab.reset()
    lab.set(kind="highway", depth=50, epochs=15, learning_rate=RULE)
    lab.show_recorded()
    assert text(lab).startswith("◎ Recorded highway 50, recorded: training loss 0.000")


def test_status_and_table_agree_on_the_step_where_a_search_was_stopped():
    lab = DepthLab()
    lab.start(kind="plain", depth=7, epochs=300)
    live = lab.runs[0]
    while sum(len(trial.records) for trial in list(live.trials)) < 40:
        pass
    searching = told(lab)
    assert searching["status"]["text"].startswith("The rule tries rates for plain 7: ")
    leaders = [series for series in searching["runs"][0]["series"][1:] if series["leads"]]
    assert len(leaders) == 1 and f"{leaders[0]['rate']} leads with loss" in searching["status"]["text"]
    lab.stop()
    assert lab.wait(20)
    state = told(lab)
    step = live.run.records[-1].step
    assert f"at step {step}:" in state["status"]["text"] and state["runs"][0]["state"] == f"stopped at step {step}"


def test_the_trial_with_the_lowest_loss_leads():
    lab = as_ended(DepthLab(), "searching", [])
    lab.in_cell = True
    for rate, loss in ((1.0, 3.0), (0.5, 0.4), (0.25, 1.0)):
        records = [Record(1, 1, "train", loss, 0.5, rate, 0.1)]
        lab.runs[0].trials.append(Run(Recipe(learning_rate=rate), records))
    assert [series["leads"] for series in told(lab)["runs"][0]["series"][1:]] == [False, True, False]
    assert text(lab) == "◌ The rule tries rates for plain 4: of 3, 0.5 leads with loss 0.40."


def test_a_moved_control_shows_what_is_ready_until_something_trains():
    lab = DepthLab()
    lab.train(**QUICK)
    assert text(lab).startswith("✓ Finished")
    assert text(lab, moved=True) == "○ Ready: plain 4, rate 0.05."


def test_a_question_comes_first_and_its_outcome_is_measured():
    lab = DepthLab(question=predict("How low?", ["0.1", "0.001"]))
    assert told(lab)["status"]["text"] == "Predict first. The curves appear after your answer."
    assert KernelPage(lab).act({"do": "train", "settings": lab.settings}) == "Answer the question first, or skip it."
    lab.question.answer_with(1)
    lab.train(**QUICK)
    loss = lab.runs[0].run.loss
    assert told(lab)["answer"] == {"done": True, "text": "0.001", "measured": f"plain 4: {loss:.2f}"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_of_the_course_says_how_it_ends_after_the_answer_and_never_before(name):
    asked = QUESTIONS[name]
    found = asked.measured()
    assert len(found.split()) >= 2 and 0 <= asked.right < len(asked.options)
    for chosen in (None, *range(len(asked.options))):
        page = CardPage(predict(name))
        assert found not in str(page.widget.get_state()) and found not in page.fallback().html
        page.on_answer(chosen)
        page.follow()
        verdict = "" if chosen is None else "; as predicted" if chosen == asked.right else "; not as predicted"
        assert page.widget.outcome == f"{found}{verdict}" and page.widget.done
        assert verdict in page.fallback().html and verdict in repr(page.prediction)


def test_a_question_of_ones_own_has_no_outcome_and_a_name_that_is_not_there_is_refused():
    own = predict("Is `a` larger than `b`?", ["yes", "no"])
    own.answer_with(0)
    assert own.outcome == "" and "<code>a</code>" in CardPage(own).fallback().html
    with pytest.raises(ValueError, match=r"two or more options.* or one of the course's names"):
        predict("no such question")


def test_what_is_folded_is_closed_until_it_is_opened_and_keeps_its_table():
    found = papers.ours("course-degradation")
    html = folded(found)._repr_mimebundle_()["text/html"]
    assert html.startswith("<details><summary>What was measured") and found.html() in html
    assert "<svg" in folded(drawings.identity())._repr_mimebundle_()["text/html"]
    assert "<svg" in folded(plots.layers({"plain": [1.0, 2.0]}))._repr_mimebundle_()["text/html"]
    assert folded("a < b", "Measured")._repr_mimebundle_()["text/html"].count("<pre>a &lt; b</pre>") == 1


# ── touched networks ──


def test_a_touched_network_says_what_it_does_now_and_its_changes_are_rows():
    lab = DepthLab()
    page = KernelPage(lab)
    assert "there is no run 1" in page.act({"do": "leave_out", "number": 1, "layers": [2]})
    lab.train(**QUICK | {"kind": "residual", "depth": 6})
    assert told(lab)["runs"][0]["touch"]["blocks"] == [[2, 3], [4, 5]]
    assert page.act({"do": "leave_out", "number": 1, "layers": [5]}) == ""
    change = lab.runs[0].change
    words = f"residual 6 without layers 4–5: error {wording.percent(change.error)} on the 360 test images instead of"
    assert text(lab) == f"◐ {wording.capital(words)} {wording.percent(1 - lab.runs[0].run.test_accuracy)}."
    assert page.act({"do": "swap", "number": 1, "layers": [2, 4]}) == ""
    touch = told(lab)["runs"][0]["touch"]
    assert (touch["out"], touch["moved"]) == ([1], [[0, 1], [1, 0]])
    assert [row["now"] for row in touch["changes"]] == [False, True] and touch["changes"][0]["test"] == change.accuracy
    assert text(lab, moved=True).startswith("○ Ready"), "a control was moved since"
    assert page.act({"do": "put_back", "number": 1, "layers": []}) == ""
    assert text(lab).startswith("✓ Residual 6 is whole again: error ")
    assert "layer 1 turns the 64" in page.act({"do": "leave_out", "number": 1, "layers": [1]})
    lab.train(**QUICK)
    assert text(lab).startswith("✓ Finished plain 4")
    page.act({"do": "leave_out", "number": 1, "layers": [2]})
    assert text(lab).startswith("◐ Residual 6 without layers 2–3"), "the run that was touched, not the newest"


def test_runs_that_cannot_be_touched_say_why():
    lab = DepthLab()
    assert told(lab)["runs"][0]["touch"] == {
        "refused": "A recording has no weights: train it to touch its layers.",
        "blocks": [], "out": [], "moved": [], "changes": [],
    }  # fmt: skip
    as_ended(lab, "running", [2.0]).in_cell = True
    assert told(lab)["runs"][0]["touch"]["refused"].startswith("Run 1 still trains")


# ── how runs are called ──


def called(lab):
    return [run["name"] for run in told(lab)["runs"]]


def test_a_name_says_only_what_tells_a_run_from_the_others():
    lab = DepthLab()
    lab.train(**QUICK)
    assert called(lab) == ["plain 4"]
    lab.train(**QUICK | {"kind": "highway"})
    assert called(lab) == ["plain 4", "highway 4"]
    lab.train(gate_bias=-4.0)
    assert called(lab) == ["plain 4", "highway 4, bias by depth", "highway 4, bias −4"]
    lab.remove(1)
    assert called(lab) == ["bias by depth", "bias −4"], "where all are the same network"
    lab.train(learning_rate=0.1)
    assert called(lab)[-1] == "bias −4, rate 0.1", "a label that is cut keeps what a kind has of its own"
    lab = SGDLab()
    lab.train(epochs=1)
    assert called(lab) == ["run 1"]
    lab.train(momentum=0.5)
    assert called(lab) == ["momentum 0.9", "momentum 0.5"]


def test_a_lab_with_kinds_gives_each_its_colour_and_one_without_goes_by_number():
    lab, sgd = DepthLab(), SGDLab()
    for _ in range(2):
        lab.train(**QUICK | {"kind": "highway"})
        sgd.train(epochs=1)
    assert [run["family"] for run in told(lab)["runs"]] == ["highway"] * 2
    assert [run["family"] for run in told(sgd)["runs"]] == list(themes.tokens()["kinds"])[:2]


# ── the numbers beside the state ──


def rows(state, buffer, index=0):
    """The new rows of the first run's own curve."""
    series = state["runs"][index]["series"][0]
    count = (series["stop"] - series["start"]) * len(protocol.ROW)
    return np.frombuffer(buffer, "<f4")[:count].reshape(-1, len(protocol.ROW))


def test_only_what_is_new_goes_out_and_all_of_it_after_something_was_missed():
    lab = DepthLab()
    lab.train(**QUICK)
    feed = Feed(lab)
    state, buffer = feed.state(False)
    first = rows(state, buffer)
    assert len(first) == 24 and first[:, 0].tolist()[:22] == list(range(1, 23))
    assert np.allclose(first[:, 1], [r.loss for r in lab.runs[0].run.records])
    assert feed.state(False)[1] == b""
    feed.forget()
    state, again = feed.state(False)
    assert again == buffer and state["runs"][0]["series"][0]["start"] == 0


def test_smoothed_values_are_those_of_every_figure_however_they_are_cut_into_messages():
    from course.smoothing import smooth

    lab = DepthLab()
    lab.train(**QUICK)
    records, feed, seen = list(lab.runs[0].run.records), Feed(lab), []
    for cut in (3, 10, 11, len(records)):
        lab.runs[0].run.records[:] = records[:cut]
        seen += rows(*feed.state(False))[:, 5].tolist()
    losses = [r.loss for r in records if r.split == "train"]
    assert np.allclose(seen[: len(losses)], smooth(losses), rtol=1e-6)


def test_json_has_neither_infinity_nor_nan():
    lab = as_ended(DepthLab(), "diverged", [2.0, math.inf])
    run = told(lab)["runs"][0]
    assert run["loss"] is None and run["test"] is None and run["diverged"] == 2


def test_a_run_is_read_as_one_snapshot_while_a_thread_fills_it():
    """Records, columns and status agree in each snapshot, and one that says the end comes with everything."""
    recipe = DepthLab().train(**QUICK)
    live, total = LabRun(1, "plain", "plain 4", {}, Run(recipe.recipe)), 20_000

    def fill():
        for step in range(1, total + 1):
            live.run.records.append(Record(step, 1, "train", 1.0, 0.5, 0.1, 0.0))
            live.columns.append((step, [0.0]))
        live.run.status = "finished"

    thread = threading.Thread(target=fill)
    thread.start()
    while True:
        seen = live.snapshot()
        assert len(seen.run.records) - len(seen.columns) <= 1
        assert seen.run.steps == seen.run.records and seen.steps == live.steps
        if seen.over:
            break
    thread.join()
    assert len(seen.run.records) == total and len(seen.columns) == total


def test_a_snapshot_does_not_grow_and_never_says_the_end_without_its_last_record():
    class Ending(list):
        """Records of which the last comes, and with it the end, just after the others were read."""

        def __iter__(self):
            read = iter(list(super().__iter__()))
            self.append(Record(2, 1, "train", 1.0, 0.5, 0.1, 0.0))
            lab_run.run.status = "finished"
            return read

    lab_run = LabRun(1, "plain", "plain 4", {}, Run(Recipe()))
    lab_run.run.records = Ending([Record(1, 1, "train", 1.0, 0.5, 0.1, 0.0)])
    seen = lab_run.snapshot()
    lab_run.run.records.append(None)
    assert not seen.over and len(seen.run.records) == 1


# ── what the page says ──


def test_whatever_goes_wrong_in_a_message_is_one_line_in_its_answer():
    for lab in (DepthLab(), InitLab()):
        page = page_of(lab)
        assert "no verb of" in page.act({"do": "nonsense"}) and "no verb of" in page.act({})
        assert "has no control 'depht'" in page.act({"do": "train", "settings": {"depht": 3}})
        assert page.act({"do": "train"}), "a message without its settings is no traceback either"


def test_the_page_moves_the_controls_of_the_kernels_lab():
    lab = DepthLab()
    page = page_of(lab)
    assert page.act({"do": "set", "settings": lab.settings | {"depth": 33}}) == ""
    assert lab.settings["depth"] == 33


def test_a_lab_has_one_page_whatever_cells_show_it():
    lab = DepthLab()
    assert page_of(lab) is page_of(lab) and page_of(lab) is not page_of(DepthLab())
    with pytest.raises(TypeError, match="a page shows a lab or a question, got int"):
        page_of(3)


def test_every_instant_lab_declares_its_controls_to_the_page():
    from course import labs

    for name in labs.__all__:
        made = getattr(labs, name)
        if isinstance(made, type) and issubclass(made, InstantLab) and made is not InstantLab:
            declared = page_of(made()).widget.declaration
            assert [control["name"] for control in declared["controls"]] == list(declared["settings"])


def test_a_lab_opens_with_its_recording_until_something_else_was_on_its_chart():
    lab = DepthLab(kind="highway", depth=50)
    feed = Feed(lab)
    [run], status = feed.state(False)[0]["runs"], feed.state(True)[0]["status"]
    assert run["recorded"] and run["label"] == "highway 50" and run["state"].startswith("recorded 20")
    assert status["text"].startswith("Ready: highway 50")
    lab.train(**QUICK)
    assert [run["recorded"] for run in feed.state(False)[0]["runs"]] == [False]
    lab.reset()
    assert feed.state(False)[0]["runs"] == []
    assert Feed(DepthLab(depth=11)).state(False)[0]["runs"] == []


@pytest.mark.parametrize("made", filming.STARTS.values())
def test_a_lab_of_one_network_opens_with_the_runs_that_it_declares_that_of_its_settings_last(made):
    lab = made()
    shown = Feed(lab).state(False)[0]["runs"]
    assert len(shown) == len(lab.recorded) and all(run["recorded"] for run in shown)
    assert [run["steps"] for run in shown] == [one.run.records[-1].step for one in lab.opening]
    declared = [lab.settings | changed for changed in lab.recorded]
    assert [one.settings for one in lab.opening] == [one.run.header["settings"] for one in lab.opening] == declared
    assert declared[-1] == lab.settings, "as it starts: else course record it anew"
    [*_, own] = made(**lab.recorded[0]).opening
    assert own.settings == declared[0] and not made(seed=1).opening and not made(epochs=3).opening
    assert made().train(**lab.recorded[0]).loss == pytest.approx(lab.opening[0].run.loss, rel=0.5)


def test_a_run_takes_the_place_of_the_recording_of_its_settings_and_the_others_stay_beside_it():
    lab = SGDLab()
    assert called(lab) == ["rate 0.005", "rate 0.2", "rate 0.05"]
    lab.train()
    shown = told(lab)["runs"]
    assert [(run["number"], run["recorded"]) for run in shown] == [(1, True), (2, True), (3, False)]
    assert [run["family"] for run in shown] == list(themes.tokens()["kinds"])[:3]
    lab.train(momentum=0.5, epochs=2)
    assert called(lab) == ["rate 0.005", "rate 0.2", "rate 0.05", "rate 0.05, momentum 0.5, epochs 2"]
    assert [one.number for one in lab.on_chart if not one.recorded] == [3, 4]
    lab.remove(2)
    assert [one.number for one in lab.on_chart] == [1, 3, 4]
    with pytest.raises(ValueError, match="there is no run 2; there are 1, 3, 4"):
        lab.remove(2)
    lab.reset()
    assert told(lab)["runs"] == []


def test_recordings_make_room_where_the_chart_is_full_and_eight_runs_can_be_trained():
    lab = SGDLab()
    assert len(lab.opening) == 3
    counts = []
    for seed in range(8):
        lab.train(seed=seed + 1, epochs=1, batch_size=1437)
        counts.append(len(lab.on_chart))
        assert len({one.number for one in lab.on_chart}) == len(lab.on_chart)
    assert counts == [4, 5, 6, 7, 8, 8, 8, 8] and len(lab.runs) == 8
    with pytest.raises(ValueError, match="8 runs are on the chart: remove one"):
        lab.train(seed=9)


def test_below_a_question_of_the_course_a_lab_opens_without_recordings_until_it_is_answered():
    asked = predict("half of the units")
    lab = DropoutLab(question="half of the units")
    feed, page = Feed(lab), page_of(lab)
    assert page.widget.declaration["asking"] and page.widget.declaration["question"] is None
    assert feed.state(False)[0]["runs"] == [] and Fallback.of_lab(lab).text == "No run yet: press Train."
    asked.answer_with(4)
    assert called(lab) == ["dropout 0", "dropout 0.5"]
    with pytest.raises(ValueError, match="there is no question 'half'"):
        DropoutLab(question="half")


def test_a_lab_says_what_to_try_first_but_in_a_lecture_and_where_a_question_is_asked():
    for made in (DepthLab, SGDLab, DropoutLab):
        assert page_of(made()).widget.declaration["suggestion"] == SUGGESTIONS[made.name]
        lecture = made()
        lecture.lecture = True
        assert page_of(lecture).widget.declaration["suggestion"] == ""
        assert page_of(made(question=Prediction("?", ["a", "b"]))).widget.declaration["suggestion"] == ""
    asked = predict("more momentum")
    assert page_of(SGDLab(question="more momentum")).widget.declaration["suggestion"] == "" and not asked.done


def test_a_recording_waits_for_the_answer_to_a_question_and_can_be_removed():
    lab = DepthLab(question=Prediction("How low?", ["0.1", "0.001"]))
    feed = Feed(lab)
    assert feed.state(False)[0]["runs"] == []
    lab.question.answer_with(None)
    assert [run["label"] for run in feed.state(False)[0]["runs"]] == ["plain 10"]
    page = KernelPage(lab)
    page.act({"do": "remove", "number": 1})
    assert page._feed.state(False)[0]["runs"] == []


def test_what_stands_in_for_a_lab_is_its_recording_before_anything_was_trained():
    assert Fallback.of_lab(DepthLab()).text.startswith("1 plain 10: finished, training loss 0.00")
    asking = DepthLab(question=Prediction("How low?", ["0.1", "0.001"]))
    words = "1 dropout 0: finished, training loss 0.0014\n2 dropout 0.5: finished, training loss 0.043"
    assert Fallback.of_lab(DropoutLab()).text == words
    for lab in (SGDLab(momentum=0.5), asking, DepthLab(depth=11), DepthLab(data=data.load("digits", device="cpu"))):
        assert Fallback.of_lab(lab).text == "No run yet: press Train."
