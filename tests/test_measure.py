"""Looking inside networks: every number against one computed by other means, and the model left as it was."""

import copy
import inspect
import itertools
import math
import statistics

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course import Recipe, blocks, data, fit, initializers, measure, networks, plots, train
from course.measure.structure import parts
from course.networks import KINDS
from course.training import evaluate


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


@pytest.fixture(scope="module")
def batch(digits):
    return digits.train[:64]


def seeded(model, seed=0):
    """Every block that draws gets a generator of its own, as `train` does it."""
    for index, module in enumerate(m for m in model.modules() if hasattr(m, "generator")):
        module.generator = torch.Generator().manual_seed(seed + index)
    return model


def scaled(factor, width=1):
    """A linear branch: x -> factor x."""
    layer = nn.Linear(width, width, bias=False)
    nn.init.eye_(layer.weight).data.mul_(factor)
    return layer


def linear_block(layer):
    return blocks.Residual(layer, after=nn.Identity())


# ---- the model is left as it was found


class Fuse(nn.Module):
    """Hands on its input; raises after `left` calls."""

    left = math.inf

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x):
        self.seen.append(x.shape)
        if Fuse.left <= 0:
            raise RuntimeError("the fuse has blown")
        Fuse.left -= 1
        return x


@pytest.fixture
def everything(batch, monkeypatch):
    """In train mode, with gradients, a hook, a frozen part: all that a measurement could disturb."""
    monkeypatch.setattr(Fuse, "left", math.inf)
    torch.manual_seed(3)
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(64, 8), blocks.BatchNorm(8), nn.ReLU(), blocks.Highway(8, -1.0),
        blocks.StochasticDepth(blocks.dense_branch(8), 0.5), blocks.Residual(blocks.dense_branch(8)),
        blocks.Residual(nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), blocks.DropPath(nn.Linear(8, 8), 0.5))),
        blocks.Residual(blocks.dense_branch(8)), blocks.Dropout(0.3), nn.Dropout(0.3), Fuse(), nn.Linear(8, 10),
    )  # fmt: skip
    seeded(net)
    F.cross_entropy(net(batch[0]), batch[1]).backward()
    net[6].eval()
    net[7].branch[0].weight.requires_grad_(False)
    net[3].register_forward_hook(lambda *_: None)
    return net


def fingerprint(model):
    """All that must not change, as comparable values: contents, identities and versions of tensors, modes, hooks."""

    def tensor(t):
        return None if t is None else (id(t), t._version, t.requires_grad, t.detach().clone().tolist())

    def attribute(value):
        if isinstance(value, torch.Generator):
            return id(value), value.get_state().tolist()
        if isinstance(value, torch.Tensor):
            return tensor(value)
        if isinstance(value, dict):
            return id(value), [(name, attribute(v)) for name, v in value.items()]
        if isinstance(value, list):
            return id(value), list(value)
        return value if isinstance(value, bool | int | float | str) else id(value)

    modules = [{name: attribute(v) for name, v in vars(module).items()} for module in model.modules()]
    return modules, [tensor(p.grad) for p in model.parameters()], torch.get_rng_state().tolist()


class Ray(nn.Module):
    """t x for numbers t: images along a line."""

    def __init__(self, x):
        super().__init__()
        self.x = x

    def forward(self, t):
        return t[:, :, None, None] * self.x


def measurements(digits):
    x, y = digits.train[:16]
    split = digits.test.select(torch.arange(16))

    def inside(context, model):
        with context:
            measure.multiply_adds(model, digits.shape)

    def train_inside(model):
        with measure.preserved(model):
            F.cross_entropy(model(x), y).backward()

    return {
        "activation_cosines": lambda m: measure.activation_cosines(m, x),
        "activation_statistics": lambda m: measure.activation_statistics(m, x, nn.ReLU),
        "block_layers": measure.block_layers,
        "block_outputs": lambda m: measure.block_outputs(m, x),
        "count_parameters": measure.count_parameters,
        "delete_blocks": lambda m: inside(measure.delete_blocks(m, [0, 2]), m),
        "gate_activity": lambda m: measure.gate_activity(m, x),
        "gate_activity_by_class": lambda m: measure.gate_activity_by_class(m, x, y),
        "gate_biases": measure.gate_biases,
        "gradient_by_path": lambda m: measure.gradient_by_path(m, x, y),
        "gradient_by_path_length": lambda m: measure.gradient_by_path_length(m, x, y, samples=1),
        "gradient_check": lambda m: measure.gradient_check(m, x, y, samples=1),
        "gradient_cosines": lambda m: measure.gradient_cosines(m, x, y),
        "gradient_norms": lambda m: (measure.gradient_norms(m), measure.gradient_norms(m, x, y)),
        "input_gradient": lambda m: measure.input_gradient(m, x, output=3),
        "lesion": lambda m: measure.lesion(m, split),
        "line_gradient": lambda m: measure.line_gradient(nn.Sequential(Ray(x[0]), m), torch.linspace(-1, 1, 9)),
        "loss_along": lambda m: measure.loss_along(m, x, y, measure.random_direction(m), [0.0, 0.1, 0.2]),
        "multiply_adds": lambda m: measure.multiply_adds(m, digits.shape),
        "preserved": train_inside,
        "random_direction": measure.random_direction,
        "rearrange_blocks": lambda m: inside(measure.rearrange_blocks(m, range(len(measure.block_layers(m))), [1]), m),
        "residual_blocks": measure.residual_blocks,
        "shuffle_blocks": lambda m: inside(measure.shuffle_blocks(m, swaps=3), m),
        "weighted_layers": measure.weighted_layers,
    }


def takes_a_model(function):
    return inspect.isfunction(function) and next(iter(inspect.signature(function).parameters)) in {"model", "function"}


NAMES = [name for name in measure.__all__ if takes_a_model(getattr(measure, name))]
WITHOUT_A_PASS = {
    "block_layers", "count_parameters", "gate_biases", "random_direction", "residual_blocks", "weighted_layers",
}  # fmt: skip


def test_the_list_of_measurements_is_complete(digits):
    assert sorted(measurements(digits)) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_measurement_leaves_everything_as_it_was(name, everything, digits):
    before = fingerprint(everything)
    measurements(digits)[name](everything)
    assert fingerprint(everything) == before


