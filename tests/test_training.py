"""The loop, its checkpoints and its interruptions."""

import copy
import json
import math
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course import Recipe, Stop, blocks, data, devices, evaluate, fit, networks, resume, train
from course.recipes import Cosine, Steps
from course.records import Record, Run
from course.training import SGD, State, largest_stable_learning_rate

SHORT = Recipe(epochs=2, learning_rate=0.05)


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


def noisy_net(seed=0):
    """Batch norm, dropout and stochastic depth in one network: every kind of state that a checkpoint must carry."""
    net = networks.mlp("stochastic_depth", 10, seed=seed)
    return nn.Sequential(*net[:-1], blocks.Dropout(0.2), net[-1])


def same_weights(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def curve(run):
    return [(r.step, r.epoch, r.split, r.loss, r.accuracy, r.learning_rate) for r in run.records]


def test_train_yields_one_record_per_step_and_evaluations_at_the_end(digits):
    records = list(train(networks.mlp("plain", 3), digits, SHORT))
    steps = [r for r in records if r.split == "train"]
    assert [r.step for r in steps] == list(range(1, 45))
    assert [r.epoch for r in steps] == [1] * 22 + [2] * 22
    assert [r.split for r in records[44:]] == ["train_eval", "test"]
    assert all(a.seconds < b.seconds for a, b in pairwise(steps))


def test_every_epoch_is_evaluated_if_asked_for_and_the_validation_split_too(digits):
    records = train(networks.mlp("plain", 3), digits.with_validation(0.1), SHORT.replace(evaluate_every=1))
    assert [r.split for r in records if r.split != "train"] == ["train_eval", "test", "valid"] * 2


def test_a_run_is_the_textbook_loop_with_torch_sgd(digits):
    recipe = Recipe(
        epochs=2, learning_rate=0.05, momentum=0.9, weight_decay=1e-3, nesterov=True, schedule=Cosine(final=0.1)
    )
    ours, textbook = networks.mlp("residual", 6), networks.mlp("residual", 6)
    losses = [r.loss for r in train(ours, digits, recipe) if r.split == "train"]
    weights = [p for p in textbook.parameters() if p.dim() > 1]
    rest = [p for p in textbook.parameters() if p.dim() <= 1]
    groups = [{"params": weights, "weight_decay": 1e-3}, {"params": rest, "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=0.05, momentum=0.9, nesterov=True, fused=True)
    expected, state = [], State(networks.mlp("residual", 6), digits, recipe)
    for epoch in (1, 2):
        for x, y in digits.batches("train", 64, state.order(epoch)):
            optimizer.param_groups[0]["lr"] = optimizer.param_groups[1]["lr"] = recipe.rate(len(expected) + 1, 44)
            loss = F.cross_entropy(textbook(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            expected.append(loss.item())
    assert losses == expected
    assert same_weights(ours, textbook)


@pytest.mark.parametrize(
    "settings",
    [{}, {"nesterov": True}, {"weight_decay": 0.01}, {"momentum": 0.0}, {"weight_decay": 0.1, "decay_all": True}],
)
def test_our_sgd_equals_torchs_bit_for_bit(settings):
    recipe = Recipe(**settings)
    torch.manual_seed(0)
    mine, theirs = (nn.Linear(5, 3) for _ in range(2))
    theirs.load_state_dict(mine.state_dict())
    ours = SGD(mine, recipe)
    decay = recipe.weight_decay
    groups = [
        {"params": [theirs.weight], "weight_decay": decay},
        {"params": [theirs.bias], "weight_decay": decay if recipe.decay_all else 0},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=recipe.momentum, nesterov=recipe.nesterov, fused=True)
    for step in range(5):
        for net in (mine, theirs):
            net.zero_grad()
            net(torch.full((2, 5), step + 1.0)).square().sum().backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        ours.step(0.1)
        optimizer.step()
    assert same_weights(mine, theirs)


def test_weight_decay_leaves_biases_and_batch_norm_alone(digits):
    net = networks.mlp("plain_bn", 4)
    for p in net.parameters():
        nn.init.ones_(p)
        p.grad = torch.zeros_like(p)
    SGD(net, Recipe(weight_decay=0.5)).step(1.0)
    assert {p.dim(): p.unique().tolist() for p in net.parameters()} == {2: [0.5], 1: [1.0]}


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_adam_learns_and_follows_the_schedule(digits, name):
    recipe = Recipe(epochs=3, optimizer=name, learning_rate=3e-3, schedule=Steps(at=(0.5,), drop=0.1))
    run = fit(networks.mlp("plain", 4), digits, recipe, progress=False)
    assert run.loss < 0.5
    assert run.steps[0].learning_rate == pytest.approx(3e-3) and run.steps[-1].learning_rate == pytest.approx(3e-4)


def test_the_same_seed_gives_the_same_curve_whatever_another_thread_draws(digits):
    first = fit(noisy_net(), digits, SHORT, progress=False)
    over = threading.Event()

    def disturb():
        while not over.is_set():
            torch.manual_seed(7)
            torch.rand(3)

    other = threading.Thread(target=disturb)
    other.start()
    try:
        second = fit(noisy_net(), digits, SHORT, progress=False)
    finally:
        over.set()
        other.join()
    assert curve(first) == curve(second)
    assert same_weights(first.model, second.model)
    assert curve(first) != curve(fit(noisy_net(), digits, SHORT.replace(seed=1), progress=False))


def test_training_neither_uses_nor_advances_the_global_random_numbers(digits):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    fit(noisy_net(), digits, SHORT.replace(augment=("shift",)), progress=False)
    assert torch.equal(before, torch.get_rng_state())


def test_a_diverged_run_ends_is_marked_and_keeps_its_curve(digits):
    run = fit(networks.mlp("plain", 20), digits, Recipe(epochs=3, learning_rate=100.0), progress=False)
    assert run.status == "diverged"
    assert run.diverged_at == run.records[-1].step == len(run.records) < 66
    assert math.isinf(run.loss) and not run.records[-1].loss <= 50
    assert all(p.isfinite().all() for p in run.model.parameters()), "the update of the diverged step is not made"


def test_gradients_and_gates_at_a_record_belong_to_its_step(digits):
    net = networks.mlp("highway", 4)
    twin = copy.deepcopy(net)
    records = train(net, digits, SHORT)
    next(records)
    x, y = next(iter(digits.batches("train", 64, State(copy.deepcopy(net), digits, SHORT).order(1))))
    F.cross_entropy(twin(x), y).backward()
    assert all(torch.equal(p.grad, q.grad) for p, q in zip(net.parameters(), twin.parameters(), strict=True))
    assert torch.equal(net[3].gates, twin[3].gates)
    records.close()


def test_each_step_runs_on_the_recipes_threads_and_none_changes_the_callers(digits):
    torch.set_num_threads(1)
    seen = []
    nets = [networks.mlp("plain", 3) for _ in range(3)]
    for net in nets:
        net.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    one, two, dies = (
        train(net, digits, SHORT.replace(threads=n, learning_rate=rate))
        for net, n, rate in zip(nets, (1, 2, 1), (0.05, 0.05, 1e9), strict=True)
    )
    for _ in range(3):  # three runs take turns in this thread; one of them ends early
        next(one), next(two), next(dies, None)
    two.close()
    next(one)
    assert seen == [1, 1, 2, 2, 1, 1, 1, 2, 1, 1, 2, 1], "each network is tried on two images first"
    assert torch.get_num_threads() == 1


def test_a_stop_token_from_another_thread_ends_before_the_next_step(digits):
    stop = Stop()
    steps = []
    for record in train(networks.mlp("plain", 3), digits, SHORT, stop=stop):
        steps.append(record.step)
        if record.step == 5:
            threading.Thread(target=stop.set).start()
            assert stop.wait(5)
    assert steps == [1, 2, 3, 4, 5]


def test_ctrl_c_finishes_the_step_and_the_resumed_run_equals_the_uninterrupted_one(digits):
    whole = fit(noisy_net(), digits, SHORT, progress=False)
    net = noisy_net()
    net.register_forward_hook(lambda *_: signal.raise_signal(signal.SIGINT) if next(calls) == 30 else None)
    calls = iter(range(1000))
    run = fit(net, digits, SHORT, progress=False)
    assert run.status == "interrupted" and 25 < len(run.records) < 44
    run = resume(run, digits, progress=False)
    assert run.status == "finished"
    assert curve(run) == curve(whole) and same_weights(run.model, whole.model)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


CHILD = """
import sys, torch
from course import Recipe, data, fit, resume
sys.path.insert(0, {tests!r})
from test_training import KILLED, noisy_net
digits = data.load("digits", device="cpu")
run = resume({path!r}, digits, noisy_net(5), progress=False) if {again} else fit(
    noisy_net(), digits, KILLED, checkpoint={path!r}, checkpoint_every=7, progress=False)
run.save({path!r} + ".run")
torch.save(run.model.state_dict(), {path!r} + ".weights")
"""
KILLED = Recipe(epochs=6, learning_rate=0.05, augment=("shift",), weight_decay=1e-4, schedule=Cosine())


def test_a_run_killed_with_sigkill_and_resumed_equals_the_uninterrupted_one_bit_for_bit(digits, tmp_path):
    path = tmp_path / "checkpoint.pt"

    def child(again):
        code = CHILD.format(path=str(path), again=again, tests=str(Path(__file__).parent))
        return subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"OMP_NUM_THREADS": "1"})

    killed = child(False)
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(10) == -signal.SIGKILL and not Path(f"{path}.run").exists()
    reached = torch.load(path, weights_only=True)["state"]["step"]
    assert 0 < reached < 6 * 22
    assert child(True).wait(60) == 0
    whole = fit(noisy_net(), digits, KILLED, progress=False)
    assert curve(Run.load(f"{path}.run")) == curve(whole)
    weights = torch.load(f"{path}.weights", weights_only=True)
    assert all(torch.equal(weights[name], w) for name, w in whole.model.state_dict().items())


def test_a_checkpoint_of_another_network_another_data_set_or_a_torn_one_is_refused_in_words(digits, tmp_path):
    path = tmp_path / "checkpoint.pt"
    fit(networks.mlp("plain", 3), digits, SHORT.replace(epochs=1), checkpoint=path, progress=False)
    with pytest.raises(ValueError, match="written for another network"):
        resume(path, digits, networks.mlp("plain", 4))
    with pytest.raises(ValueError, match="load the same one to resume"):
        resume(path, digits.subset(200), networks.mlp("plain", 3))
    with pytest.raises(ValueError, match="pass resume"):
        resume(path, digits)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="no checkpoint of this course, or it is damaged"):
        resume(path, digits, networks.mlp("plain", 3))


def changed(digits, what):
    """The data set with one pixel, one label, or the name of one class another."""
    if what == "a class":
        return replace(digits, classes=("null", *digits.classes[1:]))
    field = {"an image": "images", "a label": "y"}[what.split(" of ")[0]]
    split = getattr(digits, what.split(" of ")[1])
    other = getattr(split, field).clone()
    other.view(-1)[5] = 9 - other.view(-1)[5]
    return replace(digits, **{what.split(" of ")[1]: replace(split, **{field: other})})


@pytest.mark.parametrize("what", ["an image of train", "an image of test", "a label of test", "a class"])
def test_a_run_does_not_go_on_with_data_in_which_anything_has_changed(digits, tmp_path, what):
    path, other = tmp_path / "checkpoint.pt", changed(digits, what)
    run = fit(networks.mlp("plain", 3), digits, SHORT.replace(epochs=1), checkpoint=path, progress=False)
    kept = path.read_bytes()
    for source, model in ((run, None), (path, networks.mlp("plain", 3))):
        with pytest.raises(ValueError, match="images, labels or classes of digits are not those that this run"):
            resume(source, other, model)
    assert path.read_bytes() == kept and run.status == "finished"


def test_a_checkpoint_from_before_there_was_a_digest_is_held_to_what_it_says(digits, tmp_path):
    path, net = tmp_path / "checkpoint.pt", networks.mlp("plain", 3)
    fit(net, digits, SHORT.replace(epochs=1), checkpoint=path, progress=False)
    old = torch.load(path, weights_only=True)
    del old["header"]["data"]["digest"]
    torch.save(old, path)
    assert resume(path, digits, networks.mlp("plain", 3), progress=False).status == "finished"
    with pytest.raises(ValueError, match="are not those that this run was trained on"):
        resume(path, changed(digits, "a label of train"), networks.mlp("plain", 3))


def test_a_crash_in_the_model_keeps_what_was_trained(digits):
    net = networks.mlp("plain", 3)
    calls = iter(range(1000))

    def fail(*_):
        if next(calls) == 10:
            raise RuntimeError("the reader's own mistake")

    net.register_forward_hook(fail)
    with pytest.raises(RuntimeError, match="own mistake") as caught:
        fit(net, digits, SHORT, progress=False)
    assert caught.value.run.status == "failed" and 8 <= len(caught.value.run.records) <= 10


class Hungry(nn.Module):
    """Raises CUDA's out-of-memory error for more than 20 images."""

    def __init__(self):
        super().__init__()
        self.net = networks.mlp("plain_bn", 4)

    def forward(self, x):
        if len(x) > 20:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return self.net(x)


def test_out_of_memory_becomes_an_error_with_batch_size_model_and_the_largest_batch_that_fits(digits):
    net = Hungry()
    before = copy.deepcopy(net.state_dict())
    with pytest.raises(
        devices.OutOfMemory, match=r"batch_size=64.*Hungry of .* parameters.*Recipe\(batch_size=16\)"
    ) as caught:
        fit(net, digits, SHORT, progress=False)
    assert caught.value.run.status == "failed"
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


def test_on_a_cpu_a_network_that_cannot_fit_is_warned_about_before_training(digits, monkeypatch):
    monkeypatch.setattr(devices.memory, "available_memory", lambda: 3_000_000)
    with pytest.warns(ResourceWarning, match="batch_size=64 needs about"):
        fit(networks.mlp("plain", 50, width=100), digits, SHORT.replace(epochs=1), progress=False)


def test_the_memory_estimate_counts_what_backward_keeps(digits):
    x = digits.train[:64][0]
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 100), nn.ReLU(), nn.Linear(100, 10))
    assert devices.kept_bytes(net, x) == 4 * 64 * (
        64 + 100
    )  # the first layer's input, ReLU's output, which the last shares


