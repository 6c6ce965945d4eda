"""Grading as a teaching assistant does it: one command from a platform's zip to its upload, and what comes after."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import grading_rows as rows
import pytest
from test_grading_submissions import CANVAS_ROSTER, zipped
from typer.testing import CliRunner

from course import cli, exercises
from course.grading import assignment, chapter, confinement, gradebook, listing

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading runs on Linux")
HANDBOOK = (ROOT / "docs/grading.md").read_text(encoding="utf-8")
EXAM, ANSWERS = re.findall(r"```python\n(.*?)```", HANDBOOK, re.S)
HALF = "def halves(x):\n    return x[:3] / 2"
TOML = """chapter = "04"
title = "Homework 4 (77)"
exercises = ["from_carry_notation", "halves"]
points = {from_carry_notation = 2}
late = {per_day = 0.25}
"""
FILES = ("index.html", "grades.csv", "canvas.csv", "grades.json", "reasons.json", "flags.json")


def course(*words):
    return CliRunner().invoke(cli.app, ["grade", *map(str, words)])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A class's zip from Canvas, the teacher's files, and the gradebook that one command made of them."""
    folder = tmp_path_factory.mktemp("ta")
    for name, text in {"exam.py": EXAM, "exam_answers.py": ANSWERS, "assignment.toml": TOML,
                       "roster.csv": CANVAS_ROSTER}.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    whole = rows.notebook(rows.IMPORTS, rows.CARRY, ANSWERS)
    zipped(folder / "submissions.zip", [
        ("olafsdottirana_101_9001_04_highway.ipynb", whole),
        ("leeben_LATE_102_9002_04_highway.ipynb", rows.notebook(rows.IMPORTS, rows.CARRY, HALF)),
        ("stranger_999_9003_x.ipynb", rows.notebook("x = 1")),
    ])  # fmt: skip
    words = [folder / "submissions.zip", "--out", folder / "graded", "--assignment", folder / "assignment.toml",
             "--exercises", folder / "exam.py", "--roster", folder / "roster.csv", "--secret", folder / "secret",
             "--workers", 1]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        result = course(*words)
        assert result.exit_code == 0, result.output
        yield folder, words, result.output


def read(folder, name):
    return (folder / "graded" / name).read_text(encoding="utf-8")


def test_one_command_makes_what_is_uploaded(place):
    folder, _, said = place
    assert json.loads(read(folder, "grades.json")) == {
        "olafsdottirana_101_9001_04_highway": {"from_carry_notation": 2, "halves": 4},
        "leeben_LATE_102_9002_04_highway": {"from_carry_notation": 1.5, "halves": 1.8},
        "stranger_999_9003_x": {"from_carry_notation": 0, "halves": 0},
    }
    assert read(folder, "canvas.csv").splitlines()[1:] == [
        "    Points Possible,,,,,6",
        '"Lee, Ben",102,s2,ben,A,3.3',
        '"Ólafsdóttir, Ana",101,s1,ana,A,6',
    ]
    nobody = "warning: 1 student matches nobody on the roster, so without a row for Canvas:\n  stranger (stranger_999"
    assert nobody in said
    assert "canvas.csv" in said and "one that asks only for an error, or that nothing changes, counts beside" in said
    reasons = json.loads(read(folder, "reasons.json"))["leeben_LATE_102_9002_04_highway"]["halves"]
    assert "✗ hidden case five numbers: returned another shape, expected shape (5,)" in reasons
    assert "late, day 1: 25 % of the points are lost" in reasons
    page = read(folder, "index.html")
    assert 'title="leeben_LATE_102_9002_04_highway"><bdi>Lee, Ben</bdi></a>' in page
    assert page.count("Late, day 1: 25 % of the points are lost.") == 1
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600 and not (folder / "graded" / "secret").exists()


def test_grading_again_keeps_bytes_and_what_was_given_by_hand(place, monkeypatch):
    folder, words, _ = place
    before = {name: read(folder, name) for name in FILES}
    monkeypatch.setattr(gradebook, "Box", None)  # nothing is left to do in one
    assert course(*words).exit_code == 0 and {name: read(folder, name) for name in FILES} == before
    manual = "student,exercise,points,comment\nLee Ben,halves,4,talked it through\n"
    (folder / "graded" / "manual.csv").write_text(manual, encoding="utf-8")
    assert course(*words).exit_code == 0 and read(folder, "manual.csv") == manual
    assert json.loads(read(folder, "grades.json"))["leeben_LATE_102_9002_04_highway"]["halves"] == 4
    (folder / "graded" / "manual.csv").write_text(manual.replace(",4,", ",9,"))
    assert "warning: manual.csv gives more than all points:\n  Lee, Ben: halves, 9 of 4\n" in course(*words).output
    (folder / "graded" / "manual.csv").write_text(manual.split("\n", maxsplit=1)[0] + "\n")
    assert course(*words).exit_code == 0 and {name: read(folder, name) for name in FILES} == before


