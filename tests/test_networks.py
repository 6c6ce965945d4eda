"""Whole networks: parameter counts, equality with torchvision, what depth and seed mean."""

import math
import threading

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course import blocks, networks
from course.networks import KINDS, TECHNIQUES, KMaxPool, mlp
from course.networks.build import build


def count(model):
    return sum(p.numel() for p in model.parameters())


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def images(*shape):
    return torch.randn(shape, generator=generator())


@torch.no_grad()
def roughened(net):
    """The network with scales and biases that are not all 1 and 0, so that none is mistaken for another."""
    g = generator(7)
    for p in net.parameters():
        if p.dim() == 1:
            p.uniform_(0.5, 1.5, generator=g)
    return net


BUILDERS = {
    "mnist_resnet": lambda seed: networks.mnist_resnet(4, 2, seed=seed),
    "cifar_resnet": lambda seed: networks.cifar_resnet(8, "B", seed=seed),
    "cifar_resnet, plain": lambda seed: networks.cifar_resnet(8, plain=True, seed=seed),
    "cifar_resnet, stochastic depth": lambda seed: networks.cifar_resnet(8, survival_probability=0.5, seed=seed),
    "preact_resnet": lambda seed: networks.preact_resnet(11, bottleneck=True, seed=seed),
    "imagenet_resnet": lambda seed: networks.imagenet_resnet(18, seed=seed),
    "highway_conv_mnist": lambda seed: networks.highway_conv_mnist(seed=seed),
    "highway_conv_cifar": lambda seed: networks.highway_conv_cifar(seed=seed),
    "vdcnn": lambda seed: networks.vdcnn(9, 4, seed=seed),
    "small_alexnet": lambda seed: networks.small_alexnet(["fc6"], seed=seed),
} | {kind: lambda seed, kind=kind: mlp(kind, 20, seed=seed) for kind in KINDS}
BUILDERS |= {f"without {t}": lambda seed, t=t: networks.five_techniques((t,), 20, seed=seed) for t in TECHNIQUES[:4]}
BUILDERS |= {f"shortcut {s}": lambda seed, s=s: networks.shortcut_mlp(s, 20, seed=seed) for s in networks.SHORTCUTS}


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


def layers_in_order(net, kind):
    return iter([m for m in net.modules() if isinstance(m, kind)])


def normalised(h, norm):
    return F.batch_norm(h, None, None, norm.weight, norm.bias, training=True)


def cifar_by_hand(net, x, shortcut):
    """He et al. 2015 with one block a stage, from the network's weights; shortcut "" is the plain net."""
    convs, norms = layers_in_order(net, nn.Conv2d), layers_in_order(net, nn.BatchNorm2d)
    h = normalised(F.conv2d(x, next(convs).weight, padding=1), next(norms)).relu()
    for stride in (1, 2, 2):
        y = normalised(F.conv2d(h, next(convs).weight, stride=stride, padding=1), next(norms)).relu()
        y = normalised(F.conv2d(y, next(convs).weight, padding=1), next(norms))
        if shortcut == "C" or (shortcut == "B" and stride == 2):
            y = y + normalised(F.conv2d(h, next(convs).weight, stride=stride), next(norms))
        elif shortcut:
            small = h[:, :, ::stride, ::stride]
            y = y + torch.cat([small, torch.zeros_like(y)[:, : y.shape[1] - small.shape[1]]], dim=1)
        h = y.relu()
    return F.linear(h.mean((2, 3)), net[-1].weight, net[-1].bias)


@pytest.mark.parametrize("shortcut", ["A", "B", "C", ""])
def test_a_cifar_resnet_computes_what_the_paper_says_with_each_shortcut_and_without(shortcut):
    net = networks.cifar_resnet(8, shortcut or "A", plain=not shortcut, width=4)
    x = images(3, 3, 12, 12)
    torch.testing.assert_close(roughened(net)(x), cifar_by_hand(net, x, shortcut))


def test_a_plain_cifar_net_has_no_shortcut_at_all():
    kinds = {type(m) for m in networks.cifar_resnet(20, plain=True).modules()}
    assert not kinds & {blocks.Residual, blocks.StochasticDepth, blocks.ShortcutA, nn.Identity}


