"""Grading: who judges, what is kept, and what the box never holds."""

import contextlib
import functools
import importlib
import inspect
import json
import os
import pkgutil
import re
import signal
import threading
import types
from collections.abc import Hashable
from pathlib import Path

import grading_rows as rows
import mutate_answers
import numpy as np
import pytest
from safetensors.numpy import save
from torch import nn
from typer.testing import CliRunner

from course import blocks, cli, doctor, exercises, initializers, measure, networks, training
from course.exercises import Case, Exercise, standins
from course.exercises.expected import expected
from course.exercises.given import Given
from course.exercises.inputs import these
from course.exercises.observing import Observation
from course.grading import box, confinement, gradebook, library
from course.grading.assignment import Assignment
from course.grading.box import Bounds, Box, Ending
from course.grading.judging import Graded, Judge, Outcome, earned, unpacked
from course.grading.turns import Turns

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def chapter():
    return gradebook.chapter(ROOT, "04")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, carry in {"right": rows.CARRY, "wrong": rows.WRONG}.items():
        (folder / f"{name}.ipynb").write_bytes(rows.notebook(rows.IMPORTS, carry))
    return folder


def test_what_is_graded_is_kept_and_the_next_call_goes_on(folder, tmp_path, monkeypatch):
    out, told = tmp_path / "out", []

    def grade():
        told.clear()
        gradebook.grade(folder, "4", out, ROOT, 1, tell=lambda *done: told.append(done))
        return [(out / f"{name}.json").read_bytes() for name in ("grades", "reasons", "flags")]

    first = grade()
    assert [done[:2] for done in told] == [(0, 2), (1, 2), (2, 2)] and told[-1][2] == 1
    assert json.loads(first[0])["right"]["from_carry_notation"] == 1
    assert os.stat(out / "secret").st_mode & 0o777 == 0o600 and os.stat(out).st_mode & 0o777 == 0o700
    journal = (out / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (out / "journal.jsonl").write_bytes(b"".join(journal)[:-30])  # as after a kill
    assert grade() == first and [done[:2] for done in told] == [(1, 2), (2, 2)]
    monkeypatch.setattr(gradebook, "Box", None)  # nothing is left to do in one
    assert grade() == first and told == [(2, 2, 1)]
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "_code", lambda package: "another version")  # which may say it in other words
        with pytest.raises(TypeError):
            grade()
    (out / "secret").write_text("another")
    with pytest.raises(TypeError):
        grade()


def test_another_version_of_the_library_is_known_by_its_code(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "judge.py").write_text("words = 'wrong'")
    before = gradebook._code(tmp_path)
    (tmp_path / "room" / "notes.txt").write_text("read by nobody")
    assert gradebook._code(tmp_path) == before
    (tmp_path / "room" / "judge.py").write_text("words = 'other'")
    assert gradebook._code(tmp_path) != before


def test_of_a_public_case_it_is_said_how_something_was_changed_and_of_a_hidden_one_only_that_it_was():
    conduct = Given({"network": nn.Linear(2, 2)}).unchanged("network")
    should = [Observation(conduct, np.asarray(conduct.number))]

    def said(value, public=True):
        return Judge._difference(Case("", these(), public=public), should, [np.asarray(value)])

    assert said(-3.0) == "left another mode, training or evaluation, in the given network"
    assert said(0.0) == "changed the given network"
    assert said(-3.0, public=False) == said(0.0, public=False) == "has not left the given network as it was"
    assert said(-0.5) == said(-9.0) == said(np.nan) == said([-3.0]) == said(0.0, public=False)


def test_two_files_alike_are_counted_when_they_are_done():
    told = []
    journal = types.SimpleNamespace(grades={})
    for done in ({}, {"k": {"lesion": Graded(0.0, "", [])}}):
        journal.grades = done
        gradebook._count({"a": "k", "b": "k", "c": "j"}, journal, lambda *words: told.append(words))
    assert told == [(0, 3, 0), (2, 3, 2)]