def test_a_batch_larger_than_the_data_is_refused_in_words(digits):
    with pytest.raises(ValueError, match="take at most 1437"):
        next(train(networks.mlp("plain", 3), digits, Recipe(batch_size=2000)))


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_lower_precision_on_a_convolutional_net_in_channels_last_still_learns(digits, precision):
    net = networks.cifar_resnet(8, width=8, inputs=1)
    recipe = Recipe(epochs=2, learning_rate=0.1, precision=precision, channels_last=True)
    run = fit(net, digits, recipe, progress=False)
    assert run.loss < 1.0
    assert all(p.dtype == torch.float32 for p in net.parameters())


def test_fast_says_what_it_takes_and_what_it_leaves(digits):
    recipe, said = devices.fast(SHORT, networks.mlp("plain", 3), torch.device("cpu"))
    assert recipe == SHORT
    assert any("small dense layers" in line for line in said) and any("no CUDA device" in line for line in said)
    recipe, said = devices.fast(SHORT, networks.cifar_resnet(8), torch.device("cpu"))
    assert recipe.channels_last and "memory order: channels_last" in said


@pytest.mark.parametrize(
    ("net", "native", "expected"),
    [
        (lambda: networks.cifar_resnet(8), True, ("bfloat16", True, True, True)),
        (lambda: networks.cifar_resnet(8), False, ("float16", True, True, False)),
        (lambda: networks.mlp("plain", 3), True, ("bfloat16", False, True, True)),
        (lambda: networks.mlp("stochastic_depth", 6), True, ("bfloat16", False, False, False)),
    ],
)
def test_fast_takes_on_cuda_what_card_and_model_allow(net, native, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native)
    recipe, said = devices.fast(SHORT, net(), torch.device("cuda"))
    assert (recipe.precision, recipe.channels_last, recipe.compile, recipe.cuda_graph) == expected
    assert len(said) == 4


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_a_cuda_graph_trains_as_the_eager_loop_does(digits):
    data_there = digits.to("cuda")
    runs = [
        fit(networks.mlp("residual", 6), data_there, SHORT.replace(cuda_graph=graph), progress=False)
        for graph in (False, True)
    ]
    losses = [torch.tensor([r.loss for r in run.steps]) for run in runs]
    torch.testing.assert_close(*losses, rtol=1e-3, atol=1e-4)


