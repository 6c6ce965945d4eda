"""The course's rule for learning rates: all for a third of the epochs, six for another, the best four to the end."""

import copy
import itertools

import pytest
import torch

from course import Recipe, choose_learning_rate, data, networks, resume
from course.sweeps import Job
from course.training import LADDER, epochs_of_search, search_learning_rate


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


@pytest.fixture(scope="module")
def choice(digits):
    return choose_learning_rate(networks.mlp("plain", 8), digits, Recipe(epochs=15))


def convolutional():
    """Small, and not to be stacked."""
    return networks.mnist_resnet(2, blocks=1)


def test_thirteen_rates_train_for_a_third_six_for_another_and_the_best_four_to_the_end(choice):
    assert [t.recipe.learning_rate for t in choice.trials] == list(LADDER) == [2.0**-k for k in range(13)]
    alive = [t for t in choice.trials if t.diverged_at is None]
    assert sorted(t.steps[-1].epoch for t in alive) == [5] * (len(alive) - 6) + [10] * 2 + [15] * 4
    assert {t.status for t in choice.trials} <= {"finished", "stopped", "diverged"}

    for epoch in (5, 10):
        here = [t for t in alive if t.steps[-1].epoch >= epoch]
        losses = {id(t): [r.loss for r in t.steps if r.epoch == epoch] for t in here}
        going_on = [sum(losses[id(t)]) for t in here if t.steps[-1].epoch > epoch]
        assert max(going_on) <= min(sum(losses[id(t)]) for t in here if t.steps[-1].epoch == epoch)
    assert choice.run.loss == min(t.loss for t in alive if t.status == "finished") and choice.ladder_end is None


def test_the_winner_comes_trained_and_the_network_given_is_left_alone(digits, choice):
    network = networks.mlp("plain", 8)
    before = copy.deepcopy(network.state_dict())
    again = choose_learning_rate(network, digits, Recipe(epochs=15))
    assert all(torch.equal(before[k], v) for k, v in network.state_dict().items())
    assert again.recipe == choice.recipe == choice.run.recipe
    assert [r[:6] for r in again.run.records] == [r[:6] for r in choice.run.records]
    assert choice.run.status == "finished" and choice.run.test_accuracy > 0.9
    predicted = choice.run.model(digits.test.x).argmax(1)
    assert (predicted == digits.test.y).float().mean().item() == pytest.approx(choice.run.test_accuracy)


@pytest.mark.parametrize("build", [lambda: networks.mlp("plain", 3), convolutional])
@pytest.mark.parametrize(
    ("ladder", "added", "end"),
    [((0.001, 0.0005), [0.002, 0.004], "top"), ((0.0005, 0.001), [0.002, 0.004], "top"),
     ((1e6, 1e5), [1e4, 1e3], "bottom")],
)  # fmt: skip
def test_a_winner_at_an_end_extends_the_ladder_there_once(digits, build, ladder, added, end):
    choice = choose_learning_rate(build(), digits.subset(300), Recipe(epochs=3), ladder=ladder)
    assert [t.recipe.learning_rate for t in choice.trials] == pytest.approx([*ladder, *added])
    assert all(t.status == "diverged" or t.state.step == t.state.steps for t in choice.trials[len(ladder) :])
    assert choice.ladder_end == end == choice.run.header["ladder_end"]


def test_after_the_extension_the_winner_may_stand_within(digits):
    choice = choose_learning_rate(networks.mlp("plain", 3), digits, Recipe(epochs=3), ladder=(3.2, 6.4, 1.6))
    assert [t.recipe.learning_rate for t in choice.trials] == pytest.approx([3.2, 6.4, 1.6, 0.8, 0.4])
    assert choice.ladder_end == ("bottom" if choice.recipe.learning_rate < 0.5 else None)


def test_a_ladder_of_one_rate_has_nothing_beyond(digits):
    assert len(choose_learning_rate(networks.mlp("plain", 3), digits, Recipe(epochs=1), ladder=(0.1,)).trials) == 1


@pytest.mark.parametrize("build", [lambda: networks.mlp("plain", 3), convolutional])
def test_the_search_is_a_stream_that_can_be_left(digits, build):
    search = search_learning_rate(build(), digits, Recipe(epochs=15))
    trial, record = next(search)
    assert record.step == 1 and trial.recipe.learning_rate == 1.0
    search.close()


@pytest.mark.parametrize("build", [lambda: networks.mlp("stochastic_depth", 8), convolutional])
def test_a_trial_that_the_rule_ended_can_be_resumed(digits, build):
    """It goes on from where it was: the same numbers as in a search that gave it all its epochs."""
    small, recipe = digits.subset(128), Recipe(epochs=3)
    rates = (0.02, 0.01, 0.005, 0.0025, 0.00125)
    ended = choose_learning_rate(build(), small, recipe, ladder=rates).trials
    [last] = [t for t in ended[:5] if t.status == "stopped"]
    assert last.state.step == 4
    whole = choose_learning_rate(build(), small, recipe, ladder=(last.recipe.learning_rate,)).run
    resume(last, small, progress=False)
    assert last.status == "finished" and len(last.steps) == 6
    assert [r.loss for r in last.steps] == pytest.approx([r.loss for r in whole.steps], rel=1e-4)
    assert last.model.state_dict().keys() == whole.model.state_dict().keys()


def test_short_recipes_train_at_least_one_epoch_on_each_rung(digits):
    few = choose_learning_rate(networks.mlp("plain", 3), digits.subset(200), Recipe(epochs=1), ladder=(0.1, 0.01))
    assert few.run.status == "finished" and len(few.run.steps) == 3


def test_when_everything_diverges_the_choice_says_so(digits):
    choice = choose_learning_rate(networks.mlp("plain", 20), digits, Recipe(epochs=2), ladder=(1e9, 1e8))
    assert choice.run.status == "diverged" and choice.run.diverged_at is not None
    assert choice.ladder_end == "bottom" and choice.recipe.learning_rate == pytest.approx(1e6)


def test_the_epochs_of_a_search_are_those_that_it_trains(choice):
    assert epochs_of_search(15) == 13 * 5 + 6 * 5 + 4 * 5 == 115
    trained = sum(t.state.epoch for t in choice.trials)
    assert trained + sum(5 - t.state.epoch for t in choice.trials if t.status == "diverged") == epochs_of_search(15)


def test_what_a_job_finds_depends_on_the_job_alone(digits):
    """Not on what was searched before, nor on the records that somebody reads meanwhile."""
    jobs = [Job({"kind": kind, "depth": 6, "width": 20}, Recipe(epochs=3)) for kind in ("highway", "stochastic_depth")]
    found = [[r[:6] for r in job.run().records] for job in (*jobs, *reversed(jobs))]
    assert found[0] == found[3] and found[1] == found[2] and found[0] != found[1]


def test_a_job_keeps_an_earlier_editions_result_apart():
    by_rule, given = (Job({"kind": "plain", "depth": 6}, Recipe(), by_rule=b).key for b in (True, False))
    assert by_rule != given
    assert given == "plain-6-seed0-" + given.rsplit("-", 1)[1] and len(set(itertools.chain(given))) > 5
