"""Machines as people have them: containers with a share of the cores, switched-off gradients, a data folder that is
none, signals that a parent ignores, a process that ends in the middle.
"""

import copy
import json
import math
import os
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from course import Recipe, blocks, choose_learning_rate, cli, data, devices, doctor, fit, networks, sweeps
from course.devices import container
from course.training import State

TRAINS = """
import sys, threading
from course.labs import DepthLab
lab, trains = DepthLab(), threading.Event()
lab.watch(trains.set)
lab.start(kind="highway", depth=50, epochs=500, learning_rate=0.01)
while not lab.runs[-1].run.steps:
    trains.wait(0.05)
sys.exit(3)
"""


def group(tmp_path, monkeypatch, mine, **files):
    """A tree of control groups: the lines of /proc/self/cgroup, and files by their place below /sys/fs/cgroup."""
    (tmp_path / "mine").write_text(mine)
    for place, content in files.items():
        file = tmp_path / "groups" / place.replace("__", "/").replace("_max", ".max").replace("memory_c", "memory.c")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    monkeypatch.setattr(container, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(container, "MINE", tmp_path / "mine")


@pytest.mark.parametrize(
    ("mine", "files", "share"),
    [
        ("0::/\n", {"cpu_max": "100000 100000\n"}, 1.0),
        ("0::/\n", {"cpu_max": "max 100000\n"}, None),
        ("0::/docker/abc\n", {"cpu_max": "150000 100000\n"}, 1.5),  # named as the host sees it, seen from inside
        ("0::/a/b\n", {"a__cpu_max": "50000 100000\n", "a__b__cpu_max": "150000 100000\n"}, 0.5),  # the narrowest
        ("2:cpu,cpuacct:/a\n", {"cpu__a__cpu.cfs_quota_us": "200000", "cpu__a__cpu.cfs_period_us": "50000"}, 4.0),
        ("2:cpu,cpuacct:/a\n", {"cpu__a__cpu.cfs_quota_us": "-1", "cpu__a__cpu.cfs_period_us": "100000"}, None),
        ("", {}, None),
    ],
)
def test_a_containers_share_of_the_cores_counts_in_both_editions(mine, files, share, tmp_path, monkeypatch):
    group(tmp_path, monkeypatch, mine, **files)
    assert devices.cpu_share() == share
    granted = len(os.sched_getaffinity(0))
    assert sweeps.cores() == (granted if share is None else min(granted, math.ceil(share)))


def test_the_memory_that_is_left_is_that_of_the_narrowest_group(tmp_path, monkeypatch):
    files = {
        "a__memory_max": "1000",
        "a__memory_current": "400",
        "a__b__memory_max": "max",
        "a__b__memory_current": "1",
    }
    group(tmp_path, monkeypatch, "0::/a/b\n", **files)
    assert container.memory_left() == 600 and devices.available_memory() == 600


@pytest.mark.parametrize(("value", "ok"), [("", True), ("1", True), ("4", False)])
def test_an_empty_number_of_threads_is_an_unset_one(value, ok, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert next(doctor._threads()).ok is ok


def test_a_data_folder_that_is_a_file_is_found(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "data"):
        monkeypatch.setenv("COURSE_DATA", str(place))
        finding = next(doctor._data())
        assert not finding.ok and finding.way_out == (
            f"it cannot be: {tmp_path / 'file'} is a file; set COURSE_DATA to a folder of your own"
        )


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


@pytest.mark.parametrize("switch", [torch.no_grad, torch.inference_mode])
def test_training_where_torch_records_no_gradients_is_refused_in_words(switch, digits):
    net = networks.mlp("plain", 3, width=10)
    with switch():
        for train in (fit, choose_learning_rate):
            with pytest.raises(ValueError, match="torch records no gradients here.*torch.set_grad_enabled"):
                train(net, digits, Recipe(epochs=1, learning_rate=0.1))


def test_a_network_that_is_frozen_whole_is_refused_in_words(digits):
    net = networks.mlp("plain", 3, width=10).requires_grad_(False)
    with pytest.raises(ValueError, match=r"no parameter of Sequential is to be trained: set requires_grad_\(True\)"):
        fit(net, digits, Recipe(epochs=1, learning_rate=0.1))


def layers(inputs=64, outputs=10):
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, 20), nn.ReLU(), nn.Linear(20, outputs))


class Returns(nn.Module):
    """A network whose output goes through `then`."""

    def __init__(self, then, network=None):
        super().__init__()
        self.network, self.then = network or layers(), then

    def forward(self, x):
        return self.then(self.network(x))


class Elsewhere(nn.Module):
    """Holds a tensor that is no parameter and no buffer, and so stays where it was made."""

    def __init__(self):
        super().__init__()
        self.network, self.shift = layers(), torch.zeros(10, device="meta")

    def forward(self, x):
        return self.network(x) + self.shift


def made_in_inference():
    with torch.inference_mode():
        return layers()


def images_of_another_shape():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(144, 10))


