"""Exercises: right answers pass however they are written, each usual mistake is rejected with the hint that fits it."""

import contextlib
import copy
import io
import json
import math
import pickle
import random
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from wrap_answers import KEPT, forbidden, passing

from course import exercises, release
from course.exercises import Case, check, feedback
from course.exercises.checking import judge
from course.exercises.expected import Expected, expected
from course.exercises.feedback import Outcome, difference
from course.exercises.given import Conduct, Given
from course.exercises.inputs import these
from course.exercises.mistakes import answers
from course.exercises.observing import Observation, agrees, arrays, observe
from course.exercises.operations import raised, take
from course.exercises.timeout import TimeUp, time_limit
from course.grading import judging

ROOT = Path(__file__).parents[1]
ALL = [exercise for chapter in exercises.CHAPTERS.values() for exercise in chapter]
NAMED = {exercise.name: exercise for exercise in ALL}
KNOWN = {exercise.name: answers(ROOT, exercise) for exercise in ALL}
RIGHT = [(name, number) for name, known in KNOWN.items() for number in range(len(known.right))]
WRONG = [pytest.param(name, mistake, id=f"{name}-{mistake.name}")
         for name, known in KNOWN.items() for mistake in known.mistakes]  # fmt: skip


def right(name, number=0):
    """What a right answer to this exercise defines."""
    return release.load(KNOWN[name].right[number], name)


@pytest.mark.parametrize(("name", "number"), RIGHT, ids=[f"{name}-{number + 1}" for name, number in RIGHT])
def test_right_answers_pass_however_they_are_written(name, number):
    exercise = NAMED[name]
    outcomes = judge(exercise, right(name, number), expected(exercise.chapter))
    assert all(outcome.passed for outcome in outcomes), [(o.case.label, o.error, o.seen, o.expected) for o in outcomes]


@pytest.mark.parametrize(("name", "mistake"), WRONG)
def test_wrong_answers_are_rejected_with_their_hint(name, mistake):
    exercise = NAMED[name]
    wrong = release.load(KNOWN[name].wrong(mistake), name)
    failed = [outcome for outcome in judge(exercise, wrong, expected(exercise.chapter)) if not outcome.passed]
    assert failed and mistake.words in {outcome.hint for outcome in failed}, [o.hint for o in failed]
    assert failed[0].hint == mistake.words, "the first hint that a reader meets is the right one"


def test_what_must_stay_as_it_was_is_said_in_the_text():
    said = re.compile(
        "(must|may) not change|Neither (must|may) change|stays? as (it was|they were|they are)|not at all"
    )
    for path in sorted((ROOT / "solutions").glob("[0-9]*.ipynb")):
        texts = ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        for exercise in exercises.of_chapter(path.stem[:2]):
            text = next(t for t in texts if t.startswith("### Exercise") and re.search(rf"`{exercise.name}\b", t))
            assert bool(said.search(text)) == (exercise.name in KEPT), exercise.name


@pytest.mark.parametrize("name", NAMED)
def test_what_the_text_forbids_to_do_besides_the_task_is_seen(name):
    assert not [habit for habit, acted in passing(NAMED[name], forbidden(name)).items() if acted]


def test_every_exercise_has_wrong_and_right_answers_and_hidden_cases():
    assert len(NAMED) == len(ALL)
    for exercise in ALL:
        known = KNOWN[exercise.name]
        assert len(known.mistakes) >= 5 and len(known.right) >= 2, exercise.name
        assert exercise.public and any(not case.public for case in exercise.cases)
        assert len({case.label for case in exercise.cases}) == len(exercise.cases)


@pytest.mark.parametrize("chapter", exercises.CHAPTERS)
def test_exercises_stand_in_the_notebooks_order(chapter):
    notebook = release.chapters(ROOT, chapter)[0].read_text(encoding="utf-8")
    checked = re.findall(r'check\(\\"([\w.]+)\\"', notebook)
    assert checked == [exercise.name for exercise in exercises.CHAPTERS[chapter]]