def test_an_appeal_is_answered_by_one_command(place):
    folder, words, _ = place
    before = {name: read(folder, name) for name in FILES}
    result = course(*words, "--only", "Lee, Ben", "--explain")
    assert result.exit_code == 0, result.output
    assert "Lee, Ben: 3.3 of 6 points" in result.output and "halves: 1.8 of 4 points" in result.output
    assert "✗ hidden case 'five numbers', 1.6 points, seed" in result.output
    assert "right answer: returned (5,) [" in result.output and "this answer: returned (3,) [" in result.output
    assert "✓ 3 units, 2 inputs; " in result.output and "other options" not in result.output
    assert {name: read(folder, name) for name in FILES} == before
    (folder / "late.toml").write_text(TOML.replace("0.25", "0.5"))
    other = [folder / "late.toml" if word == folder / "assignment.toml" else word for word in words]
    result = course(*other, "--only", "Lee, Ben", "--explain")
    there = "has from_carry_notation 1.5, halves 1.8: it was made with other options, such as --assignment"
    assert "Lee, Ben: 2.2 of 6 points" in result.output and there in result.output
    unmatched, stranger = "warning: stranger matches nobody on the roster", ("--only", "stranger", "--explain")
    assert f"{unmatched}, so without a row for Canvas (nobody" in course(*words, *stranger).output
    (folder / "own.csv").write_text("name\nBen Lee\n")
    own = [folder / "own.csv" if word == folder / "roster.csv" else word for word in words]
    assert f"{unmatched} (nobody" in course(*own, *stranger).output
    assert "no submission is of 'Zoe'" in course(*words, "--only", "Zoe", "--explain").output
    assert "go together" in course(*words, "--only", "Zoe").output


def test_a_dry_run_says_the_deadline_and_who_is_late(place):
    folder, words, _ = place
    (folder / "due.toml").write_text("deadline = 2026-12-01T12:00:00Z\n" + TOML)
    said = course(*(folder / "due.toml" if word == folder / "assignment.toml" else word for word in words), "--dry-run")
    assert "deadline 2026-12-01 " in said.output or "deadline 2026-12-02 " in said.output
    assert "; each day begun costs 25 %, at most 100 %\n" in said.output
    (ben,) = (line for line in said.output.splitlines() if line.startswith("│ Lee, Ben"))
    assert "late, day 1: 25 % of the points are lost" in ben and ben.count("leeben") == 1


def test_what_a_teacher_gets_wrong_is_said_in_one_line(place, tmp_path):
    folder, words, _ = place
    for name, text, said in (
        (
            "assignment.toml",
            'chapter = "04"\nexercises = ["lesions"]',
            "there is no exercise 'lesions'; there are HighwayLayer",
        ),
        ("assignment.toml", "", "which chapter? Give --chapter, as in --chapter 04"),
        ("exam.py", "EXERCISES = ()", "exam.py has to define EXERCISES"),
        ("exam.py", "1 / 0", "exam.py does not run (ZeroDivisionError"),
        ("exam.py", EXAM.replace('"halves"', '"lesion"'), "chapter 04 has an exercise 'lesion', too: rename yours"),
        ("exam.py", EXAM.replace("public=False", "public=True"), "halves needs a hidden case"),
        (
            "exam.py",
            EXAM.replace("public=False", "public=False, weight=0"),
            "a case of halves has no weight above 0; leave the case out",
        ),
        ("exam_answers.py", "half = 1", "exam_answers.py has to define halves, the right answer"),
    ):
        for kept in ("exam.py", "exam_answers.py", "assignment.toml"):
            (tmp_path / kept).write_text((folder / kept).read_text())
        (tmp_path / name).write_text(text)
        changed = [tmp_path / word.name if isinstance(word, Path) and (tmp_path / word.name).exists() else word
                   for word in words]  # fmt: skip
        result = course(*changed)
        assert result.exit_code == 2 and said in result.output and result.output.count("\n") <= 3, result.output


def test_the_handbook_knows_the_points_of_each_chapter():
    said = re.findall(r"\d+", re.search(r"Chapters 1 to 7 have ([^;]*) points", HANDBOOK)[1])
    assert [*map(int, said)] == [sum(one.points for one in some) for some in exercises.CHAPTERS.values()]