@pytest.mark.parametrize("passes", [0, 1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_a_measurement_that_fails_half_way_leaves_everything_as_it_was(name, passes, everything, digits):
    before = fingerprint(everything)
    Fuse.left = passes
    blown = False
    try:
        measurements(digits)[name](everything)
    except RuntimeError:
        blown = True
    assert passes or blown == (name not in WITHOUT_A_PASS)
    assert fingerprint(everything) == before


def test_a_graph_that_waits_for_its_backward_stays_valid(everything, batch):
    loss = F.cross_entropy(everything(batch[0]), batch[1])
    measure.gradient_norms(everything, *batch)
    measure.activation_statistics(everything, batch[0])
    loss.backward()


def test_measuring_between_steps_does_not_change_the_training(digits):
    def net():
        body = networks.mlp("stochastic_depth", 10)
        return nn.Sequential(*body[:-1], blocks.Dropout(0.2), body[-1])

    recipe = Recipe(epochs=1, learning_rate=0.05)
    alone, watched = net(), net()
    expected = [r.loss for r in train(alone, digits, recipe)]
    losses = []
    for record in train(watched, digits, recipe):
        losses.append(record.loss)
        measure.gradient_norms(watched)
        measure.gradient_norms(watched, *digits.train[:16])
        measure.activation_statistics(watched, digits.test[:16][0])
        measure.lesion(watched, digits.test.select(torch.arange(8)))
    assert losses == expected
    for ours, theirs in zip(watched.state_dict().values(), alone.state_dict().values(), strict=True):
        assert torch.equal(ours, theirs)


def test_preserved_chooses_the_mode_inside(everything):
    with measure.preserved(everything, training=False):
        assert not any(m.training for m in everything.modules())
    assert everything.training and everything[4].training and not everything[6].training


# ---- layers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [2, 10])
def test_gradient_norms_are_those_of_a_backward_pass_one_per_layer_of_depth(kind, depth, batch):
    net = seeded(networks.mlp(kind, depth))
    norms = measure.gradient_norms(net, *batch)
    F.cross_entropy(net(batch[0]), batch[1]).backward()
    expected = []
    for module in net.modules():
        if isinstance(module, blocks.Highway):
            both = torch.cat([module.transform.weight.grad.flatten(), module.gate.weight.grad.flatten()])
            expected.append(both.norm())
        elif isinstance(module, nn.Linear) and not any(
            module in (b.transform, b.gate) for b in net.modules() if isinstance(b, blocks.Highway)
        ):
            expected.append(torch.zeros(()) if module.weight.grad is None else module.weight.grad.norm())
    assert norms.shape == (depth,)
    torch.testing.assert_close(norms, torch.stack(expected), rtol=1e-5, atol=0)
    torch.testing.assert_close(measure.gradient_norms(net), norms)


def test_gradient_norms_after_a_step_are_read_without_a_pass(digits):
    net = networks.mlp("plain", 4)
    next(train(net, digits, Recipe(epochs=1)))
    calls = []
    net.register_forward_hook(lambda *_: calls.append(1))
    expected = [layer.weight.grad.norm().item() for layer in net if isinstance(layer, nn.Linear)]
    assert measure.gradient_norms(net).tolist() == pytest.approx(expected)
    assert not calls


def test_a_frozen_layer_has_a_gradient_norm_and_a_block_that_stayed_at_home_has_zero(batch):
    net = networks.mlp("stochastic_depth", 4, survival_probability=1e-9)
    net.requires_grad_(False)
    norms = measure.gradient_norms(net, *batch)
    assert (norms[[1, 2]] == 0).all() and (norms[[0, 3]] > 0).all()


def test_the_line_of_chapter_3_draws_the_gradients_of_a_deepened_net(digits):
    deep = networks.deepen_with_identity(networks.mlp("plain", depth=10), depth=50)
    figure = plots.layers(measure.gradient_norms(deep, *digits.train[:64]))
    assert len(figure.data[0].y) == 50 and min(figure.data[0].y) > 0


def test_gradient_norms_say_what_is_missing(batch):
    net = networks.mlp("plain", 3)
    with pytest.raises(ValueError, match="no gradients yet: train for a step, or pass x and y"):
        measure.gradient_norms(net)
    with pytest.raises(ValueError, match="give both x and y"):
        measure.gradient_norms(net, batch[0])
    with pytest.raises(ValueError, match="ReLU has no layer with weights"):
        measure.gradient_norms(nn.ReLU(), *batch)


def test_layers_have_the_names_that_the_model_gives_them():
    net = networks.mlp("highway", 4)
    assert list(measure.weighted_layers(net)) == ["1", "3", "4", "5"]
    assert [len(weights) for weights in measure.weighted_layers(net).values()] == [1, 2, 2, 1]


def test_activation_statistics_of_a_net_by_hand():
    first, last = nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False)
    first.weight.data = torch.tensor([[1.0, 0.0], [0.0, -1.0]])
    last.weight.data = torch.tensor([[2.0, 1.0]])
    net = nn.Sequential(first, nn.ReLU(), last)
    x = torch.tensor([[1.0, 3.0], [-3.0, -5.0]])  # after the ReLU: (1, 0) and (0, 5), then 2 and 5
    found = measure.activation_statistics(net, x)
    assert found.mean.tolist() == [1.5, 3.5]
    assert found.second_moment.tolist() == [6.5, 14.5]
    assert found.std.tolist() == pytest.approx([math.sqrt(6.5 - 1.5**2), 1.5])
    assert found.zeros.tolist() == [0.5, 0.0]
    before = measure.activation_statistics(net, x, nn.Linear)
    assert before.mean.tolist() == [0.0, 3.5]


@pytest.mark.parametrize("kind", KINDS)
def test_activation_statistics_have_a_row_per_layer_or_block(kind, batch):
    net = seeded(networks.mlp(kind, 10))
    rows = 6 if kind in ("residual", "stochastic_depth") else 10
    found = measure.activation_statistics(net, batch[0])
    assert all(v.shape == (rows,) and v.isfinite().all() for v in found)
    output = seeded(net)(batch[0])
    torch.testing.assert_close(found.mean[-1], output.mean())
    if kind == "crelu":
        assert found.zeros[1:-2].tolist() == pytest.approx([0.5] * 7, abs=1e-6)


def test_he_keeps_the_second_moment_through_relu_layers_and_glorot_halves_it():
    x = torch.randn(256, 400, generator=torch.Generator().manual_seed(1))  # not the seed of the weights
    net = networks.mlp("plain", 20, width=400, inputs=400)
    he = measure.activation_statistics(net, x).second_moment
    generator = torch.Generator().manual_seed(0)
    for layer in net:
        if isinstance(layer, nn.Linear):
            initializers.glorot_normal_(layer.weight, generator)
    glorot = measure.activation_statistics(net, x).second_moment
    assert abs(math.log2(he[0] / he[18])) < 2
    assert math.log2(glorot[0] / glorot[18]) == pytest.approx(18, abs=2)


def test_activation_statistics_say_which_modules_are_missing(batch):
    with pytest.raises(ValueError, match="Sequential has no Tanh: name modules that it has"):
        measure.activation_statistics(networks.mlp("plain", 3), batch[0], nn.Tanh)


def test_the_mean_cosine_by_hand_leaves_out_what_has_no_direction():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU())
    nn.init.eye_(net[0].weight)
    x = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0], [-1.0, -1.0]])  # the last is 0 behind the ReLU
    assert measure.activation_cosines(net, x).tolist() == pytest.approx([2 * math.sqrt(0.5) / 3])
    before = measure.activation_cosines(net, x, nn.Linear)
    assert before.tolist() == pytest.approx([(2 * math.sqrt(0.5) - 1 - 2 * math.sqrt(0.5)) / 6])
    assert measure.activation_cosines(net, x[:2] * 1e-30).tolist() == [0.0]
    assert measure.activation_cosines(net, x[2:]).isnan().all()
    with pytest.raises(ValueError, match="give a batch of two or more, got 1"):
        measure.activation_cosines(net, x[:1])


