"""Initial weights: variances over three seeds, isometries, and the generator that they alone depend on."""

import math

import pytest
import torch

from course import initializers as init

SEEDS = (0, 1, 2)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shape", [(400, 300), (64, 32, 3, 5)])
@pytest.mark.parametrize("seed", SEEDS)
def test_variances_are_those_of_the_formulas_within_3_percent(shape, seed):
    area = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * area, shape[0] * area
    assert init.fans(torch.empty(shape)) == (fan_in, fan_out)
    he = init.he_normal_(torch.empty(shape), generator(seed))
    glorot = init.glorot_normal_(torch.empty(shape), generator(seed))
    uniform = init.glorot_uniform_(torch.empty(shape), generator(seed))
    assert he.var().item() == pytest.approx(2 / fan_in, rel=0.03)  # 30,720 numbers or more: 3.7 standard deviations
    assert glorot.var().item() == pytest.approx(2 / (fan_in + fan_out), rel=0.03)
    assert uniform.var().item() == pytest.approx(2 / (fan_in + fan_out), rel=0.03)
    bound = math.sqrt(6 / (fan_in + fan_out))
    assert 0.99 * bound < uniform.abs().max().item() <= bound


@pytest.mark.parametrize("seed", SEEDS)
def test_he_keeps_the_second_moment_through_a_relu_layer_and_glorot_halves_it(seed):
    x = torch.randn(2000, 500, generator=generator(seed)).relu()
    he = x @ init.he_normal_(torch.empty(500, 500), generator(seed + 10)).T
    glorot = x @ init.glorot_normal_(torch.empty(500, 500), generator(seed + 10)).T
    moment = x.square().mean().item()
    assert he.relu().square().mean().item() == pytest.approx(moment, rel=0.05)
    assert glorot.relu().square().mean().item() == pytest.approx(moment / 2, rel=0.05)


@pytest.mark.parametrize("shape", [(30, 30), (20, 30), (30, 20)])
def test_orthogonal_rows_or_columns_are_orthonormal(shape):
    w = init.orthogonal_(torch.empty(shape, dtype=torch.float64), generator())
    gram = w @ w.T if shape[0] <= shape[1] else w.T @ w
    torch.testing.assert_close(gram, torch.eye(min(shape), dtype=torch.float64))


def test_a_delta_orthogonal_convolution_keeps_every_norm():
    w = init.delta_orthogonal_(torch.empty(8, 8, 3, 3, dtype=torch.float64), generator())
    x = torch.randn(2, 8, 7, 7, dtype=torch.float64, generator=generator())
    torch.testing.assert_close(torch.conv2d(x, w, padding=1).norm(), x.norm())
    off_centre = w.clone()
    off_centre[:, :, 1, 1] = 0
    assert not off_centre.any()
    wider = init.delta_orthogonal_(torch.empty(12, 8, 5, 3, dtype=torch.float64), generator())
    torch.testing.assert_close(torch.conv2d(x, wider, padding=(2, 1)).norm(), x.norm())


@pytest.mark.parametrize("shape", [(6, 12), (6, 12, 3, 3)])
def test_looks_linear_weights_are_a_matrix_and_its_negative(shape):
    w = init.looks_linear_(torch.empty(shape), generator())
    assert torch.equal(w[:, :6], -w[:, 6:])
    centre = w[:, :6] if w.dim() == 2 else w[:, :6, 1, 1]
    torch.testing.assert_close(centre @ centre.T, torch.eye(6))
    assert w[:, :6].count_nonzero() == centre.count_nonzero(), "nothing stands beside the kernel's centre"


@pytest.mark.parametrize("layers", [2, 3])
def test_fixup_scales_he_weights_by_the_number_of_branches_and_zeroes_the_last(layers):
    count = 16
    branches = [[torch.ones(300, 300) for _ in range(layers)] for _ in range(count)]
    classifier = torch.ones(10, 300)
    init.fixup_(branches, classifier, generator())
    expected = math.sqrt(2 / 300) * count ** (-1 / (2 * layers - 2))
    assert all(w.std().item() == pytest.approx(expected, rel=0.02) for b in branches for w in b[:-1])
    assert not classifier.any() and not any(b[-1].any() for b in branches)


@pytest.mark.parametrize(
    "name", ["he_normal_", "glorot_normal_", "glorot_uniform_", "orthogonal_", "delta_orthogonal_", "looks_linear_"]
)
def test_weights_depend_on_the_generator_alone_and_are_set_in_place(name):
    initialise = getattr(init, name)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    w = torch.empty(4, 8)
    assert initialise(w, generator(1)) is w
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(w, initialise(torch.empty(4, 8), generator(1)))
    assert not torch.equal(w, initialise(torch.empty(4, 8), generator(2)))
    assert not torch.nn.Parameter(w).grad_fn


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: init.he_normal_(torch.empty(3)), "at least 2 dimensions"),
        (lambda: init.delta_orthogonal_(torch.empty(3, 3, 2, 2)), "odd sides"),
        (lambda: init.looks_linear_(torch.empty(4, 5)), "even number of inputs, got 5"),
        (lambda: init.fixup_([[torch.empty(2, 2)]], torch.empty(2, 2)), "at least 2 layers in each branch, got 1"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()