@pytest.mark.parametrize(("width", "maps"), [(16, [16, 32, 64]), (8, [8, 16, 32])])
def test_cifar_stages_double_the_maps_and_halve_the_image(width, maps):
    h, shapes = images(1, 3, 32, 32), []
    for m in networks.cifar_resnet(20, width=width)[:-3]:
        h = m(h)
        shapes.append(tuple(h.shape[1:]))
    stages = [(channels, side, side) for channels, side in zip(maps, (32, 16, 8), strict=True)]
    assert shapes == [stages[0]] * 3 + [shape for shape in stages for _ in range(3)]


def test_shortcuts_are_the_identity_but_where_the_paper_changes_them():
    def projected(net):
        kinds = (blocks.Residual, blocks.PreActivation)
        return [not isinstance(m.shortcut, nn.Identity) for m in net if isinstance(m, kinds)]

    at_stages = [False] * 3 + [True, False, False] * 2
    assert projected(networks.cifar_resnet(20, "A")) == projected(networks.cifar_resnet(20, "B")) == at_stages
    assert projected(networks.cifar_resnet(20, "C")) == [True] * 9
    assert projected(networks.preact_resnet(20, "B")) == at_stages
    assert projected(networks.preact_resnet(29, bottleneck=True)) == [True, False, False] * 3  # 16 -> 64 maps


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({"depth": 110}, 1_727_962),
        ({"depth": 110, "shortcut": "A"}, 1_727_962),
        ({"depth": 110, "shortcut": "B"}, 1_730_522),
        ({"depth": 164, "bottleneck": True}, 1_703_258),
        ({"depth": 1001, "bottleneck": True}, 10_327_706),
    ],
)
def test_pre_activation_nets_have_the_papers_parameters(arguments, parameters):
    assert count(networks.preact_resnet(**arguments)) == parameters


def preact_by_hand(net, x, shortcut, bottleneck):
    """He et al. 2016 with one unit a stage, from the network's weights; the strides as in the released Torch code."""
    convs, norms = layers_in_order(net, nn.Conv2d), layers_in_order(net, nn.BatchNorm2d)
    h = F.conv2d(x, next(convs).weight, padding=1)
    for stride in (1, 2, 2):
        a = normalised(h, next(norms)).relu()
        y = F.conv2d(a, next(convs).weight, stride=stride, padding=0 if bottleneck else 1)
        y = F.conv2d(normalised(y, next(norms)).relu(), next(convs).weight, padding=1)
        if bottleneck:
            y = F.conv2d(normalised(y, next(norms)).relu(), next(convs).weight)
        if shortcut == "B" and y.shape != h.shape:
            h = y + F.conv2d(a, next(convs).weight, stride=stride)
        else:
            small = h[:, :, ::stride, ::stride]
            h = y + torch.cat([small, torch.zeros_like(y)[:, : y.shape[1] - small.shape[1]]], dim=1)
    return F.linear(normalised(h, next(norms)).relu().mean((2, 3)), net[-1].weight, net[-1].bias)


@pytest.mark.parametrize("bottleneck", [False, True])
@pytest.mark.parametrize("shortcut", ["A", "B"])
def test_a_pre_activation_net_computes_what_the_paper_says(shortcut, bottleneck):
    net = networks.preact_resnet(11 if bottleneck else 8, shortcut, bottleneck, width=4)
    x = images(3, 3, 12, 12)
    torch.testing.assert_close(roughened(net)(x), preact_by_hand(net, x, shortcut, bottleneck))


def test_a_pre_activation_net_ends_in_batch_norm_and_relu_and_nothing_follows_its_sums():
    net = networks.preact_resnet(20)
    kinds = [type(m) for m in net]
    assert kinds[-5:] == [nn.BatchNorm2d, nn.ReLU, nn.AdaptiveAvgPool2d, nn.Flatten, nn.Linear]
    assert (net[1](images(2, 16, 8, 8)) < 0).any()