def test_each_file_of_answers_belongs_to_an_exercise():
    files = {(file.parent.name, file.stem) for file in (ROOT / "tests/answers").glob("*/*.py")}
    assert files == {(exercise.chapter, exercise.name) for exercise in ALL}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("return 2 * x", "return 3 * x"), "'doubled' of 'double' changes 'return 2.*', which stands 0 times"),
        (("pass", "return 2 * x"), "stands 2 times in the first right answer; quote"),
        (
            ("# more", "    Mistake('doubled', 'again', 'def double', 'def triple'),"),
            "two mistakes of 'double'.*doubled",
        ),
    ],
)
def test_an_edit_that_fits_nowhere_or_twice_is_said_with_file_exercise_and_mistake(tmp_path, change, words):
    exercise = exercises.Exercise("double", "09", 1, 1, 1, ())
    with pytest.raises(ValueError, match=r"'double' has no right answers.*09.double\.py"):
        answers(tmp_path, exercise)
    text = (
        "from course.exercises.mistakes import Mistake\n"
        "RIGHT = ['def double(x):\\n    pass\\n    return 2 * x']\n"
        "MISTAKES = [Mistake('doubled', 'words', 'return 2 * x', 'return x'),\n# more\n]\n"
    )
    file = tmp_path / "tests/answers/09/double.py"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert answers(tmp_path, exercise).wrong(answers(tmp_path, exercise).mistakes[0]).endswith("pass\n    return x")
    file.write_text(text.replace(*change, 1))
    with pytest.raises(ValueError, match=words) as error:
        answers(tmp_path, exercise)
    assert str(file) in str(error.value)


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_a_case_looks_equally_often_whatever_the_answer_shows(exercise):
    for label, kept in expected(exercise.chapter).values[exercise.name]["cases"].items():
        assert kept["expected"], label
        assert {len(values) for values in kept["mistakes"].values()} <= {len(kept["expected"])}, label


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_every_exercise_has_a_public_and_a_hidden_case_that_see_more_than_conduct(exercise):
    """A grader gives no points for what only the answer's own process can see: values must tell right from wrong."""
    answer = right(exercise.name)
    values = [c for c in exercise.cases if any(not isinstance(said, Conduct) for said, _ in observe(c, answer))]
    assert {case.public for case in values} == {True, False}


def refuse(*given):
    raise ValueError


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_a_table_of_the_public_answers_earns_three_fifths_of_the_points_whatever_else_it_says(exercise):
    """To what is not in it it answers as the stub does, with what it is given, with zeros or an error."""
    stub = f"import math, torch\nfrom torch import nn\n{expected(exercise.chapter).values[exercise.name]['stub']}"
    zeros = lambda *given: torch.zeros_like(given[0]) if isinstance(given[0], torch.Tensor) else 0.0  # noqa: E731
    for otherwise in (release.load(stub, exercise.name), lambda *given: given[0], zeros, refuse):
        outcomes = []
        for case in exercise.cases:
            should, seen = observe(case, right(exercise.name)), []
            with contextlib.suppress(Exception):
                seen = arrays(observe(case, otherwise))
            passed = case.public or agrees(seen, arrays(should), case.tolerance)
            conduct = all(isinstance(said, Conduct) for said, _ in should)
            outcomes.append(judging.Outcome(case, passed, conduct))
        assert judging.earned(exercise, outcomes) == pytest.approx(0.6 * exercise.points, abs=1e-4), otherwise


class ByNumbers(pickle.Pickler):
    """The same bytes for tensors of the same numbers."""

    def reducer_override(self, value):
        return (list, (value.tolist(),)) if isinstance(value, torch.Tensor) else NotImplemented


def as_bytes(inputs):
    stream = io.BytesIO()
    ByNumbers(stream).dump(inputs)
    return stream.getvalue()


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_hidden_inputs_are_drawn_and_right_answers_pass_whatever_comes(exercise):
    """Who reads the declarations, which are public, does not know the inputs."""
    hidden = [case for case in exercise.cases if not case.public]
    for case in hidden:
        drawn = [as_bytes(case.inputs(seed)) for seed in (*range(9), 0)]
        assert len(set(drawn)) > 3 and drawn[0] == drawn[-1], case.label
        for seed in (101, 202):
            shown = [arrays(observe(replace(case, seed=seed), right(exercise.name, number)))
                     for number in range(len(KNOWN[exercise.name].right))]  # fmt: skip
            assert all(agrees(other, shown[0], case.tolerance) for other in shown[1:]), case.label


