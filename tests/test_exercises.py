"""Exercises: right answers pass however they are written, each usual mistake is rejected with the hint that fits it."""

import contextlib
import copy
import math
import threading
import time
from pathlib import Path

import pytest
import torch
from torch import nn

from course import exercises, release
from course.exercises import check
from course.exercises.checking import judge
from course.exercises.limits import TimeUp, time_limit
from course.exercises.shipped import shipped

HERE = Path(__file__).parent
ALL = [exercise for chapter in exercises.CHAPTERS.values() for exercise in chapter]
WRONG = sorted((HERE / "wrong_answers").glob("*/*/*.py"))
RIGHT = sorted((HERE / "right_answers").glob("*/*/*.py"))
NAMED = {exercise.name: exercise for exercise in ALL}


def named(file):
    return f"{file.parent.name}-{file.stem}"


@pytest.mark.parametrize("file", RIGHT, ids=named)
def test_right_answers_pass_however_they_are_written(file):
    exercise = NAMED[file.parent.name]
    answer = release.load(file.read_text(), exercise.name)
    outcomes = judge(exercise, answer, shipped(exercise.chapter))
    assert all(outcome.passed for outcome in outcomes), [(o.case.label, o.error, o.seen, o.expected) for o in outcomes]


@pytest.mark.parametrize("file", WRONG, ids=named)
def test_wrong_answers_are_rejected_with_their_hint(file):
    exercise = NAMED[file.parent.name]
    text = file.read_text()
    hint = text.split("\n")[0].removeprefix("# hint: ")
    outcomes = judge(exercise, release.load(text, exercise.name), shipped(exercise.chapter))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    assert failed and exercise.hints[hint] in {outcome.hint for outcome in failed}, [o.hint for o in failed]
    assert failed[0].hint == exercise.hints[hint], "the first hint that a reader meets is the right one"


def test_every_exercise_has_wrong_and_right_answers_and_hidden_cases():
    for exercise in ALL:
        wrong = [file for file in WRONG if file.parent.name == exercise.name]
        right = [file for file in RIGHT if file.parent.name == exercise.name]
        assert len(wrong) >= 5 and len(right) >= 2, exercise.name
        assert {file.stem for file in wrong} == set(exercise.hints), "a hint for each mistake, a mistake for each hint"
        assert exercise.public and any(not case.public for case in exercise.cases)
        assert len({case.label for case in exercise.cases}) == len(exercise.cases)


def mutable(value):
    """Modules and tensors in a case's inputs that an answer could change."""
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from mutable(part)
    elif isinstance(value, nn.Module):
        yield from value.modules()
    elif isinstance(value, torch.Tensor):
        yield value


def test_what_an_answer_changes_is_made_anew_for_the_next():
    for exercise in ALL:
        for case in exercise.cases:
            first, second = case.inputs(case.seed), case.inputs(case.seed)
            kept = {id(part) for part in mutable(first)}
            assert not [part for part in mutable(second) if id(part) in kept], f"{exercise.name}, {case.label}"


class Spiteful:  # noqa: PLW1641
    """Raises whatever one does with it."""

    def __getattribute__(self, name):
        raise RuntimeError("leave me alone")

    def __repr__(self):
        raise RuntimeError("no")

    __eq__ = __repr__


def swallow(*given):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


def exits(*given):
    raise SystemExit(3)


ANSWERS = {
    "nothing": lambda: None,
    "a number": lambda: 3,
    "a spiteful object": Spiteful,
    "a class": lambda: Spiteful,
    "sys.exit": lambda: exits,
    "too few arguments": lambda: lambda: 1,
    "returns a spiteful object": lambda: lambda *given: Spiteful(),
    "returns a word": lambda: lambda *given: "text",
    "returns far too much": lambda: lambda *given: torch.empty(10**7),
    "returns lists": lambda: lambda *given: [[]],
    "returns nothing": lambda: lambda *given: None,
    "returns nan": lambda: lambda *given: math.nan,
    "returns on another device": lambda: lambda *given: torch.zeros(2, device="meta"),
    "divides by zero": lambda: lambda *given: 1 / 0,
}


