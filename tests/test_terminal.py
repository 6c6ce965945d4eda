"""What is said reaches whoever reads it, whatever the terminal can show, and the files are there before it."""

import io
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from course import cli, records, sweeps, terminal
from course.exercises import check

SMALL = ["--kinds", "plain", "--depths", "2", "--width", "10", "--epochs", "1", "--lr", "0.05"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """Runs train in this process, by the real sweep; data sets are kept here."""
    real = sweeps.sweep
    monkeypatch.setattr(sweeps, "sweep", lambda jobs, **how: real(jobs, ThreadPoolExecutor(1), folder=how["folder"]))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "root"))


def course(*arguments, **how):
    return CliRunner(env={"COLUMNS": "60"}, **how).invoke(cli.app, [str(a) for a in arguments])


def pictures(folder, count=10, step=1):
    for offset, label in ((0, "cat"), (50, "dog")):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            Image.new("L", (4, 4), 20 + offset + step * number).save(folder / label / f"{number}.png")
    return folder


def losses(out):
    return [row["loss"] for row in json.loads((out / "compare.json").read_text())["rows"]]


def test_pictures_that_changed_are_trained_anew_and_those_that_did_not_are_not(tmp_path):
    mine, out = pictures(tmp_path / "mine"), tmp_path / "out"
    assert course("compare", *SMALL, "--data", mine, "--out", out).exit_code == 0
    first, runs = losses(out), sorted(out.glob("runs/*"))
    course("compare", *SMALL, "--data", mine, "--out", out)
    assert losses(out) == first and sorted(out.glob("runs/*")) == runs
    pictures(mine, step=5)  # as many, of the same size
    course("compare", *SMALL, "--data", mine, "--out", out)
    assert losses(out) != first and len(list(out.glob("runs/*"))) == 2


def test_the_same_relative_path_in_another_folder_is_another_data_set(tmp_path, monkeypatch):
    for name in ("a", "b"):
        pictures(tmp_path / name / "mine")
        monkeypatch.chdir(tmp_path / name)
        assert course("compare", *SMALL, "--data", "mine", "--out", tmp_path / "out").exit_code == 0
    assert len(list(tmp_path.glob("out/runs/*"))) == 2


def test_data_that_change_between_plan_and_training_are_not_trained_under_the_old_description(tmp_path):
    from course import compare as comparison
    from course import data

    mine = pictures(tmp_path / "mine")
    (job,) = comparison.plan(comparison.Settings(str(mine), ("plain",), (2,), epochs=1, learning_rate=0.1)).jobs
    pictures(mine, step=5)
    with pytest.raises(data.DataError, match="mine is no longer what it was when the run was described"):
        job.run()


def test_the_digest_is_the_same_however_many_threads_add_up_the_constants():
    from course import data

    digests = set()
    for count in (1, 2):
        torch.set_num_threads(count)
        digests.add(data.load("digits", device="cpu").digest)
    torch.set_num_threads(1)
    assert len(digests) == 1


def test_compare_says_what_it_loaded_and_keeps_it(tmp_path):
    mine = pictures(tmp_path / "mine")
    (mine / "cat" / "notes.txt").write_text("")
    said = course("compare", *SMALL, "--data", mine, "--out", tmp_path / "out").output
    lines = [
        "mine: 16 training and 4 test images, 4×4 pixels, grey",
        "2 classes: cat (10), dog (10)",
        "1 file passed over, no image by the ending: .txt",
        "20 of 20 images of a single colour throughout",
    ]
    kept = json.loads((tmp_path / "out" / "compare.json").read_text())["settings"]["loaded"]
    assert all(line in said.splitlines() and line in kept for line in lines), said


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_a_terminal_that_lacks_a_character_shows_another(encoding, tmp_path, monkeypatch):
    result = course("compare", *SMALL, "--out", tmp_path / "ümlaut", charset=encoding)
    assert result.exit_code == 0, result.exception
    assert (tmp_path / "ümlaut" / "compare.html").exists() and "Training loss by depth" in result.stdout_bytes.decode(
        encoding
    )
    assert f"{'u' if encoding == 'ascii' else 'ü'}mlaut" in result.stdout_bytes.decode(encoding)