def test_hidden_cases_share_two_fifths_of_the_points_by_weight_and_all_where_there_are_no_others():
    def worth(*cases):
        exercise = exercises.Exercise("e", "09", 10, 1, 1, cases)
        return [exercise.worth(case) for case in cases]

    public, hidden = (Case(str(public), these(), public=public) for public in (True, False))
    assert worth(public, replace(public, weight=3), hidden) == pytest.approx([1.5, 4.5, 4])
    assert worth(public, hidden, replace(hidden, weight=3)) == pytest.approx([6, 1, 3])
    assert worth(hidden, replace(hidden, weight=4)) == pytest.approx([2, 8]) and worth(public) == [10]


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


def test_what_is_given_is_built_before_the_answer_is_touched_and_remembers_how_it_was():
    built = []

    def inputs(seed):
        built.append("inputs")
        return {"x": torch.ones(2), "network": nn.Linear(2, 2), "rate": 0.5}

    def answer(x, network, rate):
        built.append("answer")
        x.add_(1)
        return network

    def look(answer, given):
        network = answer(*given)
        yield given.unchanged("x")
        yield given.unchanged("network")
        yield given.shared("network", network)
        yield given.shared("x", network)
        yield given.returned("network", network)
        yield given.returned("x", network)

    found = observe(Case("", inputs, look), answer)
    assert built == ["inputs", "answer"]
    assert [float(values) for values in arrays(found)] == [0, 1, 1, 0, 1, 0]
    assert found[0].said.no == "changed the given x"
    with pytest.raises(AttributeError, match="no input 'y'; there are x, network"):
        Given({"x": 1, "network": 2}).y  # noqa: B018


def test_what_was_seen_stays_although_the_answer_goes_on_writing_into_it():
    def look(answer, given):
        yield "returned", given.x
        given.x.zero_()
        yield "returned", given.x

    found = observe(Case("", lambda seed: {"x": torch.ones(2, dtype=torch.float64)}, look), None)
    assert [values.tolist() for values in arrays(found)] == [[1, 1], [0, 0]]


def test_random_numbers_of_a_case_come_from_its_seed_and_those_of_the_process_go_on_as_before():
    case = Case("", lambda seed: {"network": nn.Linear(2, 2)}, lambda answer, given: iter([("returned", answer())]))
    before = torch.random.get_rng_state()
    first, second = (arrays(observe(case, lambda: torch.rand(3)))[0] for _ in range(2))
    assert (first == second).all() and torch.equal(before, torch.random.get_rng_state())


def test_only_the_error_that_is_asked_for_counts_as_a_refusal():
    def answer(error=None):
        if error:
            raise error

    kinds = (ValueError("no"), UnicodeError("a kind of ValueError"))
    assert all(raised(ValueError, lambda e=error: answer(e)).so for error in kinds)
    assert not raised(ValueError, answer).so
    with pytest.raises(KeyError):
        raised(ValueError, lambda: answer(KeyError("x")))


def test_answers_agree_within_the_tolerance_of_the_largest_value_and_only_in_the_same_shape():
    expected_ = [np.array([0.0, 10.0]), np.array(1.0)]
    assert agrees([np.array([0.9e-3, 10.0]), np.array(1.0)], expected_, 1e-4)
    assert not agrees([np.array([1.1e-3, 10.0]), np.array(1.0)], expected_, 1e-4)
    assert not agrees([np.array([0.0, 10.0]), np.array(1.0011e0)], expected_, 1e-4)
    assert not agrees([np.array([0.0, 10.0])], expected_, 1e-4)
    assert not agrees([np.array([[0.0, 10.0]]), np.array(1.0)], expected_, 1e-4)
    assert agrees([np.array([np.nan, np.inf])], [np.array([np.nan, np.inf])], 1e-4)


