"""The course's rule for learning rates: successive halving over a ladder."""

import copy

import pytest
import torch

from course import Recipe, choose_learning_rate, data, networks
from course.training import LADDER, search_learning_rate


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


@pytest.fixture(scope="module")
def choice(digits):
    return choose_learning_rate(networks.mlp("plain", 8), digits, Recipe(epochs=15))


def test_eleven_rates_start_four_go_on_to_a_third_and_two_to_the_end(choice):
    assert [t.recipe.learning_rate for t in choice.trials] == list(LADDER) == [2.0**-k for k in range(11)]
    epochs = sorted(t.steps[-1].epoch for t in choice.trials if t.status != "diverged")
    assert epochs[-4:] == [5, 5, 15, 15] and set(epochs[:-4]) <= {2}
    assert {t.status for t in choice.trials} <= {"finished", "stopped", "diverged"}


def test_the_best_of_each_rung_go_on(choice):
    def loss(trial, epoch):
        losses = [r.loss for r in trial.steps if r.epoch == epoch]
        return sum(losses) / len(losses)

    alive = [t for t in choice.trials if t.diverged_at is None]
    second = [t for t in alive if t.steps[-1].epoch > 2]
    assert max(loss(t, 2) for t in second) <= min(loss(t, 2) for t in alive if t not in second)
    last = [t for t in second if t.steps[-1].epoch > 5]
    assert max(loss(t, 5) for t in last) <= min(loss(t, 5) for t in second if t not in last)
    assert choice.run.loss == min(t.loss for t in last)


def test_the_winner_comes_trained_and_the_network_given_is_left_alone(digits, choice):
    network = networks.mlp("plain", 8)
    before = copy.deepcopy(network.state_dict())
    again = choose_learning_rate(network, digits, Recipe(epochs=15))
    assert all(torch.equal(before[k], v) for k, v in network.state_dict().items())
    assert (
        again.recipe == choice.recipe == choice.run.recipe and again.run.records[-1].loss == choice.run.records[-1].loss
    )
    assert choice.run.status == "finished" and choice.run.test_accuracy > 0.9
    assert (choice.run.model(digits.test.x).argmax(1) == digits.test.y).float().mean().item() == pytest.approx(
        choice.run.test_accuracy
    )


def test_the_search_is_a_stream_that_can_be_left(digits):
    search = search_learning_rate(networks.mlp("plain", 8), digits, Recipe(epochs=15))
    trial, record = next(search)
    assert record.step == 1 and trial.recipe.learning_rate == 1.0
    search.close()


def test_short_recipes_train_at_least_one_epoch_on_each_rung(digits):
    few = choose_learning_rate(networks.mlp("plain", 3), digits.subset(200), Recipe(epochs=1), ladder=(0.1, 0.01))
    assert few.run.status == "finished" and len(few.run.steps) == 3


def test_when_everything_diverges_the_choice_says_so(digits):
    choice = choose_learning_rate(networks.mlp("plain", 20), digits, Recipe(epochs=2), ladder=(1e6, 1e5))
    assert choice.run.status == "diverged" and choice.run.diverged_at is not None
