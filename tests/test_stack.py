"""Stacked runs: the same training as single ones, up to rounding."""

import copy

import pytest
import torch
from torch import nn

from course import Recipe, blocks, data, networks
from course.records import Run
from course.training import State, train_step
from course.training.stack import Stack, stackable

RATES = (0.02, 0.01, 0.001)
RECIPES = {
    "default": Recipe(),
    "decay": Recipe(weight_decay=0.01, nesterov=True, label_smoothing=0.1),
    "all decay": Recipe(weight_decay=0.01, decay_all=True, momentum=0.0),
}


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


def runs_of(network, digits, recipe, rates=RATES):
    made = []
    for rate in rates:
        model = copy.deepcopy(network)
        own = recipe.replace(learning_rate=rate)
        made.append(Run(own, model=model, state=State(model, digits, own, tried=True)))
    return made


def test_every_kind_of_mlp_can_be_stacked(digits):
    assert all(stackable(networks.mlp(kind, 6), digits, Recipe()) for kind in networks.KINDS)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
@pytest.mark.parametrize("kind", networks.KINDS)
def test_the_first_stacked_steps_are_those_of_single_runs(digits, kind, recipe, monkeypatch):
    """Losses, weights, gradients, statistics, gates: in float64, where rounding does not hide a wrong formula."""
    network = networks.mlp(kind, 8, width=20).double()
    stacked, single = runs_of(network, digits, recipe), runs_of(network, digits, recipe)
    stack = Stack(stacked, digits)
    batches = list(digits.batches("train", 64, torch.Generator().manual_seed(0)))[:4]
    monkeypatch.setattr(torch.Tensor, "float", torch.Tensor.double)  # `train_step` brings logits to float32
    for x, y in batches:
        for _, run, record in zip(RATES, single, stack._step(x.double(), y, 1), strict=True):
            loss, correct = train_step(run.state, run.model.train(), x.double(), y, run.recipe.learning_rate)
            assert record.loss == pytest.approx(loss.item(), abs=1e-10) and record.accuracy == correct.item() / 64
        for ours, theirs in zip(stacked, single, strict=True):
            same_numbers(ours.model, theirs.model)
            velocities = zip(ours.state.optimizer.velocities, theirs.state.optimizer.velocities, strict=True)
            assert all(torch.allclose(a, b, atol=1e-10) for a, b in velocities)
    for run in stacked:
        assert run.state.step == 4 and run.state.seconds > 0


def same_numbers(ours, theirs):
    for (name, a), b in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        assert a.shape == b.shape and torch.allclose(a, b, atol=1e-10), name
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert (a.grad is None) == (b.grad is None) and (a.grad is None or torch.allclose(a.grad, b.grad, atol=1e-10))
    for a, b in zip(ours.modules(), theirs.modules(), strict=True):
        if isinstance(a, blocks.Highway):
            assert a.gates.shape == b.gates.shape and torch.allclose(a.gates, b.gates, atol=1e-10)
        if isinstance(a, blocks.StochasticDepth):
            assert a.alive == b.alive


def test_a_run_that_diverges_leaves_and_the_others_go_on(digits):
    rates = (1e8, 0.01, 0.001)
    runs = runs_of(networks.mlp("stochastic_depth", 6), digits, Recipe(epochs=1), rates)
    list(Stack(runs, digits).advance(1))
    alone = runs_of(networks.mlp("stochastic_depth", 6), digits, Recipe(epochs=1), rates[1:])
    list(Stack(alone, digits).advance(1))
    assert runs[0].diverged_at == runs[0].records[-1].step < 22
    for run, other in zip(runs[1:], alone, strict=True):
        assert [r.loss for r in run.steps] == pytest.approx([r.loss for r in other.steps], rel=1e-3)
        assert run.records[-1].split == "test" and len(run.records) == 24


def test_a_run_that_leaves_shares_nothing_with_the_stack(digits):
    runs = runs_of(networks.mlp("plain_bn", 4), digits, Recipe(epochs=2))
    stack = Stack(runs, digits)
    list(stack.advance(1))
    stack.keep(runs[1:])
    before = copy.deepcopy(runs[0].model.state_dict())
    list(stack.advance(2))
    assert all(torch.equal(before[k], v) for k, v in runs[0].model.state_dict().items())
    kept = [*runs[0].model.parameters(), *runs[0].model.buffers(), *runs[0].state.optimizer.velocities]
    assert all(t.untyped_storage().nbytes() == t.nbytes for t in kept), "a saved view would save the whole stack"
    assert runs[0].state.step == 22 and runs[1].state.step == 44


def frozen():
    network = networks.mlp("plain", 4)
    network[1].weight.requires_grad_(False)
    return network


def watched():
    network = networks.mlp("plain", 4)
    network[1].register_forward_hook(lambda *_: None)
    return network


def twice():
    network = networks.mlp("plain", 4)
    return nn.Sequential(*network[:3], network[3], network[3], *network[4:])


class Own(nn.Linear):
    """A reader's own layer."""


NOT = {
    "convolutions": lambda: networks.mnist_resnet(2, blocks=1),
    "wide": lambda: networks.mlp("plain", 4, width=101),
    "dropout": lambda: nn.Sequential(nn.Flatten(), blocks.Dropout(0.5), nn.Linear(64, 10)),
    "without bias": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10, bias=False)),
    "not flattened first": lambda: nn.Sequential(nn.Linear(8, 8), nn.Flatten(), nn.Linear(64, 10)),
    "nothing flattened": lambda: nn.Sequential(nn.Linear(8, 10)),
    "nothing to train": lambda: nn.Sequential(nn.Flatten()),
    "no scale": lambda: nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64, affine=False), nn.Linear(64, 10)),
    "own layer": lambda: nn.Sequential(nn.Flatten(), Own(64, 10)),
    "float64": lambda: networks.mlp("plain", 4).double(),
    "frozen": frozen,
    "watched": watched,
    "a layer twice": twice,
}


@pytest.mark.parametrize("build", NOT.values(), ids=NOT)
def test_other_networks_train_singly(digits, build):
    assert not stackable(build(), digits, Recipe())


@pytest.mark.parametrize("changes", [{"optimizer": "adam"}, {"precision": "bfloat16"}, {"compile": True}])
def test_other_recipes_train_singly(digits, changes):
    assert not stackable(networks.mlp("plain", 4), digits, Recipe(**changes))