def test_the_first_difference_is_said_in_the_words_of_the_case():
    def said(seen, should):
        return difference(
            Outcome(these_, False, "", tuple(Observation(*s) for s in seen), tuple(map(np.asarray, should)))
        )

    these_ = Case("", these())
    conduct = Conduct(False, "changed the x", "left the x")
    assert said([("its output is", np.array(3.0)), (conduct, np.array(0.0))], [3.0, 1.0]) == "changed the x"
    assert said([(conduct._replace(so=True), np.array(1.0))], [0.0]) == "left the x"
    assert said([("its output is", np.array(3.0))], [4.0]) == "its output is 3, expected 4"
    assert said([("returned", np.ones(2))], [np.ones(3)]) == "returned shape (2,), expected shape (3,)"
    assert (
        said([("returned", np.array([1 / 3, 2.0]))], [np.array([1 / 3, 2.5])])
        == "returned 0.3333, 2, expected 0.3333, 2.5"
    )
    assert said([("returned", np.array(1.00002))], [1.00004 + 0.01]) == "returned 1, expected 1.01"
    assert said([("returned", np.array(0.12345678))], [0.12347678]) == "returned 0.12346, expected 0.12348"
    wrong = said([("returned", np.arange(6.0))], [np.zeros(6)])
    assert wrong == "returned shape (6,); 5 of 6 values differ, first (1,): 1, expected 0"
    assert said([], [4.0]) == "0 things were seen, expected 1"


def shown(name, answer, capsys):
    """What `check` prints about an answer."""
    check(name, answer)
    return capsys.readouterr().out


def test_a_cases_own_hint_is_shown_for_its_errors_or_another_shape_and_for_nothing_else():
    def hint(case, answer):
        kept = {"cases": {"": {"expected": [{"shape": [2], "values": [1, 2]}], "mistakes": {}}}, "hints": {}}
        exercise = exercises.Exercise("e", "09", 1, 1, 1, (case,))
        return judge(exercise, answer, Expected({"e": kept | {"stub": "def e():\n    pass"}}), seconds=0.2)[0].hint

    of_shape = Case("", these(), hint="shape")
    assert hint(of_shape, lambda: torch.ones(3)) == "shape"
    assert hint(of_shape, lambda: torch.ones(2)) == hint(of_shape, lambda: 1 / 0) == hint(of_shape, swallow) == ""
    of_error = Case("", these(), hint="error", on=(ArithmeticError,))
    assert hint(of_error, lambda: 1 / 0) == "error"
    assert hint(of_error, lambda: torch.ones(3)) == hint(of_error, exits) == hint(of_error, swallow) == ""
    assert hint(Case("", these(), hint="long", on=(TimeUp,)), swallow) == "long"
    assert hint(Case("", these(), hint="long", on=(TimeUp,)), lambda: 1 / 0) == ""


def test_of_usual_mistakes_that_show_the_same_in_a_case_the_one_that_fits_most_cases_is_meant():
    known = KNOWN["survival_probabilities"]
    for name in ("from_zero", "nothing_for_one"):
        mistake = next(mistake for mistake in known.mistakes if mistake.name == name)
        wrong = release.load(known.wrong(mistake), "survival_probabilities")
        single = judge(NAMED["survival_probabilities"], wrong, expected("06"))[2]
        assert single.case.label == "1 block, 0.7" and single.hint == mistake.words


def test_an_endless_answer_costs_one_time_limit_and_what_it_prints_is_cut():
    calls = []

    def answer(*given):
        calls.append(given)
        while True:
            print("again and again")

    first, *others = judge(NAMED["early_stop"], answer, expected("01"), seconds=0.2)
    assert len(calls) == 1 and all(outcome.error == "was not tried any more" for outcome in others)
    assert first.printed.startswith("again and again\n") and len(first.printed) <= 2000
    lines = feedback.report((first, *others)).splitlines()
    assert lines.count(lines[2]) == 12 and lines[14].strip() == "printed: …"


def test_a_class_that_is_half_written_is_no_longer_the_stub(capsys):
    stub = expected("04").values["HighwayLayer"]["stub"]
    assert "✗ nothing is written yet" in shown(
        "HighwayLayer", release.load(f"from torch import nn\n{stub}", "HighwayLayer"), capsys
    )
    half = stub.replace("pass ", "nn.init.constant_(self.gate.bias, gate_bias) ")
    said = shown("HighwayLayer", release.load(f"from torch import nn\n{half}", "HighwayLayer"), capsys)
    assert half != stub and "nothing is written" not in said and "its output is" in said
    begun = KNOWN["ResBlock"].right[0].replace("return F.relu(x + y)", "return x")
    assert "nothing is written" not in shown("ResBlock", release.load(begun, "ResBlock"), capsys)


