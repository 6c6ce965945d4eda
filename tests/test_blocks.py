"""Blocks: their formulas, what they are at step 0, their gradients, and their equality with PyTorch's."""

import copy
import itertools
import statistics

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course import blocks


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


class Counting(nn.Linear):
    """Counts how often it is computed."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        return super().forward(x)


def frozen(block, seed=1):
    """The block with generators that start anew, so that it draws the same as the last time."""
    for m in block.modules():
        if hasattr(m, "generator"):
            m.generator = torch.Generator().manual_seed(seed)
    return block


def vector(n=6, width=4):
    return torch.randn(n, width, dtype=torch.float64)


def image(n=3, channels=4, side=6):
    return torch.randn(n, channels, side, side, dtype=torch.float64)


EVERY_BLOCK = {
    "highway": (lambda: blocks.Highway(4, gate_bias=-1.0), vector),
    "highway conv": (lambda: blocks.HighwayConv(4, gate_bias=-1.0), image),
    "residual": (lambda: blocks.Residual(blocks.dense_branch(4)), vector),
    "residual conv": (lambda: blocks.Residual(blocks.basic_branch(4, 4)), image),
    "bottleneck": (lambda: blocks.Residual(blocks.bottleneck_branch(4, 8, 2), blocks.projection(4, 8, 2)), image),
    "shortcut A": (lambda: blocks.Residual(blocks.basic_branch(4, 8, 2), blocks.ShortcutA(4, 8, 2)), image),
    "pre-activation": (lambda: blocks.PreActivation(4, blocks.preact_basic_branch(4, 4)), image),
    "pre-activation, projected": (
        lambda: blocks.PreActivation(4, blocks.preact_bottleneck_branch(4, 8, 2), blocks.projection(4, 8, 2, False)),
        image,
    ),
    "stochastic depth": (lambda: blocks.StochasticDepth(blocks.dense_branch(4), 0.9), vector),
    "stochastic depth, dropped": (lambda: blocks.StochasticDepth(blocks.basic_branch(4, 4), 1e-9), image),
    "drop path": (lambda: blocks.Residual(blocks.DropPath(blocks.dense_branch(4), 0.6)), vector),
    "drop path of images": (lambda: blocks.Residual(blocks.DropPath(blocks.basic_branch(4, 4), 0.6)), image),
    "rezero": (lambda: blocks.ReZero(nn.Sequential(nn.Linear(4, 4), nn.ReLU())), vector),
    "skipinit": (lambda: blocks.SkipInit(4), image),
    "fixup": (lambda: blocks.Fixup(4), image),
    "crelu": (blocks.CReLU, vector),
    "looks-linear": (lambda: blocks.LooksLinear(nn.Linear(8, 4)), vector),
    "looks-linear conv": (lambda: blocks.LooksLinear(nn.Conv2d(8, 4, 3, padding=1)), image),
    "dropout": (lambda: blocks.Dropout(0.4), vector),
    "batch norm": (lambda: blocks.BatchNorm(4), vector),
    "batch norm of images": (lambda: blocks.BatchNorm(4), image),
}


@pytest.mark.parametrize("name", EVERY_BLOCK)
def test_every_block_passes_a_float64_gradient_check(name):
    make, inputs = EVERY_BLOCK[name]
    block = make().double().train()
    with torch.no_grad():
        for p in block.parameters():  # away from zeros, where a scale would hide its branch
            p.add_(0.1 * torch.randn_like(p))
    x = inputs().requires_grad_()
    names, values = zip(*block.named_parameters(), strict=True) if list(block.parameters()) else ((), ())

    def run(x, *parameters):
        return torch.func.functional_call(frozen(block), dict(zip(names, parameters, strict=True)), (x,))

    assert torch.autograd.gradcheck(run, (x, *(v.detach().requires_grad_() for v in values)), fast_mode=True)


@pytest.mark.parametrize("name", ["stochastic depth", "drop path", "dropout"])
def test_a_block_draws_from_its_own_generator_alone(name):
    make, inputs = EVERY_BLOCK[name]
    block, x = make().double(), inputs()
    before = torch.get_rng_state()
    first, again = frozen(block)(x), frozen(block)(x)
    assert torch.equal(first, again) and torch.equal(before, torch.get_rng_state())
    assert any(not torch.equal(first, frozen(block, seed)(x)) for seed in range(2, 40))


@pytest.mark.parametrize(
    "name", [n for n in EVERY_BLOCK if n not in ("crelu", "bottleneck", "shortcut A", "pre-activation, projected")]
)
def test_blocks_keep_their_inputs_shape(name):
    make, inputs = EVERY_BLOCK[name]
    assert make().double()(inputs()).shape == inputs().shape


def test_highway_is_its_formula():
    block, x = blocks.Highway(4, gate_bias=-1.0).double(), vector()
    h = torch.relu(x @ block.transform.weight.T + block.transform.bias)
    t = 1 / (1 + torch.exp(-(x @ block.gate.weight.T + block.gate.bias)))
    torch.testing.assert_close(block(x), t * h + (1 - t) * x)
    torch.testing.assert_close(block.gates, t)
    assert block.gate.bias.unique().tolist() == [-1.0]
    assert ((block.gates > 0) & (block.gates < 1)).all()


@pytest.mark.parametrize("side", [3, 5])
def test_a_convolutional_highway_is_its_formula_and_keeps_the_size(side):
    block, x = blocks.HighwayConv(4, gate_bias=-2.0, kernel_size=side).double(), image()
    h = torch.relu(F.conv2d(x, block.transform.weight, block.transform.bias, padding=side // 2))
    t = torch.sigmoid(F.conv2d(x, block.gate.weight, block.gate.bias, padding=side // 2))
    torch.testing.assert_close(block(x), t * h + (1 - t) * x)
    assert block.gate.weight.shape == (4, 4, side, side) and block.gate.bias.unique().tolist() == [-2.0]


@pytest.mark.parametrize("depth", [1, 50])
def test_highway_with_closed_gates_hands_its_input_on(depth):
    x = vector()
    stack = nn.Sequential(*(blocks.Highway(4, gate_bias=-20.0) for _ in range(depth))).double()
    for block in stack:
        nn.init.zeros_(block.gate.weight)  # T = sigmoid(-20) = 2.06e-9 everywhere
    farthest = max((torch.relu(block.transform(x)) - x).abs().max().item() for block in stack)
    assert 0 < (stack(x) - x).abs().max() < 2.1e-9 * depth * farthest


def test_residual_adds_its_input_and_rectifies_the_sum():
    block, x = blocks.Residual(nn.Linear(4, 4)).double(), vector()
    torch.testing.assert_close(block(x), torch.relu(block.branch(x) + x))
    bare = blocks.Residual(nn.Linear(4, 4), after=nn.Identity()).double()
    torch.testing.assert_close(bare(x), bare.branch(x) + x)


def test_rezero_and_skipinit_are_the_identity_and_fixup_a_relu_at_step_0():
    assert torch.equal(EVERY_BLOCK["rezero"][0]().double()(x := vector()), x)
    assert torch.equal(blocks.SkipInit(4).double()(y := image()), y)
    assert torch.equal(blocks.Fixup(4).double()(y), y.relu())


def test_rezero_scales_its_branch():
    block, x = blocks.ReZero(nn.Linear(4, 4)).double(), vector()
    nn.init.constant_(block.scale, 0.3)
    torch.testing.assert_close(block(x), x + 0.3 * block.branch(x))


def test_branches_are_convolutions_and_norms_in_the_papers_order():
    def shape(branch):
        return [
            f"{m.kernel_size[0]}x{m.out_channels}/{m.stride[0]}" if isinstance(m, nn.Conv2d) else type(m).__name__
            for m in branch
        ]

    bn, relu = "BatchNorm2d", "ReLU"
    assert shape(blocks.basic_branch(4, 8, 2)) == ["3x8/2", bn, relu, "3x8/1", bn]
    assert shape(blocks.bottleneck_branch(4, 8, 2)) == ["1x2/1", bn, relu, "3x2/2", bn, relu, "1x8/1", bn]
    assert shape(blocks.preact_basic_branch(4, 8, 2)) == ["3x8/2", bn, relu, "3x8/1"]
    assert shape(blocks.preact_bottleneck_branch(4, 8, 2)) == ["1x2/2", bn, relu, "3x2/1", bn, relu, "1x8/1"]
    assert shape(blocks.projection(4, 8, 2)) == ["1x8/2", bn]
    assert shape(blocks.projection(4, 8, 2, batch_norm=False)) == ["1x8/2"]
    dense = [nn.Linear, nn.BatchNorm1d, nn.ReLU, nn.Linear, nn.BatchNorm1d]
    assert [type(m) for m in blocks.dense_branch(4)] == dense


def test_skipinit_is_its_formula():
    block, x = blocks.SkipInit(4).double(), image()
    nn.init.constant_(block.scale, 0.3)
    _, one, _, two = block.branch
    inner = F.conv2d(x.relu(), one.weight, one.bias, padding=1)
    expected = x + 0.3 * F.conv2d(inner.relu(), two.weight, two.bias, padding=1)
    torch.testing.assert_close(block(x), expected)


def test_fixup_is_its_formula():
    block, x = blocks.Fixup(4).double(), image()
    for p in block.parameters():
        nn.init.normal_(p)
    b1, b2, b3, b4 = block.biases
    inner = F.relu(F.conv2d(x + b1, block.first.weight, padding=1) + b2)
    expected = F.relu(x + block.scale * F.conv2d(inner + b3, block.second.weight, padding=1) + b4)
    torch.testing.assert_close(block(x), expected)


def test_crelu_loses_nothing():
    x = vector()
    both = blocks.CReLU()(x)
    assert both.shape == (6, 8) and (both >= 0).all()
    assert torch.equal(both[:, :4] - both[:, 4:], x)


@pytest.mark.parametrize("layer", [nn.Linear(8, 4), nn.Conv2d(8, 4, 3, padding=1)], ids=["dense", "conv"])
def test_looks_linear_blocks_are_linear_to_1e_12(layer):
    x = (vector() if isinstance(layer, nn.Linear) else image()).double()
    stack = nn.Sequential(*(blocks.LooksLinear(copy.deepcopy(layer)) for _ in range(50))).double()
    for block in stack:
        block.reset_parameters()
        nn.init.zeros_(block.layer.bias)
    y = torch.randn_like(x)
    assert (stack(2 * x - 3 * y) - (2 * stack(x) - 3 * stack(y))).abs().max() < 1e-12
    torch.testing.assert_close(stack(x).norm(), x.norm(), rtol=1e-12, atol=0)  # V is orthogonal


def test_survival_probabilities_fall_linearly_to_the_last():
    for count in (9, 54, 600):
        p = blocks.survival_probabilities(count, 0.5)
        assert p[0] == pytest.approx(1 - 0.5 / count) and p[-1] == 0.5
        assert blocks.expected_blocks(p) == pytest.approx((3 * count - 1) / 4)
    assert blocks.survival_probabilities(3, 1.0) == [1, 1, 1]


def test_stochastic_depths_mean_over_draws_is_its_eval_output_for_a_linear_block():
    p, x = (0.8, 0.4), vector()
    net = nn.Sequential(*(blocks.StochasticDepth(nn.Linear(4, 4), q, after=nn.Identity()) for q in p)).double()
    expected = torch.zeros_like(x)
    for alive in itertools.product((True, False), repeat=2):
        chance, y = 1.0, x
        for q, b, block in zip(p, alive, net, strict=True):
            chance *= q if b else 1 - q
            y = block.branch(y) + y if b else y
        expected += chance * y
    torch.testing.assert_close(net.eval()(x), expected)
    draws = 4000
    mean = sum(net.train()(x).detach() for _ in range(draws)) / draws
    spread = torch.stack([net(x).detach() for _ in range(200)]).std(0)
    assert ((mean - expected).abs() < 5 * spread / draws**0.5).all()


def test_stochastic_depth_draws_once_a_batch_with_its_probability():
    block, x = blocks.StochasticDepth(nn.Linear(4, 4), 0.7).double(), vector()
    draws = []
    for _ in range(2000):
        y = block(x)
        whole, skipped = torch.relu(block.branch(x) + x), torch.relu(x)
        assert torch.equal(y, whole if block.alive else skipped)
        draws.append(block.alive)
    assert statistics.mean(draws) == pytest.approx(0.7, abs=0.05)  # 5 standard deviations


def test_a_dropped_block_is_not_computed():
    block = blocks.StochasticDepth(Counting(4, 4), 0.5)
    alive = 0
    for _ in range(100):
        block(torch.randn(2, 4))
        alive += block.alive
    assert block.branch.calls == alive and 20 < alive < 80
    block.eval()(torch.randn(2, 4))
    assert block.branch.calls == alive + 1


def test_a_dropped_block_still_changes_the_size_and_rectifies():
    block = blocks.StochasticDepth(blocks.basic_branch(4, 8, 2), 1e-9, blocks.ShortcutA(4, 8, 2)).double()
    x = image()
    assert torch.equal(block(x), block.shortcut(x).relu()) and not block.alive


def test_stochastic_depth_in_eval_mode_is_its_formula():
    block = blocks.StochasticDepth(blocks.basic_branch(4, 8, 2), 0.3, blocks.ShortcutA(4, 8, 2)).double().eval()
    x = image()
    torch.testing.assert_close(block(x), torch.relu(0.3 * block.branch(x) + block.shortcut(x)))


def test_drop_path_draws_for_each_example_and_keeps_the_expectation():
    block = blocks.DropPath(nn.Identity(), 0.8)
    y = block(torch.ones(5000, 3))
    assert set(y.unique().tolist()) == {0.0, 1.25}
    assert (y[:, 0] == y[:, 1]).all(), "an example is dropped as a whole"
    assert (y > 0).float().mean().item() == pytest.approx(0.8, abs=0.03)
    assert torch.equal(block.eval()(torch.ones(4, 3)), torch.ones(4, 3))
    whole = block.train()(torch.ones(200, 2, 3, 3)).flatten(1)
    assert (whole == whole[:, :1]).all() and len(whole[:, 0].unique()) == 2


def test_dropout_equals_pytorchs_with_the_same_draws():  # but for the order of times and divided by: 1 rounding
    x = torch.randn(50, 30)
    torch.manual_seed(5)
    ours = blocks.Dropout(0.3)(x)
    torch.manual_seed(5)
    torch.testing.assert_close(ours, F.dropout(x, 0.3), rtol=1e-6, atol=0)
    block = blocks.Dropout(0.3)
    assert torch.equal(block(x), x * block.mask / 0.7) and set(block.mask.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(block.eval()(x), x)


def test_dropout_zeroes_the_share_that_it_says():
    zeroed = (blocks.Dropout(0.3)(torch.ones(100, 1000)) == 0).float().mean().item()
    assert zeroed == pytest.approx(0.3, abs=0.01)  # 7 standard deviations


@pytest.mark.parametrize("shape", [(16, 4), (8, 4, 5, 5)], ids=["vectors", "images"])
def test_batch_norm_equals_pytorchs_in_output_gradients_and_running_statistics(shape):
    ours = blocks.BatchNorm(4).double()
    theirs = (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(4).double()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        q.data.copy_(nn.init.normal_(p))
    for step in range(3):
        x = (torch.randn(shape, dtype=torch.float64) * (step + 1) + step).requires_grad_()
        z = x.detach().clone().requires_grad_()
        a, b = ours(x), theirs(z)
        torch.testing.assert_close(a, b)
        a.square().sum().backward()
        b.square().sum().backward()
        torch.testing.assert_close(x.grad, z.grad)
    torch.testing.assert_close(ours.running_mean, theirs.running_mean)
    torch.testing.assert_close(ours.running_var, theirs.running_var)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))
    torch.testing.assert_close(ours.running_var, theirs.running_var)  # eval mode leaves them alone


def test_batch_norm_survives_a_constant_feature():
    y = blocks.BatchNorm(2)(torch.ones(8, 2))
    assert torch.equal(y, torch.zeros(8, 2))


def test_shortcut_a_takes_every_second_pixel_and_pads_zeros_behind():
    x = image(channels=3, side=6)
    y = blocks.ShortcutA(3, 8, 2)(x)
    assert torch.equal(y[:, :3], x[:, :, ::2, ::2]) and not y[:, 3:].any() and y.shape == (3, 8, 3, 3)
    assert blocks.ShortcutA(3, 8, 2)(image(channels=3, side=7)).shape == (3, 8, 4, 4)  # as a strided convolution's


def test_a_pre_activation_projection_shares_the_first_activation_and_an_identity_does_not():
    x = image()
    projected = EVERY_BLOCK["pre-activation, projected"][0]().double()
    a = projected.activation(x)
    torch.testing.assert_close(projected(x), projected.branch(a) + projected.shortcut(a))
    identity = EVERY_BLOCK["pre-activation"][0]().double()
    torch.testing.assert_close(identity(x), identity.branch(identity.activation(x)) + x)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: blocks.Dropout(1.0), "at least 0 and below 1, got 1.0"),
        (lambda: blocks.StochasticDepth(nn.Identity(), 0.0), "above 0 and at most 1; got 0.0"),
        (lambda: blocks.DropPath(nn.Identity(), 1.5), "above 0 and at most 1; got 1.5"),
        (lambda: blocks.Dropout(-0.1), "at least 0 and below 1, got -0.1"),
        (lambda: blocks.BatchNorm(3)(torch.ones(1, 3)), "at least 2 values per feature.*use a larger batch"),
        (lambda: blocks.ShortcutA(8, 4, 2), "outputs must be at least the 8 inputs, got 4"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (blocks.Dropout(0.5), "Dropout(0.5)"),
        (blocks.BatchNorm(10), "BatchNorm(10, eps=1e-05, momentum=0.1)"),
        (blocks.ShortcutA(16, 32, 2), "ShortcutA(stride=2, extra=16)"),
        (blocks.StochasticDepth(nn.ReLU(), 0.8), "StochasticDepth(\n  survival_probability=0.8\n"),
        (blocks.DropPath(nn.ReLU(), 2 / 3), "DropPath(\n  survival_probability=0.6667\n"),
        (blocks.Highway(3, gate_bias=-2), "Highway(\n  gate_bias=-2\n"),
    ],
)
def test_a_printed_network_says_the_numbers_that_its_blocks_were_made_with(block, text):
    assert repr(block).startswith(text)