def test_a_wide_relu_layer_brings_two_signals_together_as_the_arc_cosine_map_says():
    g = torch.Generator().manual_seed(1)
    cosine = torch.tensor([-0.9, -0.3, 0.0, 0.5, 0.95], dtype=torch.float64)
    pairs = torch.stack([torch.ones_like(cosine), torch.zeros_like(cosine), cosine, (1 - cosine**2).sqrt()], dim=1)
    weight = torch.randn(200_000, 2, generator=g, dtype=torch.float64)
    a, b = ((pairs[:, half : half + 2] @ weight.T).relu() for half in (0, 2))
    seen = (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))
    torch.testing.assert_close(measure.arc_cosine_map(cosine), seen, rtol=0, atol=0.005)
    for size in (torch.float32, torch.float64):
        near = 1 - torch.logspace(-9, 0, 200, dtype=size)
        assert (measure.arc_cosine_map(near) >= near - 1e-7).all() and (measure.arc_cosine_map(near) <= 1).all()
    for wrong in (1.5, math.nan):
        with pytest.raises(ValueError, match="a cosine lies between -1 and 1; got"):
            measure.arc_cosine_map(torch.tensor([0.5, wrong]))


# ---- highway


def test_gates_with_a_bias_of_minus_20_are_shut_and_blocks_hand_on_their_input(batch):
    net = networks.mlp("highway", 6, gate_bias=-20.0)
    for block in measure.residual_blocks(net):
        nn.init.zeros_(block.gate.weight)
    gates = measure.gate_activity(net, batch[0])
    assert gates.shape == (4, 50) and 0 < gates.max() < 1e-8
    assert (measure.gate_biases(net) == -20).all()
    stem = net[:3](batch[0]).mean(0)
    torch.testing.assert_close(measure.block_outputs(net, batch[0]), stem.expand(4, 50), rtol=1e-5, atol=1e-7)


def test_gate_activity_is_the_mean_of_the_gates_also_in_several_batches(digits, monkeypatch):
    net = networks.mlp("highway", 5, gate_bias=-1.0)
    x = digits.train.x[:100]
    h, expected = net[:3](x), []
    for block in measure.residual_blocks(net):
        expected.append(torch.sigmoid(h @ block.gate.weight.T + block.gate.bias).mean(0))
        h = block(h)
    outputs = measure.block_outputs(net, x)
    monkeypatch.setattr("course.measure.highway.BATCH", 30)
    torch.testing.assert_close(measure.gate_activity(net, x), torch.stack(expected).detach())
    torch.testing.assert_close(measure.block_outputs(net, x), outputs)
    torch.testing.assert_close(outputs[-1], h.mean(0).detach())


def test_gate_activity_by_class_is_that_of_each_classs_images(digits):
    net = networks.mlp("highway", 4, gate_bias=-1.0)
    x, y = digits.train[:200]
    by_class = measure.gate_activity_by_class(net, x, y)
    assert by_class.shape == (10, 2, 50)
    torch.testing.assert_close(by_class[7], measure.gate_activity(net, x[y == 7]))
    weighted = (by_class * y.bincount()[:, None, None]).sum(0) / len(y)
    torch.testing.assert_close(weighted, measure.gate_activity(net, x))
    without = measure.gate_activity_by_class(net, x[y != 3], y[y != 3])
    assert without[3].isnan().all() and without[4].isfinite().all()


def test_gates_of_a_convolution_are_averaged_over_pixels_and_narrow_blocks_filled_with_nan():
    x = torch.randn(3, 4, 5, 5, generator=torch.Generator().manual_seed(0))
    net = nn.Sequential(blocks.HighwayConv(4, -1.0), nn.Conv2d(4, 6, 1), blocks.HighwayConv(6, -2.0))
    activity = measure.gate_activity(net, x)
    net(x)
    torch.testing.assert_close(activity[0, :4], net[0].gates.mean((0, 2, 3)))
    torch.testing.assert_close(activity[1], net[2].gates.mean((0, 2, 3)))
    assert activity[0, 4:].isnan().all()
    biases = measure.gate_biases(net)
    assert biases[0, :4].tolist() == [-1] * 4 and biases[1].tolist() == [-2] * 6 and biases[0, 4:].isnan().all()
    torch.testing.assert_close(measure.block_outputs(net, x)[1], net(x).mean((0, 2, 3)).detach())


def test_a_block_that_is_taken_out_has_no_gates(batch):
    net = networks.mlp("highway", 5)
    net(batch[0])  # leaves gates behind, which are not those of the lesion
    with measure.delete_blocks(net, 1):
        activity = measure.gate_activity(net, batch[0])
    assert activity[1].isnan().all() and activity[[0, 2]].isfinite().all()


def test_a_net_without_gates_is_told_so(batch):
    net = networks.mlp("plain", 4)
    for function in (measure.gate_activity, measure.block_outputs):
        with pytest.raises(ValueError, match="no Highway block, so it has no gates: build one with"):
            function(net, batch[0])
    with pytest.raises(ValueError, match="no Highway block"):
        measure.gate_biases(net)
    with pytest.raises(ValueError, match="one label per example.* got 64 examples and 63 labels"):
        measure.gate_activity_by_class(networks.mlp("highway", 4), batch[0], batch[1][1:])


# ---- lesions


def test_a_lesion_of_an_untrained_rezero_net_changes_nothing(digits):
    found = measure.lesion(networks.mlp("rezero", 10), digits.test)
    assert found.error.tolist() == pytest.approx([found.base_error] * 8)
    assert found.loss.tolist() == pytest.approx([found.base_loss] * 8)
    assert found.error.shape == (8,) and 0 < found.base_error < 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_lesion_leaves_one_block_or_layer_out(kind, digits):
    net = networks.mlp(kind, 6, gate_bias=0.0)
    found = measure.lesion(net, digits.test)
    net.eval()
    for index, loss in enumerate(found.loss):
        logits = without_block(net, kind, index, digits.test.x)
        assert F.cross_entropy(logits, digits.test.y).item() == pytest.approx(loss.item(), rel=1e-5)
        assert (logits.argmax(1) != digits.test.y).float().mean().item() == pytest.approx(found.error[index].item())
    assert len(found.loss) == (2 if kind in ("residual", "stochastic_depth") else 4)
    assert F.cross_entropy(net(digits.test.x), digits.test.y).item() == pytest.approx(found.base_loss, rel=1e-5)