def test_a_pair_is_compared_part_by_part_and_what_is_no_pair_is_said(capsys):
    said = shown("early_stop", lambda errors, patience: (2, 9), capsys)
    assert "the second value returned, the epoch at which it stopped, is 9, expected 4" in said
    said = shown("sgd_momentum_step", lambda weights, *given: weights, capsys)
    assert "TypeError: 2 values are to be returned, as in `return a, b`; got Tensor" in said
    said = shown("batchnorm_backward", lambda *given: (1, 2), capsys)
    assert "3 values are to be returned" in said and "got 2 values" in said


def test_torchs_switches_and_all_random_numbers_are_put_back_and_start_as_at_first(capsys):
    def answer(cosine, layers):
        seen.append((torch.is_grad_enabled(), torch.get_default_dtype()))
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float16)
        torch.set_default_device("meta")
        torch.autograd.set_detect_anomaly(True)
        torch.set_num_threads(threads + 1)
        random.seed(0), np.random.seed(0)

    seen, threads = [], torch.get_num_threads()
    drawn, of_numpy = random.getstate(), np.random.get_state()[1].copy()
    with torch.no_grad():
        check("cosine_through_layers", answer)
        assert not torch.is_grad_enabled() and torch.get_default_dtype() == torch.float32
    assert set(seen) == {(True, torch.float32)} and len(seen) == len(NAMED["cosine_through_layers"].public)
    assert torch.get_default_device() == torch.device("cpu") and not torch.is_anomaly_enabled()
    assert torch.get_num_threads() == threads
    assert random.getstate() == drawn and (np.random.get_state()[1] == of_numpy).all()


@pytest.mark.parametrize(
    ("switch", "words", "way_out"),
    [
        (lambda: torch.set_grad_enabled(False), "leaves torch.is_grad_enabled() False for every cell", "no_grad"),
        (lambda: torch.set_default_dtype(torch.float64), "get_default_dtype() torch.float64 for every", "dtype=…"),
        (lambda: torch.manual_seed(7), "seeds torch's random numbers for every cell", "a torch.Generator of your own"),
    ],
)
def test_a_right_answer_that_leaves_a_switch_or_a_seed_for_later_cells_is_told_so(switch, words, way_out, capsys):
    def answer(cosine, layers):
        switch()
        return right("cosine_through_layers")(cosine, layers)

    said = shown("cosine_through_layers", answer, capsys)
    assert words in said and way_out in said and said.rstrip().endswith("0 of 5 – not yet.")
    wrong = shown("cosine_through_layers", lambda *given: [switch(), 2.0][1:], capsys)
    assert words not in wrong and "returned" in wrong, "wrong numbers come first"


LEFT = {
    "changed": lambda network: network[0].weight.data.add_(1),
    "changed the": lambda network: network.append(nn.ReLU()),
    "in .grad of": lambda network: network(torch.ones(1, 2)).sum().backward(),
    "requires_grad": lambda network: network[0].requires_grad_(False),
    "another mode": lambda network: network[1].eval(),
    "a hook in": lambda network: network[1].register_forward_hook(print),
}


@pytest.mark.parametrize("words", LEFT)
def test_whatever_state_an_answer_leaves_in_a_network_is_seen_and_named(words):
    given = Given({"network": nn.Sequential(nn.Linear(2, 2), nn.Dropout())})
    assert given.unchanged("network").number == 1
    LEFT[words](given.network)
    found = given.unchanged("network")
    assert not found.so and words in found.no and found.no.endswith("the given network")
    assert found.number == -list(dict.fromkeys(word.split()[0] for word in LEFT)).index(words.split()[0])


