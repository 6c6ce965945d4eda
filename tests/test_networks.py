"""Whole networks: parameter counts, equality with torchvision, what depth and seed mean."""

import threading

import pytest
import torch
from torch import nn

from course import blocks, networks
from course.networks import KINDS, KMaxPool, mlp


def count(model):
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(
    ("depth", "parameters"),
    [(8, 75_290), (20, 269_722), (32, 464_154), (44, 658_586), (56, 853_018), (110, 1_727_962), (1202, 19_421_274)],
)
def test_cifar_resnets_and_their_plain_twins_have_the_papers_parameters(depth, parameters):
    assert count(networks.cifar_resnet(depth)) == parameters
    if depth < 200:
        assert count(networks.cifar_resnet(depth, plain=True)) == parameters
    assert (depth - 20) // 6 * 97_216 + 269_722 == parameters


@pytest.mark.parametrize(
    ("depth", "b", "hundred"), [(20, 272_474, 275_572), (56, 855_770, 858_868), (110, 1_730_714, 1_733_812)]
)
def test_projections_and_a_head_for_100_classes_add_what_they_should(depth, b, hundred):
    assert count(networks.cifar_resnet(depth, "B")) == b
    assert count(networks.cifar_resnet(depth, classes=100)) == hundred


def test_option_c_projects_in_every_block():
    net = networks.cifar_resnet(20, "C")
    assert all(isinstance(m.shortcut, nn.Sequential) for m in net if isinstance(m, blocks.Residual))
    assert net(torch.randn(2, 3, 32, 32)).shape == (2, 10)


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [((110, "A"), 1_727_962), ((110, "B"), 1_730_522), ((164, "B", True), 1_703_258), ((1001, "B", True), 10_327_706)],
)
def test_pre_activation_nets_have_the_papers_parameters(arguments, parameters):
    assert count(networks.preact_resnet(*arguments)) == parameters


def test_a_pre_activation_net_ends_in_batch_norm_and_relu_and_nothing_follows_its_sums():
    net = networks.preact_resnet(20)
    kinds = [type(m) for m in net]
    assert kinds[-5:] == [nn.BatchNorm2d, nn.ReLU, nn.AdaptiveAvgPool2d, nn.Flatten, nn.Linear]
    assert (net[1](torch.randn(2, 16, 8, 8)) < 0).any()


@pytest.mark.parametrize(
    ("depth", "parameters"),
    [(18, 11_689_512), (34, 21_797_672), (50, 25_557_032), (101, 44_549_160), (152, 60_192_808)],
)
def test_imagenet_resnets_give_torchvisions_outputs_with_the_same_weights(depth, parameters):
    from torchvision import models

    ours = networks.imagenet_resnet(depth)
    assert count(ours) == parameters
    theirs = getattr(models, f"resnet{depth}")()
    values = [v.clone() for v in theirs.state_dict().values()]
    names = list(ours.state_dict())
    assert [v.shape for v in ours.state_dict().values()] == [v.shape for v in values]
    ours.load_state_dict(dict(zip(names, values, strict=True)))
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    for mode in (True, False):
        torch.testing.assert_close(ours.train(mode)(x), theirs.train(mode)(x))


def test_s001s_mnist_resnet_has_117802_parameters_on_any_image_size():
    net = networks.mnist_resnet()
    assert count(net) == 117_802
    assert net(torch.randn(2, 1, 28, 28)).shape == net(torch.randn(2, 1, 8, 8)).shape == (2, 10)
    assert sum(isinstance(m, (nn.Conv2d, nn.Linear)) for m in net.modules()) == 52


def test_convolutional_highway_nets_have_the_released_parameters():
    assert count(networks.highway_conv_mnist(16)) == 38_986
    assert count(networks.highway_conv_mnist(32)) == 151_690
    assert count(networks.highway_conv_cifar()) == 2_256_838
    assert count(networks.highway_conv_cifar(100)) == 2_265_928
    biases = {
        m.gate_bias: m.gate.bias.unique().tolist()
        for m in networks.highway_conv_cifar().modules()
        if isinstance(m, blocks.Highway)
    }
    assert biases == {-2: [-2.0]}
    assert networks.highway_conv_mnist()(torch.randn(2, 1, 28, 28)).shape == (2, 10)
    assert networks.highway_conv_cifar()(torch.randn(2, 3, 32, 32)).shape == (2, 10)


@pytest.mark.parametrize(
    ("layers", "highway", "plain"),
    [(10, 85_660, 102_463), (20, 136_660, 153_583), (50, 289_660, 306_943), (100, 544_660, 562_543)],
)
def test_dense_highway_and_plain_nets_have_the_parameters_of_the_study(layers, highway, plain):
    assert count(mlp("highway", layers + 1, width=50, inputs=784)) == highway
    assert count(mlp("plain", layers + 1, width=71, inputs=784)) == plain


@pytest.mark.parametrize("depth", [9, 17, 29, 49])
@pytest.mark.parametrize("shortcut", [False, True])
def test_vdcnn_has_as_many_convolutions_as_it_says_and_halves_the_text_three_times(depth, shortcut):
    net = networks.vdcnn(depth, classes=4, shortcut=shortcut)
    assert sum(isinstance(m, nn.Conv1d) and m.kernel_size == (3,) for m in net.modules()) == depth
    text = torch.randint(69, (2, 128), generator=torch.Generator().manual_seed(0))
    pool = next(i for i, m in enumerate(net) if isinstance(m, KMaxPool))
    before = net[:pool](text)
    assert before.shape == (2, 512, 16) and net[: pool + 2](text).shape == (2, 4096)
    assert net(text).shape == (2, 4)


