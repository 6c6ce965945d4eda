"""Later cells of a chapter use a reader's answer where its check has passed, and the library's otherwise."""

import json
import re
from pathlib import Path

import pytest
import torch
from torch import nn

from course import exercises, release
from course.exercises import check, yours
from course.exercises.checking import PASSED, judge
from course.exercises.expected import expected
from course.exercises.mistakes import answers
from course.exercises.standins import STANDINS

ROOT = Path(__file__).parents[1]
NAMED = {exercise.name: exercise for chapter in exercises.CHAPTERS.values() for exercise in chapter}
REFUSES = {  # cases in which the library refuses what the exercise allows, or takes what it refuses
    "fold_batchnorm": {"a layer without bias", "no gamma, no beta", "no bias, no gamma, no beta"},
    "gate_bias_for_depth": {"0% kept", "-10% kept", "0 layers", "-2 layers"},
    "gate_activity": {  # of other highway layers
        "2 layers of 4 units",
        "one input",
        "3 layers of 5 units",
        "one layer, in evaluation",
    },
    "StochasticDepth": {"never there"},
}


def right(name):
    """A right answer to this exercise."""
    return release.load(answers(ROOT, NAMED[name]).right[0], name)


@pytest.fixture(autouse=True)
def nothing_passed_yet():
    PASSED.clear()
    yield
    PASSED.clear()


@pytest.mark.parametrize("name", STANDINS)
def test_what_stands_in_for_an_answer_passes_its_check(name):
    exercise = NAMED[name]
    failed = {o.case.label for o in judge(exercise, STANDINS[name][0], expected(exercise.chapter)) if not o.passed}
    assert failed == REFUSES.get(name, set())


def test_an_answer_is_used_once_its_check_has_passed_and_the_first_call_is_compared(capsys):
    answer, h = right("gradient_norms"), (nn.Sequential(nn.Linear(3, 3)), torch.eye(3), torch.arange(3))
    assert yours("gradient_norms", answer) is STANDINS["gradient_norms"][0]
    assert capsys.readouterr().out == "gradient_norms: the library's, since `check` has not found yours right\n"
    check("gradient_norms", answer)
    capsys.readouterr()
    used = yours("gradient_norms", answer)
    assert torch.equal(used(*h), answer(*h)) and torch.equal(used(*h), answer(*h))
    said = capsys.readouterr().out
    assert re.fullmatch(r"gradient_norms: yours; its largest difference from the library's, relative, is \S+\n", said)


def test_an_answer_that_was_changed_since_is_not_used_and_a_check_that_fails_takes_it_back(capsys):
    answer = right("path_lengths")
    check("path_lengths", answer)
    assert yours("path_lengths", right("path_lengths")) is STANDINS["path_lengths"][0]
    check("path_lengths", lambda blocks: [0])
    assert yours("path_lengths", answer) is STANDINS["path_lengths"][0]
    with pytest.raises(KeyError):
        yours("drop_out", None)


def test_a_later_cell_of_the_chapter_uses_each_answer():
    assert set(STANDINS) == set(NAMED)
    for path in sorted((ROOT / "solutions").glob("[0-9]*.ipynb")):
        cells = [
            "".join(cell["source"]) for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"
        ]
        for exercise in exercises.of_chapter(path.stem[:2]):
            checked = cells.index(f'check("{exercise.name}", {exercise.name})')
            assert any(f'yours("{exercise.name}", {exercise.name})' in cell for cell in cells[checked:]), exercise.name


@pytest.mark.parametrize("name", sorted({*STANDINS} - {*REFUSES}))
def test_every_right_answer_can_be_used_however_it_is_written(name, capsys):
    for text in answers(ROOT, NAMED[name]).right:
        PASSED[name] = answer = release.load(text, name)
        outcomes = judge(NAMED[name], yours(name, answer), expected(NAMED[name].chapter))
        assert all(outcome.passed for outcome in outcomes), [o.error for o in outcomes]


@pytest.mark.parametrize("form", [torch.Tensor.numpy, torch.Tensor.tolist])
def test_a_later_cell_gets_a_tensor_whatever_form_check_has_taken(form):
    PASSED["conv2d_by_loops"] = answer = lambda *given: form(right("conv2d_by_loops")(*given))
    used, h = yours("conv2d_by_loops", answer), (torch.ones(1, 3, 3), torch.ones(1, 1, 2, 2), torch.ones(1), 1, 0)
    assert [used(*h).dtype for _ in range(2)] == [torch.float32] * 2
    PASSED["early_stop"] = answer = lambda errors, patience: [0, torch.tensor(1)]
    assert yours("early_stop", answer)([0.1, 0.2], 1) == (0, 1)


def test_a_difference_is_said_by_how_much(capsys):
    PASSED["autocorrelation"] = answer = lambda series, lags: right("autocorrelation")(series, lags) + 0.01
    yours("autocorrelation", answer)(torch.arange(5.0), 2)
    assert capsys.readouterr().out.endswith("relative, is 0.01\n")
    PASSED["crelu"] = same = STANDINS["crelu"][0].forward
    yours("crelu", same)(torch.ones(1, 2))
    assert capsys.readouterr().out.endswith("relative, is 0\n")


@pytest.mark.parametrize(("name", "sizes"), [("HighwayLayer", (4, -1.0)), ("ResBlock", (2, 3)), ("ResNet", None)])
def test_a_class_is_compared_once_by_a_module_of_the_same_weights_in_evaluation(name, sizes, capsys):
    PASSED[name] = answer = right(name)
    made = yours(name, answer)(*(sizes or (right("ResBlock"), 2, 3, 4)))
    x = torch.randn(5, 4) if name == "HighwayLayer" else torch.randn(2, 1 if sizes is None else 2, 6, 5)
    made(x)
    assert capsys.readouterr().out == ""
    made.eval()(x), made(x)
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and re.search(r" is (0|(\d·)?10⁻[⁶⁷⁸⁹])\n$", said), said
    assert isinstance(made, answer)


def test_a_stub_is_never_used_by_a_later_cell_of_its_chapter():
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        for exercise in exercises.of_chapter(path.stem[:2]):
            used = re.compile(rf"(?<![\w.\"']){exercise.name}\(")
            for cell in cells:
                source = "".join(cell["source"])
                if cell["cell_type"] == "code" and "exercise" not in cell["metadata"].get("tags", []):
                    assert not used.search(source), f'{path.name}, {cell["id"]}: use yours("{exercise.name}", …)'