REFUSED = {
    "fewer outputs": (lambda: layers(outputs=5), "returns 5 numbers for an image, and digits has 10 classes: its last"),
    "one output": (lambda: layers(outputs=1), "returns 1 number for an image, and digits has 10 classes"),
    "other inputs": (lambda: layers(784), "cannot take images of digits.*64 and 784x20.*flattened, 64 numbers"),
    "colours": (images_of_another_shape, r"\(N, 1, 8, 8\) float32: .*to have 3 channels.* An image has 1 channel and"),
    "a number an image": (lambda: Returns(lambda y: y[:, 0]), r"returns \(N,\) float32 for .*a tensor \(N, 10\)"),
    "maps": (lambda: nn.Sequential(nn.Conv2d(1, 10, 3)), r"returns \(N, 10, 6, 6\) .*nn.Flatten\(\) makes a row"),
    "classes": (lambda: Returns(lambda y: y.argmax(1)), r"returns \(N,\) int64"),
    "a pair": (lambda: Returns(lambda y: (y, y)), r"returns tuple: the loss takes a tensor \(N, 10\)"),
    "nothing": (lambda: Returns(lambda y: None), "returns NoneType"),
    "one row": (lambda: Returns(lambda y: y[:1]), "returns 1 row for 2 images"),
    "no gradient": (lambda: Returns(lambda y: y.detach()), "no gradient for any parameter that is to be trained"),
    "float64": (lambda: layers().double(), r"Its parameters are float64: call \.float\(\) on it"),
    "bfloat16": (lambda: layers().bfloat16(), r"Its parameters are bfloat16: .*Recipe\(precision"),
    "no values": (lambda: layers().to("meta"), "lie on the device meta, which holds no values: make it on cpu"),
    "a tensor elsewhere": (Elsewhere, "All its tensors must lie on cpu: .* as buffers"),
    "no parameters": (lambda: Returns(lambda y: y[:, :10], nn.Flatten()), r"no parameters to train; .*nn\.ModuleList"),
    "lazy": (lambda: nn.Sequential(nn.Flatten(), nn.LazyLinear(10)), "lazy layers, whose size the first batch decides"),
    "in inference": (made_in_inference, "was made in torch.inference_mode"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_network_that_does_not_fit_the_data_is_refused_in_one_line_before_the_first_step(kind, digits):
    make, words = REFUSED[kind]
    for train in (fit, choose_learning_rate):
        if (kind, train) == ("in inference", choose_learning_rate):
            continue  # the rule trains copies, which are ordinary tensors
        with pytest.raises(ValueError, match=words) as refused:
            train(make(), digits, Recipe(epochs=1, learning_rate=0.1))
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("no_network", [nn.Linear, lambda x: x], ids=["a class", "a function"])
def test_what_is_no_network_is_refused_in_words(no_network, digits):
    with pytest.raises(TypeError, match=r"a network is an nn\.Module; got (the class Linear|<function)"):
        fit(no_network, digits, Recipe(epochs=1, learning_rate=0.1))


@pytest.mark.parametrize("kind", ["more outputs", "a part frozen", "a parameter that nothing uses", "in evaluation"])
def test_what_is_odd_and_can_be_trained_is_trained(kind, digits):
    network = layers(outputs=12 if kind == "more outputs" else 10)
    if kind == "a part frozen":
        network[1].requires_grad_(False)
    if kind == "a parameter that nothing uses":
        network.register_parameter("idle", nn.Parameter(torch.zeros(3)))
    network.train(kind != "in evaluation")
    assert fit(network, digits, Recipe(epochs=1, learning_rate=0.1)).status == "finished"


def test_trying_a_network_leaves_its_modes_averages_and_random_numbers_as_they_were(digits):
    network = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), blocks.Dropout(0.5), nn.Linear(64, 10))
    network[1].eval()
    before, drawn = copy.deepcopy(network.state_dict()), torch.random.get_rng_state()
    State(network, digits, Recipe(epochs=1, learning_rate=0.1))
    assert [module.training for module in network] == [True, False, True, True]
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert torch.equal(drawn, torch.random.get_rng_state()) and all(p.grad is None for p in network.parameters())


def test_batch_norm_needs_more_than_one_image_and_says_so_before_the_first_step(digits):
    one = Recipe(epochs=1, learning_rate=0.1, batch_size=1)
    with pytest.raises(ValueError, match="batch norm compares the images of a batch, and batch_size=1"):
        fit(networks.mlp("plain_bn", 4, width=10), digits, one)
    assert fit(nn.Sequential(nn.Flatten(), nn.Linear(64, 10)), digits.subset(20), one).status == "finished"


def test_a_process_that_ends_while_a_lab_trains_ends_with_its_own_code():
    ended = subprocess.run([sys.executable, "-c", TRAINS], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (3, ""), "it was -6, aborted by torch's threads"


def test_ctrl_c_is_heard_where_the_parent_ignored_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        CliRunner().invoke(cli.app, ["record", "nonsense"])
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("code", "expected", "user"), [(0, 0, 1000), (1, 1, 1000), (-15, 1, 1000), (0, 0, 0)])
def test_lab_opens_jupyterlab_on_the_first_chapter_and_keeps_to_the_exit_codes(code, expected, user, monkeypatch):
    seen = []

    class Jupyter(types.SimpleNamespace):
        returncode = None

        def __init__(self, command, env):
            seen.extend(command)
            place = Path(env["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0])
            told = json.loads((place / "labconfig" / "default_setting_overrides.json").read_text("utf-8"))
            assert told["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"

        def poll(self):
            return self.returncode

        def wait(self):
            self.returncode = code
            raise KeyboardInterrupt  # it asks whether to end, and then ends

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(subprocess, "Popen", Jupyter)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    result = CliRunner().invoke(cli.app, ["lab", "--no-browser"])
    assert result.exit_code == expected
    assert seen[:3] == [sys.executable, "-m", "jupyterlab"] and seen[-1] == "--no-browser"
    assert seen[3].startswith("--ServerApp.root_dir=") and seen[3].endswith("notebooks")
    assert "--LabApp.default_url=/lab/tree/01_neurons_and_sgd.ipynb" in seen
    assert ("--allow-root" in seen) == (user == 0)  # in a container there is nobody else