def test_what_does_not_count_by_itself_has_one_sign_wherever_it_is_listed(folder, tmp_path):
    refuses = rows.notebook(rows.IMPORTS, "def gate_bias_for_depth(depth, kept):\n    raise ValueError")
    (folder / "r.ipynb").write_bytes(refuses)
    said, told = [], gradebook.Settings(Assignment(exercises=("gate_bias_for_depth",)))
    gradebook.explain(folder, "04", tmp_path / "out", ROOT, "r", said.append, settings=told)
    text = "\n".join(said)
    assert "r: 0 of 2 points" in text and "0 of 10 cases count; 6 more behave as asked" in text
    assert text.count("○ ") == 12 and text.count("✗ ") == 8 and "✓" not in text
    assert text.count("right answer: raised ValueError: yes") == 6 == text.count("this answer: raised ValueError: yes")


def test_what_cannot_be_graded_is_said_in_one_line(folder, tmp_path, monkeypatch):
    def said(*words):
        result = CliRunner().invoke(cli.app, ["grade", *map(str, words), "--out", str(tmp_path / "out")])
        assert result.exit_code == 2
        return result.output

    monkeypatch.chdir(ROOT)
    assert "there is no folder" in said(tmp_path / "nowhere", "--chapter", "04")
    (tmp_path / "nothing").mkdir()
    assert "is empty" in said(tmp_path / "nothing", "--chapter", "04")
    assert "has no exercises; give one of 01, 02" in said(folder, "--chapter", "12")
    monkeypatch.chdir(tmp_path)  # the course is found beside the library; installed without it there is none
    assert "is empty" in said(tmp_path / "nothing", "--chapter", "04")
    with monkeypatch.context() as patch:
        patch.setattr(cli, "__file__", str(tmp_path / "course" / "cli.py"))
        assert "run this in the folder of the course" in said(folder, "--chapter", "04")
        none = CliRunner().invoke(cli.app, ["release", "04", "--out", str(tmp_path / "handout")])
        assert none.exit_code == 2 and "there is no folder solutions in" in none.output
    none = CliRunner().invoke(cli.app, ["release", "99", "--out", str(tmp_path / "handout")])
    assert none.exit_code == 2 and "no chapter '99'" in none.output and not (tmp_path / "handout").exists()
    monkeypatch.setattr(confinement.sys, "platform", "darwin")
    assert "grading runs on Linux, this is darwin: use a container" in said(folder, "--chapter", "04")


def test_the_doctor_names_the_layers(monkeypatch):
    def grading():
        return [finding.what for finding in doctor.examine() if finding.what.startswith("grading")]

    monkeypatch.setattr(box, "bubblewrap_works", lambda: False)
    (line,) = grading()
    assert line.startswith("grading: no_new_privs, rlimits, Landlock ") and "bubblewrap, which would" in line
    monkeypatch.setattr(confinement, "libseccomp", lambda: None)
    (line,) = grading()
    assert "grading is not possible here: libseccomp is not installed: apt-get" in line


def test_the_box_holds_no_right_answer(chapter):
    """Neither in its files nor, which only root may look into, in its memory."""
    answer = b"return (-weight, -bias)"
    assert answer.decode() in chapter.sources["from_carry_notation"]
    with Box("04", chapter.declarations, bubblewrap=False) as here:
        files = [path for path in here.folder.rglob("*") if path.is_file()]
        names = {str(path.relative_to(here.folder / "library" / "course")) for path in files if path.suffix == ".py"}
        assert not {name for name in names if name.startswith("exercises/chapter") or "judging" in name}
        answers = (answer, b"return -weight, -bias")  # the second as the worked notebook has it
        assert not [path for path in files if any(one in path.read_bytes() for one in answers)]
        about = Path(f"/proc/{here.pid}/status").read_text()
        assert "\nNoNewPrivs:\t1\n" in about
        if os.geteuid() == 0:
            assert f"\nUid:\t{box.USERS}\t" in about
            held = memory(here.pid)
            assert b"gate_bias_for_depth" in held and not any(one in held for one in answers)


def memory(pid):
    """What a process holds that is its own and can be written."""
    held = []
    with open(f"/proc/{pid}/mem", "rb") as stream:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if rights.startswith("rw") and "[v" not in line:
                start, end = (int(part, 16) for part in span.split("-"))
                stream.seek(start)
                held.append(stream.read(end - start))
    return b"".join(held)


@pytest.mark.parametrize("chapter", exercises.CHAPTERS)
def test_the_answers_of_the_library_to_each_chapter_are_left_out(chapter, tmp_path):
    home = library.copy(tmp_path / "copy", chapter) / "course"
    for file, names in library.ANSWERS[chapter].items():
        assert (home / file).read_text().count("NotImplementedError") >= len(names)
    assert not list(home.rglob("recordings")) and not (home / "exercises" / "expected").exists()
    with pytest.raises(ValueError, match="defines no 'g' to leave out; there are f"):
        library.without("def f(): pass", ("g",))