@pytest.mark.parametrize(
    ("depth", "parameters"),
    [(18, 11_689_512), (34, 21_797_672), (50, 25_557_032), (101, 44_549_160), (152, 60_192_808)],
)
def test_imagenet_resnets_give_torchvisions_outputs_with_the_same_weights(depth, parameters):
    from torchvision import models

    ours = networks.imagenet_resnet(depth)
    assert count(ours) == parameters
    theirs = getattr(models, f"resnet{depth}")()
    values = [v.clone() for v in roughened(theirs).state_dict().values()]
    names = list(ours.state_dict())
    assert [v.shape for v in ours.state_dict().values()] == [v.shape for v in values]
    ours.load_state_dict(dict(zip(names, values, strict=True)))
    x = images(2, 3, 64, 64)
    with torch.no_grad():
        for mode in (True, False):  # what the first leaves in the running statistics, the second uses
            torch.testing.assert_close(ours.train(mode)(x), theirs.train(mode)(x))


def test_s001s_mnist_resnet_has_117802_parameters_on_any_image_size():
    net = networks.mnist_resnet()
    assert count(net) == 117_802
    assert net(images(2, 1, 28, 28)).shape == net(images(2, 1, 8, 8)).shape == (2, 10)
    assert sum(isinstance(m, (nn.Conv2d, nn.Linear)) for m in net.modules()) == 52
    c, n, k = 6, 3, 5
    blocks_have = n * (2 * (c * c * k * k + c) + 4 * c)
    assert count(networks.mnist_resnet(c, n, k)) == c + c + blocks_have + 10 * c + 10


def test_s001s_mnist_resnet_computes_what_the_deck_does():
    net = roughened(networks.mnist_resnet(channels=4, blocks=2, kernel_size=5))
    convs, norms = layers_in_order(net, nn.Conv2d), layers_in_order(net, nn.BatchNorm2d)
    x = images(3, 1, 28, 28)
    first = next(convs)
    h = F.conv2d(x, first.weight, first.bias).relu()
    for _ in range(2):
        one, two = next(convs), next(convs)
        y = normalised(F.conv2d(h, one.weight, one.bias, padding=2), next(norms)).relu()
        h = (normalised(F.conv2d(y, two.weight, two.bias, padding=2), next(norms)) + h).relu()
    h = F.avg_pool2d(h, kernel_size=28).relu().flatten(1)
    torch.testing.assert_close(net(x), F.linear(h, net[-1].weight, net[-1].bias))


def shapes_on_the_way(net, x):
    """(layer, channels, side) after every layer, dropouts with their probability, poolings with their window."""
    told = []
    for m in net:
        x = m(x)
        name = f"dropout {m.drop_probability}" if isinstance(m, blocks.Dropout) else type(m).__name__
        window = f" {m.kernel_size}/{m.stride}" if isinstance(m, nn.MaxPool2d) else ""
        told.append((name + window, *x.shape[1:3]))
    return told


def test_the_mnist_highway_net_is_the_released_one_layer_by_layer():
    told = shapes_on_the_way(networks.highway_conv_mnist(), images(2, 1, 28, 28))
    assert told == [
        ("dropout 0.2", 1, 28), ("Conv2d", 16, 24), ("ReLU", 16, 24), *[("HighwayConv", 16, 24)] * 2,
        ("MaxPool2d 3/2", 16, 12), ("dropout 0.3", 16, 12), *[("HighwayConv", 16, 12)] * 3,
        ("MaxPool2d 3/2", 16, 6), ("dropout 0.4", 16, 6), *[("HighwayConv", 16, 6)] * 3,
        ("MaxPool2d 2/2", 16, 3), ("dropout 0.5", 16, 3), ("Flatten", 144), ("Linear", 10),
    ]  # fmt: skip


def test_the_cifar_highway_net_is_the_released_one_layer_by_layer():
    told = shapes_on_the_way(networks.highway_conv_cifar(), images(2, 3, 32, 32))
    assert told == [
        ("dropout 0.2", 3, 32), ("Conv2d", 32, 32), ("ReLU", 32, 32), *[("HighwayConv", 32, 32)] * 4,
        ("MaxPool2d 2/2", 32, 16),
        ("dropout 0.2", 32, 16), ("Conv2d", 80, 16), ("ReLU", 80, 16), *[("HighwayConv", 80, 16)] * 5,
        ("MaxPool2d 2/2", 80, 8),
        ("dropout 0.2", 80, 8), ("Conv2d", 128, 8), ("ReLU", 128, 8), *[("HighwayConv", 128, 8)] * 5,
        ("Conv2d", 100, 8), ("ReLU", 100, 8), ("AvgPool2d", 100, 1), ("dropout 0.2", 100, 1),
        ("Flatten", 100), ("Linear", 10),
    ]  # fmt: skip


