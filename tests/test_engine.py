"""The page's own engine beside PyTorch, and its kernels beside their source."""

import json
import subprocess
import sys
from functools import partial
from importlib.resources import files
from pathlib import Path

import needs
import numpy as np
import parity_values
import pytest

from course import training
from course.labs import DepthLab, DropoutLab, SGDLab, predict
from course.labs.arrangement import Arrangement
from course.networks import KINDS, gate_bias_for_depth
from course.page import alone, declared
from course.page.kernel import KernelPage
from course.page.messages import Feed
from course.page.status import ready
from course.records import Record, Run
from course.training import rates

ENGINE = Path(str(files("course.page"))) / "engine"
PAGE_TESTS = Path(__file__).parent / "page"


@pytest.mark.science
def test_the_engine_computes_what_pytorch_does_and_learns_what_the_course_says(tmp_path):
    node = needs.program("node")
    parity_values.write(tmp_path)
    compared = subprocess.run([node, PAGE_TESTS / "parity.mjs", tmp_path], capture_output=True, text=True)
    assert compared.returncode == 0, compared.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the kernels are built on Linux")
def test_the_kernels_are_built_from_their_source(tmp_path):
    clang, node = needs.program("clang-19"), needs.program("node")
    built = tmp_path / "kernels.wasm"
    subprocess.run([ENGINE / "build.sh", built], check=True)
    committed, version = (
        (ENGINE / "kernels.wasm").read_bytes(),
        subprocess.check_output([clang, "--version"], text=True),
    )
    if version.split("version ")[1].split("\n")[0].encode() in committed:  # the compiler says who it is in the file
        assert built.read_bytes() == committed
    for kind in ("plain_bn", "highway", "stochastic_depth", "looks_linear", "rezero"):
        ours, theirs = (
            subprocess.check_output([node, PAGE_TESTS / "losses.mjs", kind, path], text=True)
            for path in (built, ENGINE / "kernels.wasm")
        )
        assert ours == theirs and len(ours.split()) == 22