def test_no_two_boxes_parse_at_a_time(monkeypatch):
    """Python 3.11 says `AST constructor recursion depth mismatch` where two threads do."""
    parse, alone = library.ast.parse, []
    monkeypatch.setattr(
        library.ast, "parse", lambda source: alone.append(library.ONE_AT_A_TIME.locked()) or parse(source)
    )
    library.without("def f(): pass", ("f",))
    assert alone and all(alone) and not library.ONE_AT_A_TIME.locked()


# The inputs of chapter 3 are made with it. It is noticed where it stands itself under the exercise's name.
NOT_LEFT_OUT = {("03", initializers.he_normal_)}
ROOMS = (blocks, initializers, measure, networks, training)


def left_out(chapter):
    """The library's objects that are not there while a chapter is graded."""
    files = {f"course.{file.removesuffix('.py').replace('/', '.')}": file for file in library.ANSWERS[chapter]}
    return {getattr(importlib.import_module(m), name) for m, f in files.items() for name in library.ANSWERS[chapter][f]}


def of_the_library():
    """What is defined in the rooms that an answer could take it from."""
    names = [f"{room.__name__}.{m.name}" for room in ROOMS for m in pkgutil.iter_modules(getattr(room, "__path__", ()))]
    modules = [*ROOMS, *map(importlib.import_module, names)]
    things = {thing for module in modules for name, thing in vars(module).items() if callable(thing) and name[0] != "_"}
    return {thing for thing in things if str(getattr(thing, "__module__", "")).startswith("course.")}


def used(standin):
    """A stand-in, its class, and whatever the names in its source mean."""
    yield from (standin, type(standin))
    if getattr(standin, "__module__", "") == standins.__name__:
        for word in re.findall(r"[A-Za-z_][\w.]*", inspect.getsource(standin)):
            with contextlib.suppress(AttributeError, KeyError):
                first, *rest = word.split(".")
                yield functools.reduce(getattr, rest, vars(standins)[first])


@pytest.mark.parametrize("chapter", exercises.CHAPTERS)
def test_whatever_in_the_library_answers_an_exercise_is_left_out(chapter):
    """What its stand-in is made of, and what itself passes its public cases."""
    library_s, there, kept = of_the_library(), [], expected(chapter)
    for exercise in exercises.CHAPTERS[chapter]:
        standin, _ = standins.STANDINS.get(exercise.name, (None, False))
        there += [thing for thing in used(standin) if isinstance(thing, Hashable) and thing in library_s]
        there += [thing for thing in library_s if mutate_answers.passes(exercise, thing, kept)]
    missing = {thing for thing in there if (chapter, thing) not in NOT_LEFT_OUT} - left_out(chapter)
    assert not missing, f"name them in ANSWERS of course/grading/library.py: {missing}"
    assert there or chapter in ("01", "02")  # whose answers the library has in other forms


def outcome(passed, conduct=False, public=True, weight=1.0):
    return Outcome(Case("", these(), weight=weight, public=public), passed, conduct)


class Recorder:
    """A box that does nothing but remember the seeds that it was given."""

    def __init__(self):
        self.seeds = {}

    def run(self, bounds, job, payload=b"", parts=1):
        assert parts == len(job["cases"])
        self.seeds |= dict(job["cases"])
        return [Ending("ended", 0, 0.0, b"")]


def test_hidden_inputs_follow_the_secret_and_the_answer_public_ones_neither(chapter):
    def seeds(secret, source):
        here = Recorder()
        exercise = chapter.exercises[1]
        right = {"references": chapter.references, "sources": {}, "kept": None, "bounds": lambda _: Bounds(1)}
        about = {"missing": "", "fingerprint": "", "program": [[1, 0, []]], "notes": [], "unknown": [], "defining": []}
        read = {"exercises": {exercise.name: about}, "cells": {"1": source}}
        Judge((exercise,), secret=secret, **right).exercise(here, exercise, read)
        public = {case.label: here.seeds[case.label] for case in exercise.cases if case.public}
        return public, [here.seeds[case.label] for case in exercise.cases if not case.public]

    found = [seeds(secret, source) for secret in (b"a", b"b") for source in ("f = 1", "f = 2")]
    assert found[0] == seeds(b"a", "f = 1") and len({tuple(hidden) for _, hidden in found}) == 4
    declared = {case.label: case.seed for case in chapter.exercises[1].cases if case.public}
    assert all(public == declared for public, _ in found)