@pytest.mark.parametrize(("make", "bias"), [(networks.highway_conv_mnist, -1.0), (networks.highway_conv_cifar, -2.0)])
def test_convolutional_highway_nets_start_with_the_released_gate_bias_and_glorot_weights(make, bias):
    net = make()
    gates = [m.gate for m in net if isinstance(m, blocks.Highway)]
    assert all(gate.bias.unique().tolist() == [bias] for gate in gates)
    for m in net.modules():
        if isinstance(m, nn.Conv2d | nn.Linear):
            area = math.prod(m.weight.shape[2:])
            bound = math.sqrt(6 / (area * sum(m.weight.shape[:2])))
            assert 0.97 * bound < m.weight.abs().max().item() <= bound
            assert any(m is gate for gate in gates) or not m.bias.any()


def test_convolutional_highway_nets_have_the_released_parameters():
    assert count(networks.highway_conv_mnist(16)) == 38_986
    assert count(networks.highway_conv_mnist(32)) == 151_690
    assert count(networks.highway_conv_cifar()) == 2_256_838
    assert count(networks.highway_conv_cifar(100)) == 2_265_928


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
    text = torch.randint(69, (2, 128), generator=generator())
    pool = next(i for i, m in enumerate(net) if isinstance(m, KMaxPool))
    before = net[:pool](text)
    assert before.shape == (2, 512, 16) and net[: pool + 2](text).shape == (2, 4096)
    assert net(text).shape == (2, 4)
    assert sum(isinstance(m, blocks.Residual) for m in net) == ((depth - 1) // 2 if shortcut else 0)
    assert [type(m) for m in net[-5:]] == [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear]


@pytest.mark.parametrize(
    ("depth", "parameters", "convolutions"),
    [(9, 14_178_068, 1.58), (17, 16_272_788, 3.68), (29, 16_644_884, 4.05), (49, 19_777_172, 7.18)],
)
def test_vdcnn_has_the_parameters_that_it_says(depth, parameters, convolutions):
    net = networks.vdcnn(depth, classes=4)
    assert count(net) == parameters
    assert count(networks.vdcnn(depth, classes=4, shortcut=True)) == parameters + 173_824
    with_norms = sum(count(m) for m in net.modules() if isinstance(m, nn.Conv1d | nn.BatchNorm1d))
    assert round(with_norms / 1e6, 2) == convolutions


def test_a_vdcnn_of_9_layers_is_the_papers_table():
    net = networks.vdcnn(9, classes=4, vocabulary=30)
    convolved = [nn.Conv1d, nn.BatchNorm1d, nn.ReLU] * 2
    assert [type(m) for m in net[3]] == convolved and net[0].weight.shape == (30, 16)
    x, told = torch.randint(30, (2, 1014), generator=generator()), []
    for m in net:
        x = m(x)
        told.append((type(m).__name__, *x.shape[1:]))
    assert told == [
        ("Embedding", 1014, 16), ("Transpose", 16, 1014), ("Conv1d", 64, 1014), ("Sequential", 64, 1014),
        ("MaxPool1d", 64, 507), ("Sequential", 128, 507), ("MaxPool1d", 128, 254), ("Sequential", 256, 254),
        ("MaxPool1d", 256, 127), ("Sequential", 512, 127), ("KMaxPool", 512, 8), ("Flatten", 4096),
        ("Linear", 2048), ("ReLU", 2048), ("Linear", 2048), ("ReLU", 2048), ("Linear", 4),
    ]  # fmt: skip


def test_vdcnns_shortcuts_are_added_before_the_last_relu_of_a_block():
    net = roughened(networks.vdcnn(9, classes=4, shortcut=True))
    for i, x in ((3, images(2, 64, 20)), (5, images(2, 64, 20))):  # 64 -> 64 maps, 64 -> 128 maps
        block = net[i]
        one, norm_one, _, two, norm_two = block.branch
        y = normalised(F.conv1d(x, one.weight, one.bias, padding=1), norm_one).relu()
        y = normalised(F.conv1d(y, two.weight, two.bias, padding=1), norm_two)
        path = x if i == 3 else normalised(F.conv1d(x, block.shortcut[0].weight), block.shortcut[1])
        torch.testing.assert_close(block(x), (y + path).relu())


def test_vdcnn_reads_texts_of_57_characters_and_says_what_to_do_below():
    net = networks.vdcnn(9, classes=4)
    assert net(torch.zeros(2, 57, dtype=torch.int64)).shape == (2, 4)
    with pytest.raises(ValueError, match="at least 8 positions, got 7: use a longer text"):
        net(torch.zeros(2, 56, dtype=torch.int64))


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
    assert net(images(4, 1, 8, 8)).shape == (4, 10)


@pytest.mark.parametrize(
    ("kind", "middle"),
    [
        ("plain", "ReLU Linear ReLU Linear ReLU"),
        ("plain_bn", "BatchNorm1d ReLU Linear BatchNorm1d ReLU Linear BatchNorm1d ReLU"),
        ("highway", "ReLU Highway Highway"),
        ("residual", "ReLU Residual"),
        ("stochastic_depth", "ReLU StochasticDepth"),
        ("crelu", "CReLU Linear CReLU Linear"),
        ("looks_linear", "LooksLinear LooksLinear"),
        ("linear", "Linear Linear"),
        ("rezero", "ReLU ReZero ReZero"),
    ],
)
def test_each_kind_is_made_of_its_own_layers(kind, middle):
    net = mlp(kind, 4)
    assert [type(m).__name__ for m in net] == ["Flatten", "Linear", *middle.split(), "Linear"]
    branches = [[type(m) for m in block.branch] for block in net if hasattr(block, "branch")]
    dense = [type(m) for m in blocks.dense_branch(4)]
    assert all(branch == ([nn.Linear, nn.ReLU] if kind == "rezero" else dense) for branch in branches)


def test_at_depth_2_all_kinds_are_one_network():
    x = images(5, 64)
    nets = [mlp(kind, 2, seed=3) for kind in KINDS]
    control = nn.Sequential(nn.Flatten(), nn.Linear(64, 50), nn.ReLU(), nn.Linear(50, 10))
    control.load_state_dict(nets[0].state_dict())
    for net in nets:
        assert all(torch.equal(a, b) for a, b in zip(net.parameters(), control.parameters(), strict=True))
        assert torch.equal(net(x), control(x))


@pytest.mark.parametrize("name", BUILDERS)
def test_the_seed_alone_makes_the_weights_whatever_the_global_random_numbers_do(name):
    make = BUILDERS[name]
    torch.manual_seed(0)
    before = torch.get_rng_state()
    one = make(1)
    assert torch.equal(before, torch.get_rng_state())
    over = threading.Event()
    other = threading.Thread(target=lambda: [torch.rand(9) for _ in iter(over.is_set, True)])
    other.start()
    try:
        again = make(1)
    finally:
        over.set()
        other.join()
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), again.state_dict().values(), strict=True))
    assert not torch.equal(one[-1].weight, make(2)[-1].weight)