@pytest.mark.parametrize("kind", ["plain", "residual"])
def test_lesions_on_more_images_than_a_pass_takes_are_those_of_each_block_deleted(kind, digits):
    held = networks.mlp(kind, 6)
    shared = nn.Sequential(*held[:-1], *held[3:])  # its blocks or layers stand at two places each
    for net in (held, shared, nn.Sequential(held)):
        with measure.delete_blocks(net, [-1]):
            found = measure.lesion(net, digits.train)
            for index in range(len(found.loss)):
                with measure.delete_blocks(net, [index]):
                    loss, accuracy = evaluate(net, digits.train)
                assert (loss, 1 - accuracy) == pytest.approx(
                    (found.loss[index].item(), found.error[index].item()), rel=1e-5
                )
            assert found.base_loss == pytest.approx(found.loss[-1].item()), "it was gone already"


def without_block(net, kind, index, x):
    """The logits when block `index` is left out, written down for each kind."""
    modules = list(net)
    size = {"plain": 2, "plain_bn": 3, "crelu": 2}.get(kind, 1)  # modules that stand for one block
    first = {"crelu": 2, "looks_linear": 2, "linear": 2, "plain_bn": 4}.get(kind, 3)
    start = first + size * index
    for i, module in enumerate(modules):
        if not start <= i < start + size:
            x = module(x)
        elif kind in ("residual", "stochastic_depth"):
            x = F.relu(x)
    return x


def test_all_blocks_deleted_leave_stem_and_head(batch, digits):
    for net in (networks.mlp("highway", 8), networks.mlp("residual", 8), networks.mlp("looks_linear", 8)):
        stem = net[:3] if isinstance(net[2], nn.ReLU) else net[:2]
        expected = net[-1](stem(batch[0]))
        whole = net(batch[0])
        count = len(measure.lesion(net, digits.test).loss)
        with measure.delete_blocks(net, range(count)):
            torch.testing.assert_close(net(batch[0]), expected, rtol=0, atol=0)
        torch.testing.assert_close(net(batch[0]), whole)


def test_deleting_blocks_nests_takes_negative_indices_and_ends_with_an_error(batch):
    net = networks.mlp("highway", 6, gate_bias=0.0)
    x = batch[0]
    middle = net[5](net[4](net[:3](x)))
    without_first, without_both, whole = net[-1](net[6](middle)), net[-1](middle), net(x)
    with measure.delete_blocks(net, 0):
        with measure.delete_blocks(net, [-1, 3, 0]):
            torch.testing.assert_close(net(x), without_both)
        torch.testing.assert_close(net(x), without_first)
    with pytest.raises(ZeroDivisionError), measure.delete_blocks(net, [1]):
        _ = 1 / 0
    torch.testing.assert_close(net(x), whole)
    with pytest.raises(ValueError, match="the model has 4 blocks, 0 to 3; got 4"):
        measure.delete_blocks(net, [0, 4])


def test_what_has_no_block_says_what_a_block_is(digits):
    with pytest.raises(ValueError, match="nothing to take out: Sequential needs a block with a shortcut .Residual"):
        measure.lesion(networks.mlp("plain", 2), digits.test)
    with pytest.raises(TypeError, match="one split of a data set, such as digits.train; got Dataset"):
        measure.lesion(networks.mlp("plain", 4), digits)


def test_first_and_last_layer_stay_even_where_all_widths_are_equal(digits):
    net = networks.mlp("plain", 5, width=64, inputs=64, classes=64)
    assert measure.lesion(net, digits.test).loss.shape == (3,)


def test_plain_layers_that_change_the_shape_are_not_taken_out():
    conv = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(),
        nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3, stride=2, padding=1), nn.Conv2d(4, 8, 1),
        nn.Conv2d(8, 8, 5, padding="same"),
        nn.Flatten(), nn.Linear(72, 72), nn.Linear(72, 10),
    )  # fmt: skip
    x = torch.randn(2, 1, 7, 7)
    expected = x
    for index in (0, 3, 4, 5, 6, 8, 10):
        expected = conv[index](expected)
    with measure.delete_blocks(conv, [0, 1, 2]):
        torch.testing.assert_close(conv(x), expected)
    with pytest.raises(ValueError, match="the model has 3 blocks"):
        measure.delete_blocks(conv, 3)


def test_a_residual_net_survives_the_loss_of_a_block_and_a_plain_net_does_not(digits):
    medians = {"residual": [], "plain": []}
    for seed in range(3):
        for kind, values in medians.items():
            net = networks.mlp(kind, 10, seed=seed)
            fit(
                net,
                digits,
                Recipe(epochs=5, learning_rate=0.1 if kind == "residual" else 0.03, seed=seed),
                progress=False,
            )
            found = measure.lesion(net, digits.test)
            assert found.base_error < 0.12
            values.append(found.error.median().item())
    assert statistics.median(medians["residual"]) < 0.3
    assert statistics.median(medians["plain"]) > 0.5


# ---- shuffles


def test_shuffled_blocks_compute_in_the_order_that_is_reported(batch):
    net = networks.mlp("highway", 7, gate_bias=0.0)
    highway = measure.residual_blocks(net)
    with measure.shuffle_blocks(net, swaps=4, seed=1) as shuffle:
        h = net[:3](batch[0])
        shuffled = net(batch[0])
    for index in shuffle.order:
        h = highway[index](h)
    torch.testing.assert_close(shuffled, net[-1](h))
    assert sorted(shuffle.order.tolist()) == list(range(5)) != shuffle.order.tolist()
    assert shuffle.kendall_tau == measure.kendall_tau(shuffle.order.tolist()) < 1


def test_no_swap_leaves_the_network_and_one_exchanges_two_places(batch):
    net = networks.mlp("plain_bn", 8)
    with measure.shuffle_blocks(net.eval(), swaps=0) as shuffle:
        assert shuffle.kendall_tau == 1 and shuffle.order.tolist() == list(range(6))
    whole = net(batch[0])
    with measure.shuffle_blocks(net, swaps=1, seed=2) as shuffle:
        assert sum(i != place for place, i in enumerate(shuffle.order.tolist())) == 2
        assert not torch.allclose(net(batch[0]), whole)


@pytest.mark.parametrize("kind", networks.KINDS)
def test_rearranged_blocks_compute_in_the_given_order_without_those_that_are_left_out(kind, batch):
    net, order = networks.mlp(kind, 12, gate_bias=0.0).eval(), [2, 1, 0, *range(3, 10)]
    order = order[: len(measure.block_layers(net))]
    size = {"plain": 2, "plain_bn": 3, "crelu": 2}.get(kind, 1)  # modules that stand for one block
    start = {"crelu": 2, "looks_linear": 2, "linear": 2, "plain_bn": 4}.get(kind, 3)
    x = net[:start](batch[0])
    for block in (2, 1, *order[3:]):  # block 0 is left out where it would stand now
        x = net[start + size * block : start + size * (block + 1)](x)
    whole = net(batch[0])
    with measure.rearrange_blocks(net, order, without=[0]):
        torch.testing.assert_close(net(batch[0]), net[-1](x))
    torch.testing.assert_close(net(batch[0]), whole, rtol=0, atol=0)