@pytest.mark.skipif(not box.bubblewrap_works(), reason="bubblewrap's probe fails here")
def test_bubblewrap_gives_namespaces_of_its_own(chapter):
    with Box("04", chapter.declarations, bubblewrap=True) as here:
        (inner,) = Path(f"/proc/{here.pid}/task/{here.pid}/children").read_text().split()
        (zygote,) = Path(f"/proc/{inner}/task/{inner}/children").read_text().split()
        for kind in ("pid", "ipc", "net", "uts", "mnt"):
            assert os.readlink(f"/proc/{zygote}/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}"), kind


def test_conduct_counts_only_beside_values_of_hidden_cases_hidden_ones():
    def points(*outcomes):
        return earned(Exercise("f", "09", 4, 1, 1, tuple(outcome.case for outcome in outcomes)), list(outcomes))

    assert points(outcome(True), outcome(True), outcome(False), outcome(False)) == 2
    assert points(outcome(True, weight=3), outcome(False)) == 3
    assert points(outcome(False), outcome(True, conduct=True)) == 0
    assert points(outcome(True), outcome(True, conduct=True)) == 4
    assert points(outcome(True), outcome(True, conduct=True, public=False)) == 2.4


def test_only_float64_in_safetensors_comes_out():
    def written(values):
        return unpacked(Ending("ended", 0, 0.0, save(values, {"error": "E"})))

    seen, said = written({"1": np.ones(2), "0": np.zeros(())})
    assert [values.tolist() for values in seen] == [0.0, [1.0, 1.0]] and said == {"error": "E"}
    assert written({"7": np.ones(2)})[0] == []
    for bad in (
        save({"0": np.ones(2, dtype=np.float32)}),
        b"\x05\0\0\0\0\0\0\0[1,2]",
        b"x",
        save({"0": np.ones(3)})[:-1],
    ):
        with pytest.raises(ValueError, match="where its result should be"):
            unpacked(Ending("ended", 0, 0.0, bad))


def test_who_works_alone_waits_for_others_and_keeps_them_waiting():
    turns, log, inside, go = Turns(), [], threading.Event(), threading.Event()

    def shared():
        with turns.shared():
            inside.set()
            go.wait()
            log.append("shared")

    def alone():
        with turns.alone():
            log.append("alone")

    first = threading.Thread(target=shared)
    first.start()
    inside.wait()
    second = threading.Thread(target=alone)
    second.start()
    go.set()
    first.join()
    second.join()
    with turns.shared():
        assert log == ["shared", "alone"]


def test_a_zygote_that_dies_is_started_anew(chapter):
    with Box("04", chapter.declarations, bubblewrap=False) as here:
        before = here.pid
        os.kill(before, 9)
        job = {"kind": "read", "names": ["f"]}
        assert here.run(Bounds(5), job, rows.notebook("f = 1"))[0].how == "broken"
        (ending,) = here.run(Bounds(5), job, rows.notebook("f = 1"))
        assert here.pid != before and json.loads(ending.written)["exercises"]["f"]["program"] == [[1, 0, ["f"]]]
    assert not here.folder.exists()


def test_the_folders_of_graders_that_were_killed_are_taken_away(tmp_path, monkeypatch):
    monkeypatch.setattr(box.tempfile, "tempdir", str(tmp_path))
    mine, held = box.new_folder()
    pid = os.fork()
    if pid == 0:
        (box.new_folder()[0] / "library").mkdir()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    (tmp_path / "else").mkdir()
    (tmp_path / f"{box.PREFIX}link").symlink_to(tmp_path / "else")
    (tmp_path / f"{box.PREFIX}file").touch()
    assert len(list(tmp_path.glob(f"{box.PREFIX}*/library"))) == 1
    box.take_away_abandoned()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [mine.name, "else", f"{box.PREFIX}link", f"{box.PREFIX}file"]
    )
    os.close(held)


def test_a_box_that_does_not_start_says_why():
    with pytest.raises(box.BoxError, match="did not start: .*NameError"):
        Box("04", "EXERCISES = nothing", bubblewrap=False)