@pytest.mark.parametrize("name", BUILDERS)
def test_every_builder_leaves_a_plain_module_that_trains_with_finite_numbers_alone(name):
    net = BUILDERS[name](0)
    assert isinstance(net, nn.Sequential) and net.training
    assert all(p.requires_grad and not p.is_meta and p.isfinite().all() for p in net.parameters())
    assert all(not b.is_meta and b.isfinite().all() for b in net.buffers())
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert all((m.weight == 1).all() and (m.bias == 0).all() and (m.running_var == 1).all() for m in norms)
    assert not any(m.running_mean.any() or m.num_batches_tracked for m in norms)


@pytest.mark.parametrize("name", [name for name in BUILDERS if "highway_conv" not in name])
def test_weights_are_hes_or_orthogonal_by_kind(name):
    orthogonal = name in ("linear", "looks_linear")
    for m in BUILDERS[name](0).modules():
        if not isinstance(m, nn.Linear | nn.Conv1d | nn.Conv2d):
            continue
        w, fan_in = m.weight, m.weight[0].numel()
        if orthogonal:
            w = w[:, :50] if fan_in == 100 else w  # looks-linear: [V, -V]
            gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
            torch.testing.assert_close(gram, torch.eye(len(gram)), atol=1e-5, rtol=0)
        else:
            deviations = (w.var().item() / (2 / fan_in) - 1) * math.sqrt(w.numel() / 2)
            assert abs(deviations) < 5, f"{m}: {deviations:.1f} standard deviations from He's variance"