def test_a_compiler_that_fails_falls_back_with_one_line_of_reason(digits, monkeypatch):
    def broken(model):
        def call(x):
            raise RuntimeError("no C++ compiler found\nand forty more lines")

        return call

    monkeypatch.setattr(torch, "compile", broken)
    with pytest.warns(UserWarning, match="torch.compile is left out on CPU.*no C[+][+] compiler found$"):
        run = fit(networks.mlp("plain", 3), digits, SHORT.replace(compile=True), progress=False)
    assert curve(run) == curve(fit(networks.mlp("plain", 3), digits, SHORT, progress=False))


def test_a_device_that_is_not_there_is_refused_with_what_is():
    with pytest.raises(ValueError, match="'tpu' is not to be had here; this machine has cpu"):
        devices.choose("tpu")


def test_evaluation_leaves_mode_and_running_averages_alone(digits):
    net = networks.mlp("plain_bn", 4)
    before = copy.deepcopy(net.state_dict())
    loss, accuracy = evaluate(net, digits.test)
    assert net.training and all(torch.equal(before[k], v) for k, v in net.state_dict().items())
    net.eval()
    x, y = digits.test[:]
    assert loss == pytest.approx(F.cross_entropy(net(x), y).item(), rel=1e-5)
    assert accuracy == pytest.approx((net(x).argmax(1) == y).float().mean().item())