def test_weights_are_loaded_by_their_names_whatever_other_names_a_module_has_for_them():
    class Alias(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(2, 2)
            self.all = nn.Sequential(self.first, nn.ReLU())

    module, weights = Alias(), {"first.weight": torch.ones(2, 2), "first.bias": torch.ones(2)}
    take(module, weights)
    assert (module.all[0].weight == 1).all()
    with pytest.raises(RuntimeError, match=r"it has no second\.weight, only first\.weight"):
        take(module, {"second.weight": torch.ones(2, 2)})


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
    assert "not yet" in said and "Error:" not in said.split("the gradient")[0] and "Warning" not in said


def test_an_answer_may_print_reseed_and_change_what_it_is_given(capsys):
    def answer(weights):
        print("looking")
        torch.manual_seed(7)
        weights.clear()
        return 1.0

    before = torch.random.get_rng_state()
    assert not check("sigmoid_gradient_bound", answer)
    assert torch.equal(before, torch.random.get_rng_state())
    said = capsys.readouterr().out.splitlines()
    assert sum("printed: looking" in line for line in said) == 2, "once under each of the two cases that failed"
    assert "returned 1, expected" in said[1] and "printed: looking" in said[2]


@pytest.mark.parametrize("where", ["main thread", "another thread"])
def test_an_endless_loop_ends_in_any_thread_and_even_if_it_swallows_exceptions(where):
    exercise, found = NAMED["sigmoid_gradient_bound"], []

    def work():
        found.extend(judge(exercise, swallow, expected("03"), seconds=0.2))

    began = time.perf_counter()
    if where == "main thread":
        work()
    else:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(20)
    assert time.perf_counter() - began < 10
    assert "a loop that never ends" in found[0].error and found[1].error == "was not tried any more"
    assert not [t for t in threading.enumerate() if t.name == "course-time-limit" and t.is_alive() and t.join(2)]


def test_the_time_limit_leaves_nothing_behind_that_could_go_off_later():
    for _ in range(50):
        with contextlib.suppress(TimeUp):
            time_limit(0.001, lambda: time.sleep(0.0011))
    time.sleep(0.7)  # longer than until a second one


def test_check_says_what_was_called_what_came_back_and_what_was_expected(capsys):
    result = check("deepen_with_identity", lambda network, depth: copy.deepcopy(network))
    said = capsys.readouterr().out
    assert (
        "deepen_with_identity(net with 4 linear layers, 9)" in said
        and "the number of linear layers is 4, expected 9" in said
    )
    assert "Hint: a depth below that of the network" in said and said.rstrip().endswith("not yet.")
    assert not result and 0 < result.points < NAMED["deepen_with_identity"].points
    assert repr(result) == "<deepen_with_identity: 3 of 7 cases, 1.29 of 3 points>"

    check("autocorrelation", lambda series, lags: series.add_(1)[: lags + 1])
    assert "autocorrelation(tensor 12, 4)" in capsys.readouterr().out
    in_place = next(mistake for mistake in KNOWN["ResBlock"].mistakes if mistake.name == "in_place")
    check("ResBlock", release.load(KNOWN["ResBlock"].wrong(in_place), "ResBlock"))
    assert "changed the given x" in capsys.readouterr().out
    check("conv2d_by_loops", lambda x, *given: 2 * x)
    assert "conv2d_by_loops(tensor 1×5×5, tensor 1×1×3×3, [" in capsys.readouterr().out
    check("fit_identity", lambda block, x, steps, rate: nn.Module())
    assert "returned nothing with numbers in it, expected shape (12,)" in capsys.readouterr().out


def test_an_unknown_exercise_is_said_with_the_known_ones(capsys):
    result = check("deepen", None)
    said = capsys.readouterr().out
    assert "no exercise 'deepen'" in said and "deepen_with_identity" in said and not result


def test_points_are_the_share_of_the_public_cases(capsys):
    result = check("he_normal_", right("he_normal_"))
    assert result and result.points == 2 and capsys.readouterr().out.rstrip().endswith("All right.")


def test_a_result_shows_nothing_more_but_where_nbgrader_reads_it_plain_points(monkeypatch):
    from IPython.core.formatters import DisplayFormatter

    right = Outcome(Case("", these()), True)
    result = exercises.Result("lesion", (right, replace(right, passed=False), right), 2)
    assert DisplayFormatter().format(result) == ({}, {})
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert DisplayFormatter().format(result) == ({"text/plain": "1.33333"}, {})