def test_building_refuses_a_module_whose_values_nobody_sets():
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(3))

    with pytest.raises(TypeError, match="Scale has values of its own: give it a reset_parameters"):
        build(lambda: nn.Sequential(Scale()), seed=0)
    made = build(lambda: nn.Sequential(blocks.BatchNorm(3)), seed=0)
    assert torch.equal(made[0].weight, torch.ones(3)) and torch.equal(made[0].running_var, torch.ones(3))
    assert not made[0].bias.any() and not made[0].running_mean.any()


@pytest.mark.parametrize("depth", [3, 50, 200])
def test_looks_linear_nets_are_the_product_of_their_matrices_at_any_depth(depth):
    net = mlp("looks_linear", depth).double()
    x = images(7, 64).double()
    product = net[1].weight
    for m in net:
        if isinstance(m, blocks.LooksLinear):
            product = m.layer.weight[:, :50] @ product
    assert (net(x) - x @ (net[-1].weight @ product).T).abs().max() < 1e-12


@pytest.mark.parametrize("depth", [50, 200])
def test_looks_linear_nets_are_their_own_jacobian_also_with_biases(depth):
    net = mlp("looks_linear", depth).double()
    nn.init.normal_(net[1].bias)  # after the first layer a bias would have to go through a CReLU, which is fine too
    nn.init.normal_(net[5].layer.bias)
    x = images(1, 64).double()
    jacobian = torch.func.jacrev(net)(x).squeeze()  # (10, 1, 64)
    zero = net(torch.zeros_like(x))
    assert zero.any() and (net(x) - (x @ jacobian.T + zero)).abs().max() < 1e-12


@pytest.mark.parametrize("gates", [1, 8, 18, 48, 98, 998])
def test_the_gate_bias_keeps_a_share_of_the_input_at_any_depth(gates):
    for kept in (0.4, 0.9):
        carry = 1 - 1 / (1 + math.exp(-networks.gate_bias_for_depth(gates, kept)))
        assert carry**gates == pytest.approx(kept, rel=1e-10)


def test_the_nearest_depth_is_one_that_can_be_built_and_the_smaller_on_a_tie():
    assert [networks.nearest_depth("residual", d) for d in (-3, 0, 2, 3, 20, 21)] == [2, 2, 2, 2, 20, 20]
    assert [networks.nearest_depth("stochastic_depth", d) for d in (1, 51)] == [2, 50]
    for kind in set(KINDS) - {"residual", "stochastic_depth"}:
        assert [networks.nearest_depth(kind, d) for d in (0, 2, 3, 21)] == [2, 2, 3, 21]
    for kind in KINDS:
        mlp(kind, networks.nearest_depth(kind, 7))


def test_kinds_start_as_they_should():
    net = mlp("stochastic_depth", 10, survival_probability=0.2)
    survival = [m.survival_probability for m in net if isinstance(m, blocks.StochasticDepth)]
    assert survival == pytest.approx([0.8, 0.6, 0.4, 0.2])
    rezero = mlp("rezero", 30)
    x = images(3, 64)
    assert torch.equal(rezero(x), rezero[-1](rezero[2](rezero[1](x))))
    gates = [m for m in mlp("highway", 50).modules() if isinstance(m, blocks.Highway)]
    carried = torch.stack([1 - torch.sigmoid(m.gate.bias[0]) for m in gates]).prod().item()
    assert carried == pytest.approx(0.4, rel=1e-4)
    assert mlp("highway", 10, gate_bias=-1.0)[3].gate.bias.unique().tolist() == [-1.0]
    linear = mlp("linear", 20).double()
    assert torch.allclose(linear(2 * x.double()), 2 * linear(x.double()))