def test_a_run_file_says_it_all_and_survives_a_torn_last_line(digits, tmp_path):
    run = fit(networks.mlp("plain", 3), digits, SHORT, progress=False)
    path = run.save(tmp_path / "run.jsonl")
    header = json.loads(path.read_text().split("\n")[0])
    assert {
        "format",
        "recipe",
        "network",
        "seed",
        "data",
        "hardware",
        "threads",
        "versions",
        "command",
    } <= header.keys()
    again = Run.load(path)
    assert again.records == run.records and again.recipe == run.recipe and again.status == "finished"
    torn = path.read_text().rstrip("\n")
    path.write_text(torn[: torn.rindex("\n") - 5])
    again = Run.load(path)
    assert again.status == "interrupted" and again.records == run.records[:-1]


def test_a_diverged_run_goes_through_its_file_unchanged(digits, tmp_path):
    run = fit(networks.mlp("plain", 20), digits, Recipe(epochs=3, learning_rate=1e4), progress=False)
    again = Run.load(run.save(tmp_path / "run.jsonl"))
    assert again.diverged_at == run.diverged_at and again.status == "diverged"


def test_a_file_that_is_no_run_is_refused_in_words(tmp_path):
    (tmp_path / "x.jsonl").write_text("hello\n")
    with pytest.raises(ValueError, match="is not a run file"):
        Run.load(tmp_path / "x.jsonl")