def test_an_order_names_each_block_once_and_exchanges_equals_only():
    net = networks.mlp("plain", 6)
    with pytest.raises(ValueError, match=r"each of the 4 blocks once, from 0 on; got \[0, 1, 1, 3\]"):
        measure.rearrange_blocks(net, [0, 1, 1, 3])
    net = nn.Sequential(blocks.Highway(3, -1.0), nn.Linear(3, 4), blocks.Highway(4, -1.0))
    with pytest.raises(ValueError, match="blocks 0 and 1 differ in shape, so cannot be exchanged"):
        measure.rearrange_blocks(net, [1, 0])


def test_the_layers_of_a_block_are_those_that_depth_counts():
    assert measure.block_layers(networks.mlp("stochastic_depth", 8)) == [[2, 3], [4, 5], [6, 7]]
    for kind in ("plain_bn", "highway", "crelu", "looks_linear", "rezero"):
        assert measure.block_layers(networks.mlp(kind, 5)) == [[2], [3], [4]], kind
    assert measure.block_layers(networks.mlp("plain", 2)) == []
    uneven = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 5), nn.Linear(5, 5), nn.Linear(5, 2))
    assert measure.block_layers(uneven) == [[2], [4]]


def test_kendalls_tau_counts_pairs():
    for order in itertools.permutations(range(5)):
        pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]
        assert measure.kendall_tau(order) == pytest.approx(sum(1 if a < b else -1 for a, b in pairs) / len(pairs))
    with pytest.raises(ValueError, match="at least 2 members, got 1"):
        measure.kendall_tau([0])


def test_blocks_without_an_equal_cannot_change_places():
    net = nn.Sequential(blocks.Highway(3, -1.0), nn.Linear(3, 4), blocks.Highway(4, -1.0))
    with pytest.raises(ValueError, match="two blocks must be of equal shape"), measure.shuffle_blocks(net, 1):
        pass


# ---- paths


def test_path_lengths_are_binomial_and_add_up_to_one():
    lengths = measure.path_lengths(54)
    assert lengths.sum().item() == pytest.approx(1, abs=1e-15)
    assert (lengths * torch.arange(55)).sum().item() == pytest.approx(27, abs=1e-12)
    assert lengths[5:18].sum().item() == pytest.approx(0.0045367, abs=5e-8)
    assert lengths[19:36].sum().item() == pytest.approx(0.98017, abs=5e-6)
    assert measure.path_lengths(0).tolist() == [1.0]
    assert measure.path_lengths(2000).isfinite().all()
    with pytest.raises(ValueError, match="at least 0, got -1"):
        measure.path_lengths(-1)