def test_a_deepened_network_gives_the_same_outputs_bit_for_bit_and_shares_nothing():
    shallow = mlp("plain", 10)
    x = images(100, 1, 8, 8)
    before, random = shallow(x), torch.get_rng_state()
    deep = networks.deepen_with_identity(shallow, 50)
    assert torch.equal(random, torch.get_rng_state())
    assert (deep(x) - before).abs().max().item() == 0.0
    assert layers_of(deep) == 50 and layers_of(shallow) == 10
    assert len({id(m) for m in deep.modules()}) == len(list(deep.modules()))
    assert count(deep) == count(shallow) + 40 * 2550
    deep(x).square().sum().backward()
    assert all(p.grad.any() for p in deep[-3].parameters())
    with torch.no_grad():
        for p in deep.parameters():
            p.sub_(0.01 * p.grad)
    assert torch.equal(shallow(x), before) and all(p.grad is None for p in shallow.parameters())
    assert len({p.data_ptr() for net in (deep, shallow) for p in net.parameters()}) == 2 * (50 + 10)


def test_a_network_is_deepened_by_layers_between_its_last_relu_and_its_last_layer():
    shallow = mlp("plain", 3, width=7).double()
    deep = networks.deepen_with_identity(shallow, 5)
    plain = [nn.Flatten, nn.Linear, nn.ReLU, nn.Linear, nn.ReLU]
    assert [type(m) for m in deep] == [*plain, nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear]
    for m in (deep[5], deep[7]):
        assert torch.equal(m.weight, torch.eye(7, dtype=torch.float64)) and not m.bias.any()
    same = networks.deepen_with_identity(shallow, 3)
    assert same is not shallow and torch.equal(same(images(4, 64).double()), shallow(images(4, 64).double()))


def test_stochastic_depth_builds_into_the_cifar_family():
    net = networks.cifar_resnet(20, survival_probability=0.5)
    survival = [m.survival_probability for m in net if isinstance(m, blocks.StochasticDepth)]
    assert survival == pytest.approx([1 - l / 18 for l in range(1, 10)])
    assert count(net) == 269_722
    whole = networks.cifar_resnet(20)
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), whole.parameters(), strict=True))
    certain = networks.cifar_resnet(8, "B", survival_probability=1.0)
    x = images(2, 3, 8, 8)
    torch.testing.assert_close(certain(x), networks.cifar_resnet(8, "B")(x))


def test_each_of_the_five_techniques_can_be_taken_away_alone():
    def has(without):
        net = networks.five_techniques(without, 20)
        found = {type(m) for m in net.modules()}
        return {
            "rectifier": nn.ReLU in found and nn.Tanh not in found,
            "dropout": blocks.Dropout in found,
            "batch norm": nn.BatchNorm1d in found,
            "identity": blocks.Residual in found,
            "initialisation": net[1].weight.std().item() > 0.1,
        }

    assert all(has(()).values())
    for technique in TECHNIQUES:
        assert has((technique,)) == {t: t != technique for t in TECHNIQUES}
    net = networks.five_techniques(("initialisation",), 20)
    assert net[1].weight.std().item() == pytest.approx(0.01, rel=0.1)
    assert sum(isinstance(m, nn.Linear) for m in net.modules()) == 20


@pytest.mark.parametrize(
    ("without", "parameters"),
    [((), 124_682), (["fc6"], 58_890), (["fc5"], 58_890), (("conv3", "conv4"), 106_186),
     (["fc6", "conv4", "conv3", "fc5"], 6_090)],
)  # fmt: skip
def test_a_small_alexnet_is_joined_again_where_layers_are_gone(without, parameters):
    net = networks.small_alexnet(without)
    assert count(net) == parameters and net(images(2, 1, 8, 8)).shape == (2, 10)
    assert sum(isinstance(m, nn.Linear | nn.Conv2d) for m in net) == 7 - len(without)


SHORTCUT_BLOCKS = {
    "half": lambda block, x: torch.relu(block.branch(x) + x / 2),
    "dropout": lambda block, x: torch.relu(block.branch(x) + x),  # in eval mode
    "projection": lambda block, x: torch.relu(block.branch(x) + x @ block.shortcut.weight.T),
    "gate_0": lambda block, x: torch.relu(block.branch(x) + (1 - torch.sigmoid(block.shortcut.gate(x))) * x),
    "none": lambda block, x: block(x),
    "preactivation": lambda block, x: block.branch(x) + x,
    "one_layer": lambda block, x: torch.relu(block.branch[0](x)) + x,
}


