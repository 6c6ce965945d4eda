"""Machines as people have them: containers with a share of the cores, switched-off gradients, a data folder that is
none, signals that a parent ignores, a process that ends in the middle.
"""

import math
import os
import signal
import subprocess
import sys
import types

import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from course import Recipe, choose_learning_rate, cli, data, devices, doctor, fit, networks, sweeps
from course.devices import container

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
        ("0::/a/b\n", {"a__cpu_max": "50000 100000\n", "a__b__cpu_max": "max 100000\n"}, 0.5),  # the narrowest counts
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


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (-15, 1)])
def test_lab_opens_jupyterlab_on_the_notebooks_and_keeps_to_the_exit_codes(code, expected, monkeypatch):
    seen = []

    class Jupyter(types.SimpleNamespace):
        returncode = None

        def __init__(self, command):
            seen.extend(command)

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
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    result = CliRunner().invoke(cli.app, ["lab", "--no-browser"])
    assert result.exit_code == expected
    assert seen[:3] == [sys.executable, "-m", "jupyterlab"] and seen[-1] == "--no-browser"
    assert seen[3].startswith("--ServerApp.root_dir=") and seen[3].endswith("notebooks")


def test_root_is_told_how_to_open_the_lab(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    result = CliRunner().invoke(cli.app, ["lab"])
    assert result.exit_code == 2 and "error: JupyterLab does not run as root" in result.output