def test_the_handbooks_assignment_is_one(tmp_path):
    (tmp_path / "a.toml").write_text(re.search(r"```toml\n(.*?)```", HANDBOOK, re.S)[1], encoding="utf-8")
    told = assignment.assignment(tmp_path / "a.toml")
    about = gradebook.about(told.chapter, ROOT, gradebook.Settings(told))
    assert {exercise.name: exercise.points for exercise in about.exercises} == {"HighwayLayer": 5, "lesion": 2}


def test_the_box_does_not_learn_the_private_answers(place):
    folder, _, _ = place
    about = chapter.with_private(gradebook.chapter(ROOT, "04"), folder / "exam.py")
    assert "halves" in about.declarations and "x / 2" in about.sources["halves"]
    assert "x / 2" not in about.declarations


def test_a_run_that_is_killed_or_ended_loses_nothing(tmp_path, monkeypatch):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(3):
        slow = rows.CARRY.replace("return", f"time.sleep({0.3 + number / 100})\n    return")
        (folder / f"s{number}.ipynb").write_bytes(rows.notebook(f"import time\n{slow}"))
    (tmp_path / "a.toml").write_text('chapter = "04"\nexercises = ["from_carry_notation"]\n')
    words = [folder, "--out", out, "--assignment", tmp_path / "a.toml", "--workers", 1]
    journal = out / "journal.jsonl"

    def graded():
        return journal.read_text().count('{"key"') if journal.exists() else 0

    command = [sys.executable, "-m", "course.cli", "grade", *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while not graded() and process.poll() is None:
            time.sleep(0.02)
        process.kill()
    kept = journal.read_text()
    assert process.returncode == -signal.SIGKILL and 0 < graded() < 3

    def ctrl_c(done, of, without):
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    with monkeypatch.context() as patch:
        patch.setattr(listing, "progress", lambda: contextlib.nullcontext(ctrl_c))
        ended = course(*words)
    assert ended.exit_code == 130 and "the same command goes on from here" in ended.output
    assert journal.read_text().startswith(kept) and graded() == 2 == len(json.loads((out / "grades.json").read_text()))
    assert "only a part: 1 are not graded yet" in ended.output
    assert "1 submission more is not graded yet" in " ".join((out / "index.html").read_text().split())
    assert course(*words).exit_code == 0 and graded() == 3 and "Only a part" not in (out / "index.html").read_text()
    monkeypatch.setattr(gradebook, "Box", None)  # nothing is left to do in one
    assert course(*words).exit_code == 0
    assert {points["from_carry_notation"] for points in json.loads((out / "grades.json").read_text()).values()} == {1.0}


def test_what_cannot_be_read_is_said_before_and_after_and_never_uploaded_as_a_zero(tmp_path, monkeypatch):
    right = rows.notebook(rows.IMPORTS, rows.CARRY)
    other = (ROOT / "notebooks/03_plain_vs_deep.ipynb").read_bytes()
    handed_in = {"anaana_101": right, "benben_102": right[:-40], "cycy_103": b"", "dandan_104": b'{"cells": []}',
                 "evaeva_105": other, "studenttest_106": right}  # fmt: skip
    source = zipped(tmp_path / "in.zip", [(f"{name}_9_x.ipynb", raw) for name, raw in handed_in.items()])
    (tmp_path / "roster.csv").write_text('Student,ID,Homework 3 (76),Homework 4 (77)\n    Points Possible,,5,10\n'
        '"Ana, Ana",101,,\n"Student, Test",106,,\n"Zoe, Zoe",109,,\n"Yi, Yi",108,,\n')  # fmt: skip
    (tmp_path / "a.toml").write_text('title = "Homework 3 (76)"\nexercises = ["from_carry_notation", "lesion"]')
    words = [source, "--chapter", "04", "--out", tmp_path / "out", "--roster", tmp_path / "roster.csv",
             "--assignment", tmp_path / "a.toml"]  # fmt: skip
    monkeypatch.chdir(ROOT)
    before = course(*words, "--dry-run")
    problems = {"benben_102_9_x": "the file is no notebook, or only a part of one", "cycy_103_9_x": "the file is empty",
                "dandan_104_9_x": "the notebook has no cells",
                "evaeva_105_9_x": "this is the notebook of chapter 03"}  # fmt: skip
    assert before.exit_code == 0 and not (tmp_path / "out").exists(), before.output
    for name, problem in problems.items():
        assert f"cannot be graded: {name} ({problem}" in before.output
    assert "Homework 3 (76): from_carry_notation 1, lesion 2; 3 points together" in before.output
    assert "warning: Canvas's maximum of 'Homework 3 (76)' is 5 and this assignment's 3" in before.output
    assert "left out, Canvas's test student: studenttest_106_9_x.ipynb" in before.output
    assert "5 submissions, 4 of them cannot be graded, 4 students match nobody, 0 replaced by another" in before.output
    assert "2 of the roster handed in nothing: Zoe, Zoe; Yi, Yi\n" in before.output
    assert "5 of 5 read, 4 cannot be graded" in before.output and "0 of 5 read" not in before.output
    row = next(line for line in before.output.splitlines() if "benben" in line)
    lines = before.output.splitlines()
    assert lines.index(row) < next(n for n, line in enumerate(lines) if "│ Ana, Ana" in line)
    assert "benben_102_9_x.ipynb" in row and "save it anew and try to open it" in row  # nobody reads it in a terminal
    after = course(*words)
    assert after.exit_code == 0, after.output
    assert "1 submission graded, 0 without a point" in after.output and "0 of 5 done" not in after.output
    assert "warning: 4 could not be graded, so without a row for Canvas or Moodle until" in after.output
    assert "5 of 5 done, 0 without a point" in after.output
    assert all(f"{name} ({problem}" in after.output for name, problem in problems.items())
    assert str(tmp_path / "out" / "feedback") in after.output and str(tmp_path / "out" / "manual.csv") in after.output
    assert (tmp_path / "out" / "canvas.csv").read_text().splitlines()[2:] == ['"Ana, Ana",101,,,,1']
    assert json.loads((tmp_path / "out" / "grades.json").read_text())["cycy_103_9_x"] == {
        "from_carry_notation": 0, "lesion": 0,
    }  # fmt: skip
    (tmp_path / "out" / "manual.csv").write_text("student,exercise,points\ncycy,lesion,2\nevil,lesion,2\nx,y,z\n")
    wrong = course(*words, "--dry-run")
    assert wrong.exit_code == 2 and "line 3: no submission is of 'evil'" in wrong.output and "line 4" in wrong.output


def test_without_its_layers_a_machine_grades_only_when_told_that_it_is_unsafe(tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing to run")
    words = [folder, "--chapter", "04", "--out", tmp_path / "out"]
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(confinement.UNSAFE, "0")
    assert "changes nothing here" in course(*words, "--unsafe").output
    monkeypatch.setenv(confinement.UNSAFE, "0")
    monkeypatch.setattr(confinement, "libseccomp", lambda: None)
    monkeypatch.setattr(confinement, "landlock_version", lambda: 0)
    refused = course(*words)
    assert refused.exit_code == 2 and "cannot confine what students wrote: libseccomp is not" in refused.output
    with pytest.raises(OSError, match="libseccomp is not installed"):
        confinement.system_call_filter()
    told = course(*words, "--unsafe")
    assert told.exit_code == 0 and "read your files and send them away" in told.output
    confinement.system_call_filter()()
    confinement.only_read([])
    monkeypatch.setattr(confinement.sys, "platform", "darwin")
    assert "grading runs on Linux" in course(*words, "--unsafe").output


def test_gradescopes_autograder_runs_and_says_what_the_gradebook_says(place, tmp_path):
    folder, words, _ = place
    settings = [word for word in words[3:] if word not in ("--roster", folder / "roster.csv", "--workers", 1)]
    for name in ("a.zip", "b.zip"):
        written = course(*settings, "--gradescope", tmp_path / name)
        assert written.exit_code == 0, written.output
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    home = tmp_path / "autograder"
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(home / "source")
        modes = {one.filename: one.external_attr >> 16 & 0o777 for one in archive.infolist()}
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755 and modes["secret"] == 0o600
    (home / "submission").mkdir()
    (home / "submission" / "mine.ipynb").write_bytes(rows.notebook(rows.IMPORTS, rows.CARRY, HALF))
    ran = subprocess.run(["bash", home / "source" / "run_autograder"], capture_output=True, text=True,
                         env=os.environ | {"AUTOGRADER": str(home), "PYTHON": sys.executable})  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert home.stat().st_mode & 0o777 == 0o700
    carry, halves = json.loads((home / "results" / "results.json").read_text())["tests"]
    assert carry | {"output": ""} == {"name": "from_carry_notation", "score": 2, "max_score": 2, "output": ""}
    assert halves["score"] == 2.4 and "hidden case five numbers: returned another shape" in halves["output"]
