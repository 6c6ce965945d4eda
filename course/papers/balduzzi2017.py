"""Balduzzi et al. 2017, The Shattered Gradients Problem: If resnets are the answer, then what is the question?
(arXiv 1702.08591).
"""

from __future__ import annotations

from statistics import fmean, median

import torch
from torch import Tensor, nn

from course import measure, networks
from course.papers.claim import Claim, Values
from course.papers.digits import accuracy, digits, trained

PAPER = "Balduzzi et al. 2017"
POINTS, DRAWS = 256, 7  # on [-2, 2]; networks drawn for each seed
DEPTHS = (6, 14, 30, 54, 102, 198)
KINDS = {"ReLU": "plain", "CReLU": "crelu", "CReLU + looks-linear": "looks_linear", "residual": "residual",
         "linear": "linear"}  # fmt: skip
LAYERS = (1, 2, 4, 10, 24, 50)
THEORY = (("feedforward", "feedforward", 1.0), ("β = 1", "residual", 1.0), ("β = 1/√L", "residual", None),
          ("β = 0.1", "residual", 0.1))  # fmt: skip
SCANNED = {
    "feedforward, 1 layer": ("feedforward", 1, 1.0),
    "feedforward, 24": ("feedforward", 24, 1.0),
    "feedforward, 50": ("feedforward", 50, 1.0),
    "residual, 50 blocks, β = 1": ("residual", 50, 1.0),
    "residual, 50 blocks, β = 0.1": ("residual", 50, 0.1),
    "no biases, not centred, 50": ("no_biases", 50, 1.0),
}

REPAIRS = (("as published", 1.0, False), ("He's variance", 2.0, False), ("centred", 1.0, True), ("both", 2.0, True))
BLOCKS = (1, 4, 24)
BATCH = {"ReLU": "plain", "ReLU + BN": "plain_bn", "residual + BN": "residual", "highway": "highway",
         "CReLU": "crelu", "CReLU + looks-linear": "looks_linear"}  # fmt: skip
AGREE_AT = (4, 10, 20, 50)


def grid() -> Tensor:
    """The points at which the gradient is looked at, (256,)."""
    return torch.linspace(-2, 2, POINTS)


def brown(rows: int, seed: int) -> Tensor:
    """Brown noise: running sums of independent normal numbers, (rows, 256)."""
    return torch.randn(rows, POINTS, generator=torch.Generator().manual_seed(seed)).cumsum(1)


def flips(series: Tensor) -> float:
    """How often a series changes its sign, the mean over rows (rows, T)."""
    return (series[:, 1:].sign() != series[:, :-1].sign()).sum(1).float().mean().item()


def neighbours(seed: int) -> dict[str, float]:
    """Autocorrelation of the gradient at lag 5, the mean over networks; and of brown noise."""
    found = {}
    for name, (kind, layers, beta) in SCANNED.items():
        drawn = [networks.scan_network(kind, layers, beta, seed=100 * seed + i) for i in range(DRAWS)]
        series = torch.stack([measure.line_gradient(network, grid())[:, 0] for network in drawn])
        found[name] = measure.autocorrelation(series, [5]).item()
    return found | {"brown noise": measure.autocorrelation(brown(2000, seed), [5]).item()}


def shatters(values: Values) -> bool:
    """One layer is like brown noise, 24 and 50 like white, residual networks between."""
    mean = {name: fmean(found) for name, found in values.items()}
    return (
        abs(mean["feedforward, 1 layer"] - mean["brown noise"]) < 0.1
        and max(abs(mean["feedforward, 24"]), abs(mean["feedforward, 50"])) < 0.1
        and 0.1 < mean["residual, 50 blocks, β = 1"] < 0.35
        and 0.4 < mean["residual, 50 blocks, β = 0.1"] < 0.85
    )


def alike(network: nn.Sequential, points: Tensor) -> float:
    """Mean correlation of the gradients at two different inputs, over pairs: points (N, inputs)."""
    gradients = measure.input_gradient(network, points)
    rows = gradients / gradients.norm(dim=1, keepdim=True)
    return float(((rows @ rows.T).sum() - len(rows)) / (len(rows) * (len(rows) - 1)))


def normal_inputs(width: int, seed: int) -> Tensor:
    """128 inputs that have nothing to do with each other, (128, width)."""
    return torch.randn(128, width, generator=torch.Generator().manual_seed(90_000 + seed))


def correlations(seed: int, width: int = 200) -> dict[str, float]:
    """Mean correlation of gradients at two of 128 normal inputs, four networks each."""
    found = {}
    for name, kind, beta in THEORY:
        for layers in LAYERS:
            scale = layers**-0.5 if beta is None else beta
            values = []
            for i in range(4):
                x = normal_inputs(width, 100 * seed + i)
                values.append(alike(networks.scan_network(kind, layers, scale, width, 100 * seed + i, x), x))
            found[f"{name}, {layers}"] = fmean(values)
    return found