def test_check_says_what_it_has_to_say_to_a_terminal_of_an_old_encoding(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", stream)
    check("neuron", lambda *given: given[0])
    stream.flush()
    assert b"x " in stream.buffer.getvalue()[:2], "the cross is another one"


@pytest.mark.parametrize(
    ("text", "said"),
    [("97.8\u202f%", "97.8 %"), ("5 – 6 … ✓", "5 - 6 ... +"), ("a · 1.0·10⁻¹³", "a | 1.0*10^-13"), ("日本", "??"),
     ("a\udce9", "a\\udce9"), ("cats\x1b[2J\r", "cats\\x1b[2J\\x0d")],
)  # fmt: skip
def test_every_character_has_one_in_its_place(text, said, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.say(text)
    stream.flush()
    assert stream.buffer.getvalue().decode() == said + "\n"


def test_a_power_of_ten_is_one_where_only_some_exponents_can_be_raised(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")  # has ¹²³, and no others
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.say("loss 1.0·10⁻¹³, rate 10⁻⁵, 9.3·10⁴")
    stream.flush()
    assert stream.buffer.getvalue().decode("cp1252").strip() == "loss 1.0·10^-13, rate 10^-5, 9.3·10^4"


@pytest.mark.parametrize("name", ["x[/old]", "runs [bold]", "a :smile: b", "long " * 30])
def test_what_a_user_named_is_plain_text_on_one_line(name, tmp_path):
    result = course("compare", *SMALL, "--out", tmp_path / name)
    assert result.exit_code == 0, result.exception
    assert f"{tmp_path / name / 'compare.html'}   {tmp_path / name / 'compare.json'}" in result.output.splitlines()


def is_a_file(out, monkeypatch):
    out.write_text("")


def lies_below_a_file(out, monkeypatch):
    out.parent.joinpath("file").write_text("")
    return out.parent / "file" / "out"


def is_read_only(out, monkeypatch):
    def refuse(**how):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(records.tempfile, "TemporaryFile", refuse)


def is_on_a_full_disk(out, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 100_000))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (is_a_file, "nothing can be written into"),
        (lies_below_a_file, "Not a directory): name a folder of your own with --out"),
        (is_read_only, "Permission denied): name a folder of your own with --out"),
        (is_on_a_full_disk, "has 0.1 MB left and 1.0 MB are needed: free some, or name a folder on another disk"),
    ],
)
def test_a_folder_that_takes_no_files_is_found_before_anything_is_trained(harm, words, tmp_path, monkeypatch):
    out = harm(tmp_path / "out", monkeypatch) or tmp_path / "out"
    monkeypatch.setattr(sweeps.Job, "run", lambda *a: pytest.fail("it was trained"))
    result = course("compare", *SMALL, "--out", out)
    assert result.exit_code == 2 and result.output.count("error: ") == 1 and words in result.output, result.output
    assert "Traceback" not in result.output


def test_a_disk_that_fills_up_while_training_costs_the_files_and_not_what_was_found(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device", str(arguments[0]))

    monkeypatch.setattr(records.Run, "save", full)
    monkeypatch.setattr("course.compare.write", full)
    result = course("compare", *SMALL, "--out", tmp_path / "out")
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert "could not be kept and will be trained again: " in result.output and "No space left" in result.output
    assert "│ plain" in result.output and "error: " in result.output


def test_a_comparison_in_which_a_run_failed_ends_with_1(tmp_path, monkeypatch):
    monkeypatch.setattr(sweeps.Job, "run", lambda *a: 1 / 0)
    result = course("compare", *SMALL, "--out", tmp_path / "out")
    assert result.exit_code == 1 and "failed: ZeroDivisionError: division by zero" in result.output
    assert not json.loads((tmp_path / "out" / "compare.json").read_text())["rows"][0]["loss"]


def test_batch_norm_on_a_single_image_is_refused_before_training(tmp_path):
    arguments = ["--subset", "1", "--kinds", "plain_bn", "--depths", "4", "--out", tmp_path / "out"]
    result = course("compare", *arguments)
    assert result.exit_code == 2 and "batch norm compares the images of a batch, and batch_size=1" in result.output


def test_help_lists_the_exit_codes():
    said = " ".join(course("--help").output.split())
    for words in ("0 done", "1 a run or a check failed", "2 cannot be done", "130 ended by Ctrl-C"):
        assert words in said


def test_who_stops_reading_gets_no_complaint():
    """As with `course reproduce | head -1`."""
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "course.cli", "reproduce"]
    with os.fdopen(writes, "wb") as gone:
        ended = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    assert ended.returncode == 1 and not ended.stderr


def test_listing_claims_ends_with_0():
    result = course("reproduce", "course-rate-audit", "--out", "nowhere", "--check")
    assert result.exit_code == 0 and result.output.startswith("course-rate-audit: not yet"), result.output


@pytest.mark.parametrize(
    "arguments",
    [("reproduce", "nonsense", "--check"), ("reproduce", "nonsense"), ("release", "99"), ("record", "nonsense")],
)
def test_what_cannot_be_done_ends_with_2_and_one_line(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = course(*arguments)
    assert result.exit_code == 2 and result.output.startswith("error: ") and result.output.count("\n") == 1


def test_a_name_in_an_encoding_of_its_own_reaches_files_and_terminal(tmp_path):
    mine = pictures(tmp_path / "f\udce9t\udce9")
    result = course("compare", *SMALL, "--data", mine, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.exception
    assert "f\\udce9t\\udce9: 16 training" in result.output
    assert "f\udce9t\udce9" in json.loads((tmp_path / "out" / "compare.json").read_text())["settings"]["data"]