@pytest.mark.parametrize("name", ["conv2d_by_loops", "deepen_with_identity", "he_normal_", "gradient_norms"])
@pytest.mark.parametrize("kind", ANSWERS)
def test_nothing_that_an_answer_does_makes_check_raise(name, kind, capsys):
    result = check(name, ANSWERS[kind]())
    said = capsys.readouterr().out
    assert not result and "not yet" in said and "✗" in said and "Traceback" not in said


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["dropout", "drop_path"])
@pytest.mark.parametrize("value", [None, 1.0, torch.ones(3), torch.full((2, 3), math.inf)], ids=str)
def test_what_has_no_mean_is_shown_without_a_warning(name, value, capsys):
    check(name, lambda *given: value)
    said = capsys.readouterr().out
    assert "not yet" in said and "Error:" not in said and "Warning" not in said


def test_an_answer_may_print_reseed_and_change_what_it_is_given(capsys):
    def answer(weights):
        print("looking")
        torch.manual_seed(7)
        weights.clear()
        return 1.0

    before = torch.random.get_rng_state()
    assert not check("sigmoid_gradient_bound", answer)
    assert torch.equal(before, torch.random.get_rng_state())
    assert "looking" not in capsys.readouterr().out


@pytest.mark.parametrize("where", ["main thread", "another thread"])
def test_an_endless_loop_ends_in_any_thread_and_even_if_it_swallows_exceptions(where):
    exercise, found = NAMED["sigmoid_gradient_bound"], []

    def work():
        found.extend(judge(exercise, swallow, shipped("03"), seconds=0.2))

    began = time.perf_counter()
    if where == "main thread":
        work()
    else:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(20)
    assert time.perf_counter() - began < 10
    assert found and all("a loop that never ends" in outcome.error for outcome in found)
    assert not [t for t in threading.enumerate() if t.name == "course-time-limit" and t.is_alive() and t.join(2)]


def test_the_time_limit_leaves_nothing_behind_that_could_go_off_later():
    for _ in range(50):
        with contextlib.suppress(TimeUp):
            time_limit(0.001, lambda: time.sleep(0.0011))
    time.sleep(0.7)  # longer than until a second one


def test_check_says_what_was_called_what_came_back_and_what_was_expected(capsys):
    result = check("deepen_with_identity", lambda network, depth: copy.deepcopy(network))
    said = capsys.readouterr().out
    assert "deepen_with_identity(net with 4 linear layers, 9)" in said and "counted 4, expected 9" in said
    assert "Hint: train the result for a step" in said and said.rstrip().endswith("not yet.")
    assert not result and 0 < result.points < NAMED["deepen_with_identity"].points
    assert repr(result) == "<deepen_with_identity: 1 of 3 cases, 1 of 3 points>"

    check("conv2d_by_loops", lambda x, *given: 2 * x)
    assert "conv2d_by_loops(tensor 1×5×5, tensor 1×1×3×3, [" in capsys.readouterr().out
    check("fit_identity", lambda block, x, steps, rate: nn.Module())
    assert "returned nothing with numbers in it, expected shape (12,)" in capsys.readouterr().out


def test_an_unknown_exercise_is_said_with_the_known_ones(capsys):
    result = check("deepen", None)
    said = capsys.readouterr().out
    assert "no exercise 'deepen'" in said and "deepen_with_identity" in said and not result


def test_points_are_the_share_of_the_public_cases(capsys):
    text = (HERE / "right_answers/03/he_normal_/1.py").read_text()
    result = check("he_normal_", release.load(text, "he_normal_"))
    assert result and result.points == 2 and capsys.readouterr().out.rstrip().endswith("All right.")
