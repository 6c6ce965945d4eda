"""The command line: what it prints, what it writes, how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from course import cli, doctor
from course.records import Run

FIELDS = {
    "kind",
    "depth",
    "seed",
    "learning_rate",
    "ladder_end",
    "loss",
    "eval_loss",
    "test_accuracy",
    "seconds",
    "diverged_at",
}
SMALL = ["--kinds", "plain,highway", "--depths", "2,4", "--width", "10", "--epochs", "1", "--subset", "200"]


def course(*arguments, columns="200"):
    return CliRunner(env={"COLUMNS": columns}).invoke(cli.app, [str(a) for a in arguments])


def read(folder):
    return json.loads((folder / "compare.json").read_text())


def test_compare_prints_a_table_and_writes_a_row_for_each_kind_depth_and_seed(tmp_path):
    result = course("compare", *SMALL, "--seeds", "2", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    written = read(tmp_path)
    assert [(r["kind"], r["depth"], r["seed"]) for r in written["rows"]] == [
        (k, d, s) for k in ("plain", "highway") for d in (2, 4) for s in (0, 1)
    ]
    assert all(row.keys() >= FIELDS for row in written["rows"])
    assert written["settings"]["complete"] and written["settings"]["epochs"] == 1
    assert all(0 < r["loss"] < 10 and 0 <= r["test_accuracy"] <= 1 and r["eval_loss"] > 0 for r in written["rows"])
    assert re.search(r"highway +│ +4 │ .*\d\.\d+ \(\d\.\d+–\d\.\d+\)", result.output), result.output
    assert "<html" in (tmp_path / "compare.html").read_text()
    assert str(tmp_path / "compare.html") in result.output.replace("\n", "")


def test_a_second_call_trains_nothing_again(tmp_path):
    course("compare", *SMALL, "--out", tmp_path)
    before, files = read(tmp_path)["rows"], {p: p.stat().st_mtime_ns for p in (tmp_path / "runs").iterdir()}
    course("compare", *SMALL, "--out", tmp_path)
    assert read(tmp_path)["rows"] == before
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "runs").iterdir()} == files


def test_a_fixed_rate_that_is_too_large_is_shown_as_diverged(tmp_path):
    result = course("compare", *SMALL, "--lr", "1e5", "--depths", "20", "--kinds", "plain", "--out", tmp_path)
    (row,) = read(tmp_path)["rows"]
    assert row["diverged_at"] and row["loss"] is None
    assert f"diverged at step {row['diverged_at']}" in result.output


def test_odd_depths_of_two_layer_blocks_are_moved_and_said(tmp_path):
    result = course("compare", *SMALL, "--kinds", "residual", "--depths", "5", "--out", tmp_path)
    assert "residual has no depth 5; using 4, the nearest" in result.output
    assert [r["depth"] for r in read(tmp_path)["rows"]] == [4]


def test_ctrl_c_keeps_what_has_finished_and_the_same_command_goes_on(tmp_path):
    command = [
        sys.executable,
        "-m",
        "course.cli",
        "compare",
        "--kinds",
        "plain",
        "--depths",
        "2,3,4,60",
        "--workers",
        "2",
    ]
    command += ["--epochs", "15", "--lr", "0.001", "--out", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"COLUMNS": "200"})
    deadline = time.monotonic() + 300  # on a machine that is busy with other things workers take a minute to begin
    while not list(tmp_path.glob("runs/*.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 130, output
    assert "goes on from here" in output
    first = read(tmp_path)
    assert 1 <= len(first["rows"]) < 4 and not first["settings"]["complete"]
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / "runs").iterdir()}
    result = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"})
    assert result.returncode == 0 and "leaked" not in result.stderr, result.stderr
    assert len(read(tmp_path)["rows"]) == 4 and read(tmp_path)["settings"]["complete"]
    assert all(p.stat().st_mtime_ns == then for p, then in kept.items())


def test_a_run_that_is_kept_when_ctrl_c_comes_is_in_the_table(tmp_path, monkeypatch):
    save = Run.save

    def then_stop(run, path):
        save(run, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "save", then_stop)
    result = course("compare", *SMALL, "--out", tmp_path)
    assert result.exit_code == 130 and "goes on from here" in result.output
    (file,) = (tmp_path / "runs").iterdir()
    (row,) = read(tmp_path)["rows"]
    assert row["loss"] == Run.load(file).loss and not read(tmp_path)["settings"]["complete"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kinds", "plain,vanilla"], "unknown kind 'vanilla'; the kinds are plain, plain_bn"),
        (["--depths", "2,ten"], "--depths takes whole numbers separated by commas"),
        (["--depths", "1"], "--depths takes numbers of layers, at least 2"),
        (["--seeds", "0"], "--seeds takes how many seeds"),
        (["--lr", "fast"], '--lr takes a number such as 0.1, or "rule"'),
        (["--lr", "-1"], "learning_rate must be a number from 0 up"),
        (["--subset", "none"], "--subset takes a number of training images"),
        (["--device", "tpu"], "'tpu' is not to be had here"),
        (["--data", "nonsense"], "nonsense"),
    ],
)
def test_bad_input_gets_one_line_that_says_what_is_allowed(arguments, words, tmp_path):
    result = course("compare", *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert words in result.output and "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_seeds_are_a_count_or_a_list():
    assert cli._seeds("3") == (0, 1, 2)
    assert cli._seeds("7,8,9") == (7, 8, 9)
    assert cli._seeds("7,") == (7,)


def test_doctor_finds_this_machine_well_and_exits_with_0():
    result = course("doctor")
    assert result.exit_code == 0, result.output
    assert all(line.startswith("[ok] ") for line in result.output.splitlines())
    for part in ("Python 3.", "torch ", "one thread", "memory", "jupyterlab 4.", "anywidget", "data folder", "disk"):
        assert part in result.output


def test_doctor_names_the_way_out_and_exits_with_1(monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "/proc/nowhere")
    monkeypatch.setattr(doctor, "PACKAGES", {"no-such-package": ""})
    result = course("doctor")
    assert result.exit_code == 1
    assert "[fail] no-such-package not installed\n       install it: uv sync" in result.output
    assert "[fail] data folder" in result.output or os.access("/proc", os.W_OK)


def test_a_check_that_breaks_does_not_hide_the_others(monkeypatch):
    monkeypatch.setattr(doctor.devices, "describe", lambda device: 1 / 0)
    findings = list(doctor.examine())
    assert sum("ZeroDivisionError" in f.what for f in findings) == 1 and len(findings) > 6