def decays_as_expected(values: Values) -> bool:
    """Feedforward networks within 0.05 of 2^-L; residual ones decay far more slowly, the less the smaller β is."""
    near = all(abs(fmean(values[f"feedforward, {n}"]) - 2.0**-n) < 0.05 for n in LAYERS)
    at_50 = {name: fmean(values[f"{name}, 50"]) for name, _, _ in THEORY}
    slowly = at_50["feedforward"] < 0.01 and 0.05 < at_50["β = 1"] < 0.3
    return near and slowly and 0.55 < at_50["β = 1/√L"] < at_50["β = 0.1"]


def public_notebook(seed: int) -> dict[str, float]:
    """Autocorrelation at lag 5 of the gradient of 50 layers as in udlbook's notebook 11.1, and with one or both of its
    settings mended, and the gradient's size, as a root mean square, the notebook's and with He's variance.
    """
    found = {}
    for name, variance, centred in REPAIRS:
        drawn = [networks.udl_network(50, variance, centred, seed=100 * seed + i) for i in range(DRAWS)]
        series = torch.stack([measure.line_gradient(network, grid())[:, 0] for network in drawn])
        found[name] = measure.autocorrelation(series, [5]).item()
        found[f"{name}: size"] = series.square().mean().sqrt().item()
    return found


def centring_alone_shatters(values: Values) -> bool:
    """For each seed the published network is like brown noise, He's variance does not make it white, centring does,
    with either variance; and the gradient vanishes with the published variance alone.
    """
    published, he, centred, both = (values[name] for name, _, _ in REPAIRS)
    sizes = zip(values["as published: size"], values["He's variance: size"], strict=True)
    return (
        min(published) > 0.6
        and min(he) > 0.2
        and max(map(abs, centred + both)) < 0.1
        and all(vanishing < 1e-5 * kept for vanishing, kept in sizes)
    )


def two_explanations(seed: int, width: int = 50) -> dict[str, float]:
    """Mean correlation of gradients at two of 128 normal inputs in residual networks without batch norm, four networks
    each: branches of one and of two layers, units centred and not.
    """
    found = {}
    for kind, centred in (("residual_centred", "centred"), ("residual_not_centred", "not centred")):
        for layers, name in ((1, "one layer"), (2, "two layers")):
            for blocks in BLOCKS:
                values = []
                for i in range(100 * seed, 100 * seed + 4):
                    x = normal_inputs(width, i)
                    network = networks.scan_network(kind, blocks, 1.0, width, i, x, branch_layers=layers)
                    values.append(alike(network, x))
                found[f"{name}, {centred}, {blocks}"] = fmean(values)
    return found


def centring_explains(values: Values) -> bool:
    """Centred, the means lie within 0.04 of (3/4)^L and (2/3)^L; not centred, at 24 blocks every seed far above, and
    two layers below one.
    """
    theory = {"one layer": 3 / 4, "two layers": 2 / 3}
    near = all(abs(fmean(values[f"{name}, centred, {n}"]) - r**n) < 0.04 for name, r in theory.items() for n in BLOCKS)
    one, two = (values[f"{name}, not centred, 24"] for name in theory)
    return near and min(one + two) > 0.015 and fmean(two) < fmean(one)


def agreement(seed: int) -> dict[str, float]:
    """Mean cosine between the gradients that two images of one class have with respect to the first layer's weights,
    before training, 400 digits; for 50 layers with batch norm the mean over all layers as well.
    """
    x, y = digits().subset(400, seed=seed).train[:]
    same = (y[:, None] == y).fill_diagonal_(False)
    found = {}
    for name, kind in BATCH.items():
        for depth in AGREE_AT:
            cosines = measure.gradient_cosines(networks.mlp(kind, depth, seed=seed), x, y)
            found[f"{name}, {depth}"] = cosines[0][same].mean().item()
            if depth == 50 and "BN" in name:
                found[f"{name}, 50, all layers"] = cosines[:, same].mean().item()
    return found


def shattering_reaches_the_batch(values: Values) -> bool:
    """For each seed: highway and looks-linear agree at every depth; without shortcuts nothing is left at 50 layers, and
    with batch norm less; a residual network agrees in its later layers.
    """
    steady = {"highway": 0.15, "CReLU + looks-linear": 0.35}
    return (
        all(min(values[f"{name}, {n}"]) > least for name, least in steady.items() for n in AGREE_AT)
        and all(min(values[f"{name}, 4"]) > 0.07 for name in ("ReLU", "ReLU + BN", "residual + BN"))
        and max(median(values[f"{name}, 50"]) for name in ("ReLU", "CReLU")) < 0.07
        and max(values["ReLU + BN, 50"] + values["residual + BN, 50"]) < 0.02
        and max(values["ReLU + BN, 50, all layers"]) < 0.03
        and min(values["residual + BN, 50, all layers"]) > 0.06
    )