def test_the_frame_has_a_row_for_each_record(digits):
    run = fit(networks.mlp("plain", 3), digits, SHORT, progress=False)
    frame = run.frame()
    assert list(frame.columns) == ["step", "epoch", "split", "loss", "accuracy", "learning_rate", "seconds"]
    assert len(frame) == 46


def test_the_training_loss_is_the_mean_over_the_last_epochs_steps(digits):
    run = fit(networks.mlp("plain", 3), digits, SHORT, progress=False)
    assert run.loss == pytest.approx(sum(r.loss for r in run.records[22:44]) / 22)
    assert run.eval_loss == run.records[44].loss and run.test_accuracy == run.records[45].accuracy


def test_the_decks_rule_halves_until_the_loss_does_not_diverge(digits):
    recipe = Recipe(epochs=1)
    rate = largest_stable_learning_rate(networks.mlp("plain", 20), digits, recipe, start=64.0)
    assert rate < 64
    assert (
        fit(networks.mlp("plain", 20), digits, recipe.replace(learning_rate=2 * rate), progress=False).status
        == "diverged"
    )


def test_a_run_is_shown_in_one_line_without_its_records():
    records = [Record(1, 1, "train", 0.5, 0.9, 0.1, 2.0), Record(1, 1, "test", 0.6, 0.875, 0.1, 2.0)]
    assert repr(Run(Recipe(), records, "finished")) == (
        "Run(finished, 1 steps, training loss 0.5, test accuracy 87.5%, 2.0 s)"
    )
    assert "accuracy" not in repr(Run(Recipe(), records[:1]))


class Growing(list):
    """Records that another thread adds to: one more whenever somebody begins to read."""

    def __iter__(self):
        number = len(self) + 1
        self.append(Record(number, number, "train", number / 10, 0.5, 0.1, 1.0))
        return super().__iter__()


def test_what_a_run_says_of_itself_while_it_grows_is_of_one_moment(tmp_path):
    run = Run(Recipe(), Growing())
    for _ in range(5):
        steps, loss = re.fullmatch(r"Run\(running, (\d+) steps, training loss (\S+), 1.0 s\)", repr(run)).groups()
        assert float(loss) == int(steps) / 10, "each epoch has one step, whose loss is a tenth of its number"
    run.records.append(Record(99, 99, "train", math.inf, 0.0, 0.1, 1.0))
    assert run.loss == math.inf
    assert len(run.frame()) == len(run.records)
    assert Run.load(run.save(tmp_path / "run.jsonl")).records == list.copy(run.records)


def test_a_run_may_be_read_while_another_thread_adds_records():
    run, said, enough = Run(Recipe()), [], threading.Event()

    def add():
        for number in range(1, 100_000):
            run.records.append(Record(number, number, "train", number / 1000, 0.5, 0.1, 1.0))
            if number > 5000 and enough.wait(0.001):  # whichever thread is slow, the other one goes on
                break

    thread, before = threading.Thread(target=add), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        thread.start()
        while len(said) < 2 or len(run.records) < 5000:
            said.append(re.search(r"(\d+) steps, training loss (\S+),", repr(run)).groups())
    finally:
        enough.set()
        sys.setswitchinterval(before)
        thread.join()
    assert all(f"{int(steps) / 1000:.4g}" == loss for steps, loss in said if steps != "0"), said