GRID = [
    {"kind": kind, "depth": depth} | more
    for kind in KINDS
    for depth in (1, 2, 3, 10, 11, 50, 100, 101, 1000)
    for more in ({}, {"width": 20})
] + [{"learning_rate": 0.05}, {"learning_rate": 2**-9, "depth": 7}, {"kind": "highway", "gate_bias": -3}]
STEPS = [(step, 1 + (step - 1) // 22, "train", 3 / step, 0.5 + step / 200, 0.01 * step) for step in range(1, 45)]
ENDS = [(44, 2, "train_eval", 0.3, 0.9, 0.44), (44, 2, "test", 0.4, 0.85, 0.44)]
BAD = [(1, 1, "train", 2.3, 0.1, 0.01), (2, 1, "train", 80.5, 0.1, 0.02)]
SLOW = [(*step[:3], 2.31, *step[4:]) for step in STEPS]
RUNS = [  # settings, records, status
    ({"kind": "plain", "depth": 50, "epochs": 2, "learning_rate": 0.05}, STEPS + ENDS, "finished"),
    ({"kind": "plain", "depth": 50, "epochs": 2, "learning_rate": 0.02, "seed": 3}, SLOW + ENDS, "finished"),
    ({"kind": "highway", "depth": 10, "epochs": 2, "learning_rate": 0.05, "gate_bias": -1.5}, BAD, "diverged"),
    ({"kind": "residual", "depth": 11, "epochs": 2, "learning_rate": 0.05, "width": 20}, STEPS[:30], "stopped"),
    ({"kind": "linear", "depth": 2, "epochs": 2, "learning_rate": 0.05}, [], "stopped"),
    ({"kind": "stochastic_depth", "depth": 1000}, STEPS[:3], "running"),
    ({"kind": "crelu", "depth": 10}, [], "running"),
]
HERE = (" in this page", " It trains in this page.")


def in_the_page(grid=(), cases=(), together=False, opened=(), lab=DepthLab, turns=()):
    """What the engine's lab tells for settings, for runs: (settings, news of the worker, what is touched), and where it
    opens.
    """
    defaults = lab().settings
    told = {
        "alone": alone.alone(lab()),
        "grid": [defaults | settings for settings in grid],
        "cases": [{"settings": defaults | case[0], "news": case[1], "touches": (*case, ())[2]} for case in cases],
        "together": together,
        "opened": [defaults | settings for settings in opened],
        "turns": [defaults | settings for settings in turns],
    }
    script = [needs.program("node"), PAGE_TESTS / "told.mjs"]
    said = subprocess.run(script, input=json.dumps(told), capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def news_of(rate, records):
    """Records as the worker posts them."""
    return [[rate, dict(zip(("step", "epoch", "split", "loss", "accuracy", "seconds"), r, strict=True))]
            for r in records]  # fmt: skip


def without_place(status):
    """A status without the words that say where it trains."""
    return {key: value.replace(HERE[1], "").replace(HERE[0], "") if isinstance(value, str) else value
            for key, value in status.items()}  # fmt: skip


def test_the_page_and_the_kernel_have_the_same_rules_for_every_kind_and_depth():
    told = in_the_page(GRID)
    rules = told["rules"]
    assert rules["ladder"] == list(training.LADDER)
    assert rules["rungs"] == [[list(rung) for rung in rates._rungs(epochs)] for epochs in range(1, 61)]
    assert rules["biases"] == pytest.approx([gate_bias_for_depth(gates) for gates in range(200)])
    for settings, (status, automatic), nearest in zip(GRID, told["ready"], rules["nearest"], strict=True):
        lab = DepthLab(**settings)
        assert nearest == lab.depth(lab.settings)
        assert without_place(status) == ready(lab), settings
        assert automatic == pytest.approx(lab.automatic(lab.settings), nan_ok=True), settings


@pytest.mark.parametrize("settings", [{}, {"learning_rate": 8, "batch_size": 1}, {"schedule": "steps", "momentum": 0}])
def test_the_page_says_of_a_lab_without_kinds_what_the_kernel_says(settings):
    lab = SGDLab(**settings)
    [[status, automatic]] = in_the_page([settings], lab=SGDLab)["ready"]
    assert without_place(status) == ready(lab) and automatic == lab.automatic(lab.settings) == {}


SGD_RUNS = [
    ({"epochs": 2}, STEPS + ENDS, "finished"),
    ({"epochs": 2, "batch_size": 32, "momentum": 0, "learning_rate": 0.1}, STEPS + ENDS, "finished"),
    ({"epochs": 2, "batch_size": 1437, "weight_decay": 0.01, "schedule": "cosine"}, BAD, "diverged"),
    ({"seed": 3}, STEPS[:3], "running"),
]


DROPOUT_RUNS = [
    ({"epochs": 2, "images": 1437}, STEPS + ENDS, "finished"),
    ({"epochs": 2, "drop_probability": 0, "width": 90, "images": 1437, "learning_rate": 0.5}, BAD, "diverged"),
    ({"drop_probability": 0.25, "images": 1437}, STEPS[:3], "running"),
]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("made", "runs"), [(DepthLab, RUNS), (SGDLab, SGD_RUNS), (DropoutLab, DROPOUT_RUNS)])
def test_the_page_and_the_kernel_say_the_same_of_runs(together, made, runs):
    cases = []
    for settings, records, status in runs:
        end = {"ending": status} if status != "running" else {}
        cases.append((settings, [{"records": news_of(settings.get("learning_rate", 0.05), records)} | end]))
    kept = made()
    for (settings, records, status), state in zip(
        runs, in_the_page((), cases, together, lab=made)["after"], strict=True
    ):
        lab = kept if together else made()
        lab.set(**made().settings | settings)
        built = lab._with_recorded_rate(lab.build(lab.settings), lab.settings)
        run = Run(built.recipe, [Record(*r[:5], 0.0, r[5]) for r in records], status)
        named = lab.label(lab.settings), built.kind, lab.settings
        per_epoch = 1437 // built.recipe.batch_size
        trained = {"arrangement": Arrangement.of(built.model), "data": built.data}
        lab._keep(lab._made(*named, run, per_epoch=per_epoch, panel=lab.panel(lab.settings), **trained))
        lab.in_cell = status == "running"
        told, buffer = Feed(lab).state(False)
        for ours, theirs in zip(state["runs"], told["runs"], strict=True):
            same = [key for key in theirs if key not in ("id", "series", "host")]
            assert {key: ours[key] for key in same} == {key: theirs[key] for key in same}
            assert (ours["host"], theirs["host"]) == ("engine", "kernel")
            assert [s["rate"] for s in ours["series"]] == [s["rate"] for s in theirs["series"]]
        assert without_place(state["status"]) == without_place(told["status"])
        assert state["busy"] == told["busy"]
        if not together:
            assert np.allclose(state["numbers"], np.frombuffer(buffer, "<f4"), rtol=1e-6)
        if together and status == "running":
            break  # the next one would have to wait


TOUCHES = [
    ("leave_out", 3), ("leave_out", 2, 5), ("swap", 2, 4), ("swap", 4, 5), ("swap", 4, 5), ("put_back", 2),
    ("put_back",), ("leave_out", 1), ("leave_out", 12), ("leave_out", 6), ("swap", 3, 3), ("leave_out", 3),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "residual"])
def test_a_touched_network_is_called_and_arranged_the_same_on_the_page_and_in_the_kernel(kind):
    settings = {"kind": kind, "depth": 6, "epochs": 1, "learning_rate": 0.05}
    lab = DepthLab()
    run = lab.train(**settings)
    kernel = []
    page = KernelPage(lab)
    for verb, *layers in TOUCHES:
        error = page.act({"do": verb, "number": 1, "layers": layers})
        kernel.append((error, Feed(lab).state(False)[0]))
    found = {change.label: change for change in lab.runs[0].changes}
    measured = [found.get(lab_state["runs"][0]["touch"]["changes"][-1]["label"]) for _, lab_state in kernel]
    touches = [
        {"do": verb, "layers": layers, "measured": {"loss": change.loss, "test": change.accuracy}}
        for (verb, *layers), change in zip(TOUCHES, measured, strict=True)
    ]
    news = [{"records": news_of(0.05, [(*r[:5], r.seconds) for r in run.records]), "ending": "finished"}]
    [state] = in_the_page((), [(settings, news, touches)])["after"]
    for (error, theirs), ours in zip(kernel, state["said"], strict=True):
        assert ours["error"] == error
        assert ours["touch"] == json.loads(json.dumps(theirs["runs"][0]["touch"]))
        assert without_place(ours["status"]) == theirs["status"]
    arranged = [order["arrangement"]["order"] for ours in state["said"] for order in ours["orders"]]
    whole = [0, 1, 2, 3] if kind == "plain" else [0, 1]
    assert arranged[0] == [block for block in whole if block != (1 if kind == "plain" else 0)]
    assert len(arranged) == len(found), "what was measured is not measured again"


def test_weights_that_gave_place_to_newer_ones_are_missed_in_words():
    settings = {"depth": 6, "epochs": 1, "learning_rate": 0.05}
    news = [{"records": news_of(0.05, [*STEPS[:22], *ENDS]), "ending": "finished"}]
    touched = {"do": "leave_out", "number": 1, "layers": [2], "measured": {"loss": 1, "test": 0.5}}
    cases = [(settings, news), (settings, [*news, {"kept": [2]}], [touched, touched | {"number": 2}])]
    first, second = in_the_page((), cases, together=True)["after"][1]["said"]
    assert "the weights of run 1 gave place to newer ones: train it again" in first["error"]
    assert second["error"] == "" and second["touch"]["changes"][0]["label"] == "without layer 2"


def test_the_page_and_the_kernel_open_with_the_same_recordings():
    grid = [{"kind": kind, "depth": depth} for kind, depth in [("plain", 10), ("highway", 100), ("residual", 2)]]
    starts = [(made, [made().settings | changed for changed in made.recorded]) for made in (SGDLab, DropoutLab)]
    for made, places in [(DepthLab, grid), *starts]:
        for settings, state in zip(places, in_the_page(opened=places, lab=made)["opened"], strict=True):
            told, buffer = Feed(made(**settings)).state(False)
            assert len(told["runs"]) == len(made.recorded or [settings])
            for ours, theirs in zip(state["runs"], told["runs"], strict=True):
                same = [key for key in theirs if key not in ("id", "series", "loss")]
                assert {key: ours[key] for key in same} == {key: theirs[key] for key in same}
                assert ours["recorded"] and ours["loss"] == pytest.approx(theirs["loss"])
            assert np.allclose(state["numbers"], np.frombuffer(buffer, "<f4"), rtol=1e-6)
    unrecorded = [{"depth": 11}, {"width": 20}, {"seed": 1}, {"learning_rate": 0.5}]
    assert [state["runs"] for state in in_the_page(opened=unrecorded)["opened"]] == [[]] * 4
    assert [Feed(DepthLab(**settings)).state(False)[0]["runs"] for settings in unrecorded] == [[]] * 4


def test_a_page_without_a_kernel_shows_no_recording_below_an_open_question():
    asked = predict("half of the units")
    shown = [in_the_page(opened=[{}], lab=partial(DropoutLab, question="half of the units"))["opened"][0]["runs"]]
    asked.answer_with(None)
    shown.append(in_the_page(opened=[{}], lab=partial(DropoutLab, question="half of the units"))["opened"][0]["runs"])
    assert [len(runs) for runs in shown] == [0, 2]


def trained(lab, *cases):
    """The records of the page's engine, (step, split, loss, accuracy), for each of the settings."""
    told = {"declared": declared.declared(lab), "cases": cases}
    script = [needs.program("node"), PAGE_TESTS / "trained.mjs"]
    return json.loads(subprocess.check_output(script, input=json.dumps(told), text=True))


TRAINED = [
    (SGDLab, {"epochs": 2}),
    (SGDLab, {"epochs": 3, "batch_size": 30, "momentum": 0.5, "weight_decay": 0.01, "schedule": "cosine", "seed": 2}),
    (SGDLab, {"epochs": 4, "batch_size": 1437, "schedule": "steps", "learning_rate": 0.3}),
    (SGDLab, {"epochs": 1, "batch_size": 3, "momentum": 0, "learning_rate": 0.01}),
    (SGDLab, {"epochs": 2, "learning_rate": 8}),
    (DropoutLab, {"epochs": 40, "drop_probability": 0, "images": 150, "width": 30, "learning_rate": 0.01}),
    (DropoutLab, {"epochs": 3, "drop_probability": 0, "images": 50, "width": 31}),
]


@pytest.mark.parametrize(("made", "settings"), TRAINED)
def test_the_page_trains_what_the_lab_trains_with_the_same_settings(made, settings):
    lab = made(**settings)
    [ours] = trained(lab, lab.settings)
    run = lab.train()
    assert [tuple(record[:2]) for record in ours] == [(record.step, record.split) for record in run.records]
    for (*_, loss, accuracy), record in zip(ours, run.records, strict=True):
        assert loss == pytest.approx(record.loss, rel=2e-3), record
        assert accuracy == pytest.approx(record.accuracy, abs=0.011), record


def test_dropout_in_the_page_makes_training_harder_and_is_off_in_evaluation():
    """Its masks are not PyTorch's, so the numbers part; what the course says of dropout holds."""
    lab = DropoutLab(epochs=20, images=200)
    without, dropped = trained(lab, lab.settings | {"drop_probability": 0}, lab.settings)
    last = [sum(loss for _, split, loss, _ in run if split == "train") / 60 for run in (without, dropped)]
    assert last[1] > 1.5 * last[0]
    (*_, train_loss, train_accuracy), (*_, accuracy) = dropped[-2:]
    assert train_loss < 0.3 * dropped[-3][2] and train_accuracy > 0.95 and accuracy > 0.85


def test_dropout_in_the_page_lowers_the_test_loss_of_a_wide_network_and_raises_that_of_a_narrow_one():
    """As in the kernel (tests/test_science.py): there by 0.1 of 0.42, and from 0.60 to 0.87."""
    lab = DropoutLab()
    cases = [lab.settings | {"width": width, "drop_probability": p, "seed": seed}
             for width in (200, 20) for p in (0, 0.5) for seed in range(3)]  # fmt: skip
    ends = np.array([run[-1][2] for run in trained(lab, *cases)]).reshape(2, 2, 3).mean(-1)
    (wide, wide_dropped), (narrow, narrow_dropped) = ends
    assert wide_dropped < 0.9 * wide and narrow_dropped > 1.1 * narrow, ends


@pytest.mark.parametrize("made", [SGDLab, DropoutLab])
def test_the_runs_that_a_lab_opens_with_measure_what_the_page_then_trains(made):
    """Step for step; with dropout, whose masks differ, it ends among what PyTorch finds from one seed to another, and a
    rate that is too large ends at guessing.
    """
    lab = made()
    for run, ours in zip(lab.opening, trained(lab, *(run.settings for run in lab.opening)), strict=True):
        kept = run.run.records
        assert [tuple(one[:2]) for one in ours] == [(record.step, record.split) for record in kept]
        loss, accuracy = ours[-1][2:]
        assert kept[-1].split == "test" and accuracy == pytest.approx(kept[-1].accuracy, abs=0.04)
        exact = run.settings.get("drop_probability", 0) == 0
        assert loss == pytest.approx(kept[-1].loss, rel=0.01 if exact else 0.5)


def test_in_the_page_as_in_the_kernel_a_run_takes_the_place_of_the_recording_of_its_settings():
    turns = [{}, {"drop_probability": 0.2}, *({"seed": seed} for seed in range(1, 7))]
    lab = DropoutLab()
    start = lab.settings
    assert [run["number"] for run in Feed(lab).state(False)[0]["runs"]] == [1, 2]
    for state, turn in zip(in_the_page(lab=DropoutLab, turns=turns)["shows"], turns, strict=True):
        lab.train(**start | turn)
        assert state["error"] == ""
        theirs = [(run["number"], run["label"], run["recorded"]) for run in Feed(lab).state(False)[0]["runs"]]
        assert [tuple(run) for run in state["runs"]] == theirs


def test_a_trial_leads_and_the_one_that_wins_becomes_the_run():
    trials = ((0.5, 9.0), (0.25, 1.0), (0.125, 2.0))
    records = [one for rate, loss in trials for one in news_of(rate, [(1, 1, "train", loss, 0.1, 0.01)])]
    chosen = {"ending": "stopped", "chosen": 0.25, "end": "top", "columns": [{"step": 1, "values": [1, 2, 3]}]}
    news = [{"records": records}]
    looking, chose = in_the_page((), [({"width": 20}, news), ({"width": 20}, [*news, chosen])])["after"]
    assert looking["orders"][0]["job"]["rate"] is None and looking["runs"][0]["status"] == "searching"
    assert [series["leads"] for series in looking["runs"][0]["series"]] == [False, False, True, False]
    assert "of 3, 0.25 leads with loss 1.00" in looking["status"]["text"]
    [run] = chose["runs"]
    assert [series["rate"] for series in run["series"]] == ["0.25"]
    assert run["parts"][0] == ["rate", "0.25"] and run["loss"] == 1.0
    assert "The rule chose rate 0.25 (top of the ladder)." in chose["status"]["text"]
    assert run["series"][0]["strips"] == [0, 1] and run["series"][0]["layers"] == 3