BLOCKS = {
    "Residual": lambda: blocks.Residual(nn.Linear(4, 4), nn.Linear(4, 4)),
    "StochasticDepth": lambda: blocks.StochasticDepth(nn.Linear(4, 4), 0.7),
    "DropPath": lambda: blocks.Residual(blocks.DropPath(nn.Linear(4, 4), 0.7)),
    "ReZero": lambda: blocks.ReZero(nn.Linear(4, 4)),
    "Highway": lambda: blocks.Highway(4, -0.5),
    "HighwayConv": lambda: blocks.HighwayConv(4, -0.5),
    "SkipInit": lambda: blocks.SkipInit(4),
    "Fixup": lambda: blocks.Fixup(4),
    "PreActivation": lambda: blocks.PreActivation(4, blocks.preact_basic_branch(4, 4)),
    "PreActivation with projection": lambda: blocks.PreActivation(
        4, blocks.preact_basic_branch(4, 6, 2), blocks.projection(4, 6, 2, batch_norm=False)
    ),
    "PreActivation with shortcut A": lambda: blocks.PreActivation(
        4, blocks.preact_basic_branch(4, 6, 2), blocks.ShortcutA(4, 6, 2)
    ),
    "Residual with shortcut A": lambda: blocks.Residual(blocks.basic_branch(4, 6, 2), blocks.ShortcutA(4, 6, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_its_branch_plus_its_shortcut(name):
    torch.manual_seed(0)
    block = BLOCKS[name]().double().eval()
    for p in block.parameters():
        nn.init.normal_(p)
    dense = {"Residual", "StochasticDepth", "DropPath", "ReZero", "Highway"}
    x = torch.randn(3, 4, dtype=torch.float64) if name in dense else torch.randn(3, 4, 6, 6, dtype=torch.float64)
    branch, shortcut, after = parts(block)
    torch.testing.assert_close(after(branch(x) + shortcut(x)), block(x))
    with measure.delete_blocks(block, 0):
        torch.testing.assert_close(block(x), after(shortcut(x)))


def test_a_module_without_a_shortcut_has_no_parts():
    with pytest.raises(TypeError, match="Linear has no shortcut; blocks that have one: Residual"):
        parts(nn.Linear(2, 2))


def rezero(factor):
    block = blocks.ReZero(scaled(1.0))
    nn.init.constant_(block.scale, factor)
    return block


@pytest.mark.parametrize("make", [lambda w: linear_block(scaled(w)), rezero], ids=["residual", "rezero"])
def test_a_path_through_k_equal_linear_blocks_carries_w_to_the_k(make):
    net = nn.Sequential(*(make(0.5) for _ in range(6)), nn.Linear(1, 3)).double()
    x, y = torch.randn(5, 1, dtype=torch.float64), torch.tensor([0, 1, 2, 0, 1])
    by_length = measure.gradient_by_path_length(net, x, y, samples=3)
    assert by_length.tolist() == pytest.approx([by_length[0].item() * 0.5**k for k in range(7)])
    leaf = x.clone().requires_grad_()
    (whole,) = torch.autograd.grad(F.cross_entropy(net(leaf), y, reduction="sum"), leaf)
    assert (by_length * measure.path_lengths(6) * 2**6).sum().item() == pytest.approx(whole.abs().mean().item())


def test_the_longest_path_goes_through_every_branch_and_the_shortest_through_none():
    torch.manual_seed(0)
    layers = [nn.Linear(4, 4, bias=False) for _ in range(3)]
    net = nn.Sequential(*(linear_block(layer) for layer in layers), nn.Linear(4, 3)).double()
    x, y = torch.randn(7, 4, dtype=torch.float64), torch.arange(7) % 3
    at_logits = (net(x).softmax(1) - F.one_hot(y, 3)) @ net[-1].weight
    product = layers[2].weight @ layers[1].weight @ layers[0].weight
    found = measure.gradient_by_path_length(net, x, y, lengths=[3, 0], samples=2)
    assert found[0].item() == pytest.approx((at_logits @ product).norm(dim=1).mean().item())
    assert found[1].item() == pytest.approx(at_logits.norm(dim=1).mean().item())


def test_paths_of_length_one_are_averaged_over_the_blocks_that_are_drawn():
    net = nn.Sequential(linear_block(scaled(1.0)), linear_block(scaled(3.0)), nn.Linear(1, 2)).double()
    x, y = torch.ones(1, 1, dtype=torch.float64), torch.tensor([0])
    zero, one = measure.gradient_by_path_length(net, x, y, lengths=[0, 1], samples=400).tolist()
    assert one / zero == pytest.approx(2, abs=0.15)  # half the draws take 1, half 3
    assert [zero, one] == measure.gradient_by_path_length(net, x, y, lengths=[0, 1], samples=400).tolist()
    assert one != measure.gradient_by_path_length(net, x, y, lengths=[1], samples=400, seed=1).item()


def test_paths_need_blocks_and_lengths_that_exist(batch):
    with pytest.raises(ValueError, match="no block with a shortcut, so it has one path"):
        measure.gradient_by_path_length(networks.mlp("plain", 4), *batch)
    with pytest.raises(ValueError, match=r"lengths must be 0 to 2.* got lengths \[3\] and 10 samples"):
        measure.gradient_by_path_length(networks.mlp("residual", 6), *batch, lengths=[3])


@pytest.mark.parametrize("kind", ["residual", "stochastic_depth", "highway", "rezero"])
def test_gradients_by_path_length_work_on_every_kind_with_shortcuts(kind, batch):
    net = networks.mlp(kind, 6)
    found = measure.gradient_by_path_length(net, *batch, samples=2)
    assert found.shape == (len(measure.residual_blocks(net)) + 1,) and found.isfinite().all() and found[0] > 0


# ---- gradients along a line


def test_the_input_gradient_of_a_linear_net_is_the_product_of_its_matrices(batch):
    net = networks.mlp("linear", 6).double()
    x = batch[0].double()
    product = torch.linalg.multi_dot([layer.weight for layer in reversed(net[1:])])
    gradient = measure.input_gradient(net, x, output=4)
    torch.testing.assert_close(gradient.flatten(1), product[4].expand(64, 64).detach())
    assert gradient.shape == x.shape


def test_the_input_gradient_is_the_diagonal_of_the_jacobian():
    net = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.BatchNorm1d(20), nn.Linear(20, 1)).double()
    line = torch.linspace(-2, 2, 12, dtype=torch.float64)[:, None]
    in_train_mode = measure.input_gradient(net, line)
    h = net[1](net[0](line)).detach()
    mean, std = h.mean(0), (h.var(0, correction=0) + 1e-5).sqrt()

    def one(x):  # the batch's statistics are constants
        normal = (net[1](net[0](x)) - mean) / std * net[2].weight + net[2].bias
        return net[3](normal)

    expected = [torch.autograd.functional.jacobian(one, row).item() for row in line]
    assert in_train_mode.flatten().tolist() == pytest.approx(expected)
    net.eval()
    assert measure.input_gradient(net, line).flatten().tolist() == pytest.approx(
        [torch.autograd.functional.jacobian(net, row[None]).item() for row in line]
    )


def test_a_net_with_several_outputs_must_be_told_which(batch):
    with pytest.raises(ValueError, match="the model has 10 outputs: choose the one to differentiate, as in output=0"):
        measure.input_gradient(networks.mlp("plain", 3), batch[0])


def test_the_autocorrelation_of_brown_noise_decays_slowly_and_of_white_noise_at_once():
    white = torch.randn(20_000, 256, generator=torch.Generator().manual_seed(0))
    lags = [1, 2, 5, 10, 15]
    brown = measure.autocorrelation(white.cumsum(1), lags)
    assert brown.tolist() == pytest.approx([0.971, 0.944, 0.864, 0.742, 0.633], abs=0.005)
    assert measure.autocorrelation(white, lags).abs().max() < 0.01


def test_the_autocorrelation_by_hand_and_averaged_over_rows():
    series = torch.tensor([[1.0, -1.0, 1.0, -1.0], [4.0, 3.0, 2.0, 1.0]], dtype=torch.float64)
    by_row = [[1, -3 / 4, 2 / 4, -1 / 4], [1, 1.25 / 5, -1.5 / 5, -2.25 / 5]]
    for row, expected in zip(series, by_row, strict=True):
        assert measure.autocorrelation(row, 3).tolist() == pytest.approx(expected)
    mean = [(a + b) / 2 for a, b in zip(*by_row, strict=True)]
    assert measure.autocorrelation(series, 3).tolist() == pytest.approx(mean)
    assert measure.autocorrelation(series, [3, 1]).tolist() == pytest.approx([mean[3], mean[1]])


LINE = torch.linspace(-2, 2, 256)


@pytest.mark.parametrize("kind", networks.SCANS)
def test_the_gradient_along_a_line_is_that_of_each_output_by_its_own_point(kind):
    network = networks.scan_network(kind, 5, beta=0.5, width=20).double()
    x = LINE.double()
    one = measure.line_gradient(network, x)
    assert one.shape == (256, 1)
    torch.testing.assert_close(one, measure.input_gradient(network, x[:, None]))
    hidden = measure.line_gradient(network[:-1], x)
    torch.testing.assert_close(hidden @ network[-1].weight.T, one)
    assert all(p.grad is None and p.requires_grad for p in network.parameters())
    by_point = [measure.input_gradient(network, point[None, None]) for point in x]  # constants hold for one row as well
    torch.testing.assert_close(torch.cat(by_point), one)


@pytest.mark.parametrize("branch_layers", [1, 2])
def test_units_are_centred_and_normalised_at_the_points_that_a_network_is_built_with(branch_layers):
    points = torch.randn(64, 7, generator=torch.Generator().manual_seed(0))
    for kind in ("feedforward", "residual_centred", "residual"):
        network = networks.scan_network(kind, 4, width=20, points=points, branch_layers=branch_layers)
        inside = measure.activation_statistics(
            network, points, of=type(next(m for m in network.modules() if hasattr(m, "settle")))
        )
        assert inside.mean.abs().max() < 1e-5
        assert kind != "residual" or inside.std.tolist() == pytest.approx([1] * 4, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "layers", "beta", "expected"),
    [
        ("feedforward", 1, 1.0, (0.969, 0.846, 0.707)),
        ("feedforward", 10, 1.0, (0.756, 0.254, 0.018)),
        ("feedforward", 24, 1.0, (0.0, 0.0, 0.0)),
        ("residual", 50, 1.0, (0.711, 0.178, -0.02)),
        ("residual", 50, 0.1, (0.905, 0.647, 0.423)),
    ],
)
def test_gradients_shatter_with_depth_and_less_with_shortcuts(kind, layers, beta, expected):
    drawn = [networks.scan_network(kind, layers, beta, seed=seed) for seed in range(20)]
    series = torch.stack([measure.line_gradient(network, LINE)[:, 0] for network in drawn])
    assert measure.autocorrelation(series, [1, 5, 10]).tolist() == pytest.approx(expected, abs=0.15)


def test_udlbooks_network_shatters_once_its_units_are_centred_and_keeps_its_size_with_hes_variance():
    def series(*settings):
        drawn = [networks.udl_network(30, *settings, seed=seed) for seed in range(5)]
        return torch.stack([measure.line_gradient(network, LINE)[:, 0] for network in drawn])

    correlation = {s: measure.autocorrelation(series(*s), [5]).item() for s in ((1.0, False), (1.0, True))}
    assert correlation[1.0, False] > 0.6 and abs(correlation[1.0, True]) < 0.15
    assert series(1.0).abs().mean() < 1e-5
    assert series(2.0).abs().mean() > 1e-3


@pytest.mark.parametrize("kind", networks.KINDS)
def test_the_cosines_of_gradients_are_those_of_one_example_at_a_time(kind, batch):
    network, (x, y) = networks.mlp(kind, 6).double().eval(), batch
    x = x.double()
    found = measure.gradient_cosines(network, x, y)
    for layer, cosines in zip(measure.weighted_layers(network).values(), found, strict=True):
        each = [torch.autograd.grad(F.cross_entropy(network(x[i, None]), y[i, None]), layer) for i in range(len(x))]
        rows = F.normalize(torch.stack([torch.cat([g.flatten() for g in one]) for one in each]), eps=1e-300)
        torch.testing.assert_close(cosines, rows @ rows.T)


def test_the_cosines_take_a_batchs_statistics_as_constants_and_refuse_convolutions(batch):
    network, (x, y) = networks.mlp("plain_bn", 4).double(), batch
    in_train_mode = measure.gradient_cosines(network, x.double(), y)
    for module in network:
        if isinstance(module, nn.BatchNorm1d):
            module.momentum = None  # the plain mean of one batch
    network(x.double())
    for module in network:
        if isinstance(module, nn.BatchNorm1d):
            module.running_var.mul_((len(x) - 1) / len(x))
    torch.testing.assert_close(in_train_mode, measure.gradient_cosines(network.eval(), x.double(), y))
    with pytest.raises(ValueError, match="takes networks of dense layers; this one has Conv2d"):
        measure.gradient_cosines(networks.cifar_resnet(8, inputs=1), x, y)


def test_without_kinks_spread_over_the_line_a_gradient_takes_two_values_and_a_linear_one_takes_one():
    values = {
        kind: measure.line_gradient(networks.scan_network(kind, 10).double(), LINE.double()) for kind in networks.SCANS
    }
    assert {len(values[kind].mul(1e6).round().unique()) for kind in ("linear", "looks_linear")} == {1}
    assert len(values["no_biases"].mul(1e6).round().unique()) == 2
    assert len(values["feedforward"].mul(1e6).round().unique()) > 100


def test_a_constant_gradient_has_no_autocorrelation():
    net = networks.mlp("linear", 20, width=20, inputs=1, classes=1)
    gradient = measure.input_gradient(net, torch.linspace(-2, 2, 64)[:, None]).flatten()
    assert measure.autocorrelation(gradient, 5).isnan().all()
    rows = torch.stack([gradient, torch.arange(64.0)])
    torch.testing.assert_close(measure.autocorrelation(rows, 5), measure.autocorrelation(rows[1], 5))


def test_autocorrelation_says_which_shapes_and_lags_it_takes():
    for series, lags in ((torch.ones(8, 1), 1), (torch.ones(4), 4), (torch.ones(4), [-1]), (torch.ones(2, 2, 2), 1)):
        with pytest.raises(
            ValueError, match=r"shape \(T,\) or \(rows, T\), and lags must lie between 0 and T - 1; got"
        ):
            measure.autocorrelation(series, lags)


# ---- gradient check


class Wrong(torch.autograd.Function):
    """x^2, with 2.1 x as its derivative."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return 2.1 * x * gradient


class WrongSquare(nn.Module):
    def forward(self, x):
        return Wrong.apply(x)


def test_a_wrong_gradient_is_found_and_a_right_one_passes():
    x = torch.linspace(1, 2, 5)
    assert measure.gradient_check(lambda x: (x * x).sum(), x) < 1e-9
    assert measure.gradient_check(lambda x: Wrong.apply(x).sum(), x) == pytest.approx(0.1 / 2.1, abs=1e-6)


def test_a_wrong_gradient_deep_in_a_network_is_found(batch):
    right = nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, 5), nn.Tanh(), nn.Linear(5, 10))
    wrong = nn.Sequential(*right[:4], WrongSquare(), right[5])
    assert measure.gradient_check(right, *batch, samples=None) < 1e-7
    assert measure.gradient_check(wrong, *batch) > 1e-2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_network_passes_the_gradient_check_in_train_mode(kind, batch):
    net = seeded(networks.mlp(kind, 6, width=12))
    assert measure.gradient_check(net, *batch, samples=2) < 1e-3


def test_dropout_masks_are_the_same_in_each_evaluation():
    net = seeded(nn.Sequential(nn.Linear(4, 6), nn.Tanh(), blocks.Dropout(0.5), nn.Dropout(0.5), nn.Linear(6, 3)))
    x, y = torch.randn(8, 4), torch.arange(8) % 3
    assert measure.gradient_check(net, x, y, samples=None) < 1e-5
    assert measure.gradient_check(lambda x: F.dropout(x, 0.5).square().sum(), x) < 1e-5


def test_the_check_depends_on_its_seed_alone_and_none_takes_every_entry(batch):
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 3), nn.Tanh(), WrongSquare(), nn.Linear(3, 10))
    errors = [measure.gradient_check(net, *batch, samples=5, seed=seed) for seed in (0, 0, 1)]
    assert errors[0] == errors[1] != errors[2]
    assert max(errors) <= measure.gradient_check(net, *batch, samples=None)


def test_a_check_says_what_it_needs(batch):
    with pytest.raises(ValueError, match=r"must return one number, got shape \(3,\): return a weighted sum"):
        measure.gradient_check(torch.tanh, torch.ones(3))
    with pytest.raises(ValueError, match="nothing to differentiate"):
        measure.gradient_check(lambda i: i.sum(), torch.arange(3))
    with pytest.raises(ValueError, match="a model needs inputs and labels"):
        measure.gradient_check(networks.mlp("plain", 3), batch[0])
    assert math.isnan(measure.gradient_check(lambda x: (x * math.inf).sum(), torch.zeros(2)))


# ---- counting


def test_parameters_count_once_and_on_request_only_those_that_train():
    net = nn.Sequential(nn.Linear(5, 5), nn.Linear(5, 5, bias=False))
    assert measure.count_parameters(net) == 55
    net[1].weight = net[0].weight
    assert measure.count_parameters(net) == 30
    net[0].bias.requires_grad_(False)
    assert measure.count_parameters(net, trainable_only=True) == 25


def cifar_layers(n):
    """The convolutions and the classifier of He's CIFAR family, one after another."""
    maps = [16] * 2 * n + [32] * 2 * n + [64] * 2 * n
    layers, before = [nn.Conv2d(3, 16, 3, padding=1, bias=False)], 16
    for after in maps:
        layers.append(nn.Conv2d(before, after, 3, padding=1, bias=False, stride=after // before))
        before = after
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


@pytest.mark.parametrize(("depth", "expected"), [(20, 40_551_040), (56, 125_485_696), (110, 252_887_680)])
def test_multiply_adds_of_the_cifar_family(depth, expected):
    assert expected == 40_551_040 + (depth - 20) // 6 * 14_155_776
    assert measure.multiply_adds(cifar_layers((depth - 2) // 6), (3, 32, 32)) == expected
    assert measure.multiply_adds(networks.cifar_resnet(depth), (3, 32, 32)) == expected
    assert measure.multiply_adds(networks.cifar_resnet(depth, plain=True), (3, 32, 32)) == expected


def test_multiply_adds_of_the_mnist_resnet_and_of_dense_nets():
    assert measure.multiply_adds(networks.mnist_resnet(), (1, 28, 28)) == 784 * 16 + 50 * 784 * 2304 + 160
    assert measure.multiply_adds(networks.mlp("highway", 4), (1, 8, 8)) == 64 * 50 + 2 * 2 * 50 * 50 + 50 * 10
    assert measure.multiply_adds(nn.Conv2d(4, 8, 3, groups=2), (4, 5, 5)) == 8 * 9 * 2 * 9
    assert measure.multiply_adds(nn.Linear(3, 4).double(), torch.ones(6, 5, 3, dtype=torch.float64)) == 5 * 12
    assert measure.multiply_adds(nn.ReLU(), (3,)) == 0


def test_lesions_and_shuffles_of_convolutional_nets_keep_stages_apart():
    x = torch.randn(2, 3, 16, 16)
    net = networks.cifar_resnet(20, width=4).eval()
    with measure.shuffle_blocks(net, swaps=40) as shuffle:
        assert net(x).shape == (2, 10)
    order = shuffle.order.tolist()
    assert order[3] == 3 and order[6] == 6  # the blocks that change the size
    assert set(order[:3]) == {0, 1, 2} and set(order[4:6]) == {4, 5}
    plain = networks.cifar_resnet(20, plain=True, width=4).eval()
    for model, count in ((net, 9), (plain, 16), (networks.preact_resnet(20, width=4).eval(), 9)):
        with measure.delete_blocks(model, range(count)):
            assert model(x).shape == (2, 10)
        with pytest.raises(ValueError, match=f"the model has {count} blocks"):
            measure.delete_blocks(model, count)


def test_gates_of_the_published_convolutional_nets():
    activity = measure.gate_activity(networks.highway_conv_cifar(), torch.randn(2, 3, 32, 32))
    assert activity.shape == (14, 128) and activity[0, :32].isfinite().all() and activity[0, 32:].isnan().all()


def test_blocks_of_equal_shape_change_places_whatever_their_chances_and_gate_biases():
    net = networks.mlp("stochastic_depth", 10)
    with measure.shuffle_blocks(net, swaps=20) as shuffle:
        assert len(set(shuffle.order.tolist())) == 4 and shuffle.kendall_tau < 1
    gates = nn.Sequential(*(blocks.Highway(5, bias) for bias in (-1, -2)), nn.Linear(5, 2))
    with measure.shuffle_blocks(gates, swaps=1) as shuffle:
        assert shuffle.order.tolist() == [1, 0]
    other = nn.Sequential(blocks.Highway(5, -1), nn.Linear(5, 6), blocks.Highway(6, -1))
    with pytest.raises(ValueError, match="two blocks must be of equal shape"), measure.shuffle_blocks(other, 1):
        pass


# ---- slices of the loss surface


def test_a_filter_normalised_direction_is_as_long_as_each_units_own_weights_and_spares_the_vectors():
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(3, 4))
    direction = measure.random_direction(model, seed=1)
    assert list(direction) == ["0.weight", "3.weight"], "biases and scales stay"
    for name, d in direction.items():
        weights = model.get_parameter(name).detach()
        torch.testing.assert_close(d.flatten(1).norm(dim=1), weights.flatten(1).norm(dim=1))
    again, other = (measure.random_direction(model, seed)["3.weight"] for seed in (1, 2))
    assert torch.equal(again, direction["3.weight"]) and not torch.equal(other, again)


def test_a_direction_has_nothing_to_do_with_the_initial_weights_of_the_same_seed():
    model = networks.mlp("plain_bn", 6, seed=0)
    for name, d in measure.random_direction(model, seed=0).items():
        assert F.cosine_similarity(d.flatten(), model.get_parameter(name).flatten(), dim=0).abs() < 0.1


def test_without_normalisation_a_direction_is_as_long_as_hes_weights_however_large_the_models_are():
    model = nn.Linear(400, 300)
    model.weight.data.mul_(100)
    d = measure.random_direction(model, normalised=False)["weight"]
    assert d.std().item() == pytest.approx(math.sqrt(2 / 400), rel=0.02)


def test_larger_weights_before_batch_norm_look_flatter_unless_directions_are_normalised(batch):
    """The reason of Li et al. 2018 for filter normalization. The network computes the same all the while."""
    model = networks.mlp("plain_bn", 6, seed=0)
    larger = networks.mlp("plain_bn", 6, seed=0)
    for layer in larger[1:-1]:  # the last one, without batch norm, stays
        if isinstance(layer, nn.Linear):
            layer.weight.data.mul_(8)
            layer.bias.data.mul_(8)
    torch.testing.assert_close(larger(batch[0]), model(batch[0]), rtol=1e-3, atol=1e-3)
    rises = {}
    for normalised in (True, False):
        for name, net in (("model", model), ("larger", larger)):
            way = measure.random_direction(net, 0, normalised)
            way = {key: d for key, d in way.items() if net.get_parameter(key).shape[0] != 10}
            start, end = measure.loss_along(net, *batch, way, [0.0, 1.0]).tolist()
            rises[name, normalised] = abs(end - start)
    assert rises["larger", True] == pytest.approx(rises["model", True], rel=0.02)
    assert rises["larger", False] < 0.5 * rises["model", False]


def test_the_loss_along_a_direction_is_that_of_a_copy_with_moved_weights_and_leaves_the_model(batch):
    model = networks.mlp("residual", 6, seed=0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    way, aside = (measure.random_direction(model, seed) for seed in (0, 1))
    found = measure.loss_along(model, *batch, way, [0.0, 0.5, 1.0], start=aside)
    for distance, loss in zip((0.0, 0.5, 1.0), found, strict=True):
        moved = copy.deepcopy(model)
        for name, d in way.items():
            moved.get_parameter(name).data += distance * d + aside[name]
        assert loss.item() == pytest.approx(F.cross_entropy(moved(batch[0]), batch[1]).item(), rel=1e-5)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items()), "statistics, too"
    with pytest.raises(ValueError, match=r"names and shapes of the model's parameters; 1.weight has not"):
        measure.loss_along(nn.Sequential(nn.Flatten(), nn.Linear(64, 9)), *batch, way, [1.0])


def test_the_reach_lies_between_two_distances_and_knows_neither_start_nor_end():
    distances = torch.linspace(0, 1, 3)
    assert measure.reach(distances, [0.0, 1.0, 3.0], 2.0) == 0.75
    assert measure.reach(distances, torch.tensor([5.0, 0.0, 9.0]), 2.0) == 0.0, "it stands above from the start"
    assert measure.reach(distances, [0.0, 1.0, 1.9], 2.0) == 1.0
    assert measure.reach(distances, [0.0, math.nan, 0.0], 2.0) == 0.0, "what is no number is above"
    with pytest.raises(ValueError, match="got 3 distances, 1 losses"):
        measure.reach(distances, [0.0], 2.0)