def test_k_max_pooling_keeps_the_order_of_occurrence():
    x = torch.tensor([[[1.0, 9.0, 3.0, 7.0, 8.0]]])
    assert KMaxPool(3)(x).tolist() == [[[9, 7, 8]]]
    with pytest.raises(ValueError, match="use a longer text"):
        KMaxPool(6)(x)


def layers_of(net):
    return sum(isinstance(m, nn.Linear) for m in net.modules())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [2, 4, 10, 50])
def test_depth_counts_the_linear_layers_on_the_way(kind, depth):
    net = mlp(kind, depth)
    on_the_way = layers_of(net) - sum(isinstance(m, blocks.Highway) for m in net.modules())  # a gate stands beside
    assert on_the_way == depth
    assert net(torch.randn(4, 1, 8, 8)).shape == (4, 10)


def test_at_depth_2_all_kinds_are_one_network():
    x = torch.randn(5, 64)
    outputs = [mlp(kind, 2, seed=3)(x) for kind in KINDS]
    assert all(torch.equal(outputs[0], y) for y in outputs)


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_alone_makes_the_weights_whatever_the_global_random_numbers_do(kind):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    one = mlp(kind, 20, seed=1)
    assert torch.equal(before, torch.get_rng_state())
    over = threading.Event()
    other = threading.Thread(target=lambda: [torch.rand(9) for _ in iter(over.is_set, True)])
    other.start()
    try:
        again = mlp(kind, 20, seed=1)
    finally:
        over.set()
        other.join()
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), again.state_dict().values(), strict=True))
    assert not torch.equal(one[-1].weight, mlp(kind, 20, seed=2)[-1].weight)


@pytest.mark.parametrize("depth", [3, 50, 200])
def test_looks_linear_nets_are_the_product_of_their_matrices_at_any_depth(depth):
    net = mlp("looks_linear", depth).double()
    x = torch.randn(7, 64, dtype=torch.float64)
    product = net[1].weight
    for m in net:
        if isinstance(m, blocks.LooksLinear):
            product = m.layer.weight[:, :50] @ product
    assert (net(x) - x @ (net[-1].weight @ product).T).abs().max() < 1e-12


def test_kinds_start_as_they_should():
    net = mlp("stochastic_depth", 10, survival_probability=0.2)
    survival = [m.survival_probability for m in net if isinstance(m, blocks.StochasticDepth)]
    assert survival == pytest.approx([0.8, 0.6, 0.4, 0.2])
    rezero = mlp("rezero", 30)
    x = torch.randn(3, 64)
    assert torch.equal(rezero(x), rezero[-1](rezero[2](rezero[1](x))))
    gates = [m for m in mlp("highway", 50).modules() if isinstance(m, blocks.Highway)]
    carried = torch.stack([1 - torch.sigmoid(m.gate.bias[0]) for m in gates]).prod().item()
    assert carried == pytest.approx(0.4, rel=1e-4)
    assert mlp("highway", 10, gate_bias=-1.0)[3].gate.bias.unique().tolist() == [-1.0]
    linear = mlp("linear", 20).double()
    assert torch.allclose(linear(2 * x.double()), 2 * linear(x.double()))


def test_a_deepened_network_gives_the_same_outputs_bit_for_bit_and_shares_nothing():
    shallow = mlp("plain", 10)
    x = torch.randn(100, 1, 8, 8)
    before = shallow(x)
    deep = networks.deepen_with_identity(shallow, 50)
    assert (deep(x) - before).abs().max().item() == 0.0
    assert layers_of(deep) == 50 and layers_of(shallow) == 10
    assert len({id(m) for m in deep.modules()}) == len(list(deep.modules()))
    assert count(deep) == count(shallow) + 40 * 2550
    with torch.no_grad():
        for p in deep.parameters():
            p.add_(1.0)
    assert torch.equal(shallow(x), before)
    with pytest.raises(ValueError, match="has 10 linear layers already, got depth 9"):
        networks.deepen_with_identity(shallow, 9)
    with pytest.raises(ValueError, match="ends in ReLU, Linear"):
        networks.deepen_with_identity(mlp("linear", 10), 50)


def test_stochastic_depth_builds_into_the_cifar_family():
    net = networks.cifar_resnet(20, survival_probability=0.5)
    survival = [m.survival_probability for m in net if isinstance(m, blocks.StochasticDepth)]
    assert survival == blocks.survival_probabilities(9, 0.5)
    assert count(net) == 269_722


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mlp("vanilla", 10), "kind must be one of plain, plain_bn.*got 'vanilla'"),
        (lambda: mlp("plain", 1), "at least 2; got 1"),
        (lambda: mlp("residual", 21), "depth must be even; got 21, the nearest are 20 and 22"),
        (
            lambda: networks.cifar_resnet(21),
            r"depth must be 6n \+ 2 \(8, 14, 20, …\), got 21; the nearest are 20 and 26",
        ),
        (lambda: networks.cifar_resnet(5), "the smallest is 8"),
        (lambda: networks.cifar_resnet(20, "D"), "shortcut must be one of A, B, C; got 'D'"),
        (lambda: networks.preact_resnet(20, bottleneck=True, shortcut="C"), "shortcut must be one of A, B"),
        (lambda: networks.preact_resnet(111, bottleneck=True), r"depth must be 9n \+ 2"),
        (lambda: networks.imagenet_resnet(20), "depth must be one of 18, 34, 50, 101, 152; got 20"),
        (lambda: networks.vdcnn(10, 4), "one of 9, 17, 29, 49; got 10"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()