@pytest.mark.parametrize("shortcut", SHORTCUT_BLOCKS)
def test_a_network_with_another_shortcut_computes_what_its_name_says(shortcut):
    net = roughened(networks.shortcut_mlp(shortcut, 8)).eval()
    x = images(5, 64)
    h = net[:3](x)
    blocks_ = [m for m in net[3:-1] if not isinstance(m, nn.BatchNorm1d | nn.ReLU)]
    assert len(blocks_) == (6 if shortcut == "one_layer" else 3)
    for block in blocks_:
        h = SHORTCUT_BLOCKS[shortcut](block, h)
    torch.testing.assert_close(net[3 + len(blocks_) :](h), net(x))


def test_shortcuts_start_as_they_should():
    same = zip(networks.shortcut_mlp("identity", 20).parameters(), mlp("residual", 20).parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in same)
    gates = {b: networks.shortcut_mlp(f"gate_{b}", 8)[3].shortcut.gate.bias for b in (0, 6)}
    assert (gates[0] == 0).all() and (gates[6] == -6).all()
    assert sum(isinstance(m, nn.Linear) for m in networks.shortcut_mlp("one_layer", 20).modules()) == 20


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
        (lambda: networks.cifar_resnet(2), "the smallest is 8"),
        (lambda: networks.cifar_resnet(20, "D"), "shortcut must be one of A, B, C; got 'D'"),
        (lambda: networks.cifar_resnet(20, "AB"), "shortcut must be one of A, B, C; got 'AB'"),
        (lambda: networks.cifar_resnet(20, None), "shortcut must be one of A, B, C; got None"),
        (lambda: networks.cifar_resnet(20, survival_probability=0.0), "above 0 and at most 1; got 0.0"),
        (lambda: networks.cifar_resnet(20, plain=True, survival_probability=0.5), "plain or survival_probability"),
        (lambda: networks.mnist_resnet(kernel_size=4), r"must be odd \(1, 3, 5, …\).*got 4"),
        (lambda: networks.preact_resnet(29, bottleneck=True, shortcut="C"), "shortcut must be one of A, B; got 'C'"),
        (
            lambda: networks.preact_resnet(111, bottleneck=True),
            r"depth must be 9n \+ 2 \(11, 20, 29, …\), got 111; the nearest are 110 and 119",
        ),
        (lambda: networks.small_alexnet(["fc7"]), "one of conv3, conv4, fc5, fc6; got 'fc7'"),
        (lambda: networks.five_techniques(("bn",)), "takes names of rectifier, dropout, .*got 'bn'"),
        (lambda: networks.five_techniques(depth=3), "even and at least 4 .*; got 3"),
        (lambda: networks.scan_network("plain", 3), "kind must be one of feedforward, .*got 'plain'"),
        (lambda: networks.scan_network("linear", 0), "layers must be at least 1, got 0"),
        (lambda: networks.scan_network("residual", 2, branch_layers=3), "branch_layers must be one of 1, 2; got 3"),
        (lambda: networks.udl_network(0), "layers must be at least 1, got 0"),
        (lambda: networks.shortcut_mlp("gate", 20), "shortcut must be one of identity, half, .*got 'gate'"),
        (lambda: networks.shortcut_mlp("half", 21), "even and at least 4 .*; got 21"),
        (lambda: networks.imagenet_resnet(20), "depth must be one of 18, 34, 50, 101, 152; got 20"),
        (lambda: networks.vdcnn(10, 4), "one of 9, 17, 29, 49; got 10"),
        (lambda: mlp("stochastic_depth", 10, survival_probability=1.5), "above 0 and at most 1; got"),
        (lambda: networks.deepen_with_identity(mlp("plain", 10), 9), "has 10 linear layers already, got depth 9"),
        (lambda: networks.deepen_with_identity(mlp("linear", 10), 50), "needs .* mlp.*; got one of Flatten, Linear"),
        (lambda: networks.deepen_with_identity(mlp("rezero", 10), 50), "got one of Flatten, Linear, ReLU, ReZero"),
        (lambda: networks.deepen_with_identity(nn.Sequential(nn.Linear(4, 4)), 50), "got one of Linear"),
        (lambda: networks.deepen_with_identity(nn.Linear(4, 4), 50), "got one of Linear"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()