def looks_linear_is_linear(seed: int) -> dict[str, float]:
    """How far 200 looks-linear layers are from f(a) + f(b) = f(a + b), relative to the largest f(a + b), float64."""
    network = networks.mlp("looks_linear", 200, seed=seed).double()
    a, b = torch.randn(2, 16, 64, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    with torch.no_grad():
        whole = network(a + b)
        return {"200 layers": ((network(a) + network(b) - whole).abs().max() / whole.abs().max()).item()}


def accuracy_by_depth(seed: int) -> dict[str, float]:
    """Test accuracy after 15 epochs of the digits, five kinds at six depths, each at its own rate by the rule."""
    return {
        f"{name}, {depth}": accuracy(trained(networks.mlp(kind, depth, seed=seed), seed))
        for name, kind in KINDS.items()
        for depth in DEPTHS
    }


def only_the_sharp_lose_depth(values: Values) -> bool:
    """At 102 and 198 layers looks-linear and residual networks are as good as ever, ReLU and CReLU far below; the
    linear one is the same at every depth.
    """
    deep = {name: min(median(values[f"{name}, {d}"]) for d in (102, 198)) for name in KINDS}
    flat = [median(values[f"linear, {d}"]) for d in DEPTHS]
    return (
        deep["CReLU + looks-linear"] > 0.9
        and deep["residual"] > 0.85
        and max(median(values[f"{name}, 198"]) for name in ("ReLU", "CReLU")) < 0.7
        and max(flat) - min(flat) < 0.05
    )


CLAIMS = (
    Claim(
        "balduzzi2017-series", PAPER,
        "gradients along a line resemble brown noise in a shallow network, white noise in a deep one, and something "
        "between in a residual one", "drawn in fig. 1 and 2, not tabulated", experiment=neighbours,
        measured="autocorrelation at lag 5", holds=shatters,
        inequality="1 layer within 0.1 of brown noise; 24 and 50 within 0.1 of 0; residual 0.1 to 0.35 for β = 1, 0.4 "
        "to 0.85 for β = 0.1", chapters=(7,),
    ),
    Claim(
        "balduzzi2017-correlation", PAPER,
        "the correlation of gradients at two inputs falls as 2^−L in feedforward networks; in residual ones with batch "
        "norm far more slowly, and hardly at all with small β", "drawn, and derived, not tabulated",
        experiment=correlations,
        measured="mean correlation", holds=decays_as_expected,
        inequality="feedforward within 0.05 of 2^−L; at 50 layers below 0.01, residual above 0.05, with β = 1/√L and "
        "0.1 above 0.55", chapters=(7,),
    ),
    Claim(
        "balduzzi2017-public-notebook", PAPER,
        "the gradients of 50 layers as in a public notebook (udlbook 11.1) do not shatter: its units are not centred; "
        "He's weights alone bring them only halfway", "the notebook's author: not reproduced",
        experiment=public_notebook, measured="autocorrelation at lag 5, 256 points; size, root mean square",
        holds=centring_alone_shatters,
        inequality="as published above 0.6, with He's variance above 0.2, centred within 0.1 of 0; as published the "
        "gradient is 10⁵ times as small as with He's variance", chapters=(7,),
    ),
    Claim(
        "balduzzi2017-residual-blocks", PAPER,
        "without batch norm a residual block of one layer leaves 3/4 of the correlation, one of two layers 2/3, if "
        "units are centred; if not, far more is left", "3/4 for one layer, derived",
        experiment=two_explanations, measured="mean correlation", holds=centring_explains,
        inequality="centred within 0.04 of (3/4)^L and (2/3)^L for 1, 4 and 24 blocks; not centred above 0.015 at 24",
        chapters=(7,),
    ),
    Claim(
        "course-gradient-agreement", "this course",
        "the gradients that two images of one class give the first layer have little in common in deep networks with "
        "ReLUs; in highway and looks-linear ones as much as in shallow ones", experiment=agreement,
        measured="mean cosine of two gradients", holds=shattering_reaches_the_batch,
        inequality="4 to 50 layers: highway above 0.15, looks-linear above 0.35; at 50 ReLU and CReLU below 0.07, with "
        "batch norm below 0.02, where over all layers residual is above 0.06 and ReLU below 0.03", chapters=(7,),
    ),
    Claim(
        "balduzzi2017-looks-linear", PAPER, "with looks-linear weights a CReLU network is linear at the start",
        "section 4 derives it",
        experiment=looks_linear_is_linear, measured="largest difference from a linear function, relative",
        holds=lambda v: max(max(found) for found in v.values()) < 1e-12, inequality="below 10⁻¹²", chapters=(7,),
    ),
    Claim(
        "balduzzi2017-figure-6-digits", PAPER,
        "without shortcuts and batch norm, looks-linear networks train at every depth tried, up to 198; deep ReLU and "
        "CReLU networks do not",
        "CIFAR-10, drawn in fig. 6, not tabulated", experiment=accuracy_by_depth, measured="test accuracy",
        holds=only_the_sharp_lose_depth,
        inequality="102 and 198 layers: looks-linear above 0.9, residual above 0.85; ReLU and CReLU at 198 below 0.7; "
        "linear the same within 0.05 at every depth", chapters=(7,),
    ),
)  # fmt: skip
