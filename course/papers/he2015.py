"""He, Zhang, Ren, Sun 2015, Deep Residual Learning for Image Recognition (arXiv 1512.03385)."""

from __future__ import annotations

from statistics import mean

import torch
from torch import nn

from course import measure, networks
from course.papers.claim import Claim, Values, above
from course.papers.digits import digits
from course.recipes import OneCycle, Recipe, Steps
from course.sweeps import Job
from course.training import fit

PAPER = "He et al. 2015"
SMALL = Recipe(epochs=50)


def on_digits(depth: int, plain: bool) -> Job:
    """His CIFAR family with 8, 16 and 32 maps on the 8x8 digits, batch norm everywhere, by the rule."""
    return Job({"depth": depth, "plain": plain, "width": 8, "inputs": 1}, SMALL, builder="cifar_resnet")


def on_cifar(epochs: int = 164, **network: float) -> Job:
    """The paper's own: 164 epochs of 128 images, rate 0.1 divided by 10 at one half and three quarters."""
    recipe = Recipe(
        epochs=epochs, batch_size=128, learning_rate=0.1, weight_decay=1e-4, schedule=Steps(), augment=("crop", "flip")
    )
    return Job(network, recipe, {"name_or_folder": "cifar10"}, False, "cifar_resnet")


SHORT = Recipe(epochs=6, batch_size=128, weight_decay=1e-4, augment=("crop", "flip"), evaluate_every=2)
LONGER = SHORT.replace(epochs=20, learning_rate=0.1, schedule=OneCycle(), evaluate_every=5)
TRIED = (0.2, 0.05, 0.0125, 0.003125)  # rates
RATES = {"plain 20": 0.05, "residual 20": 0.0125, "plain 56": 0.003125, "residual 56": 0.0125}  # he2015-rates-cifar10


def trial(net: str, rate: float) -> Job:
    """Two epochs of a tenth of CIFAR-10 at this rate, in the recipe of `short_run`."""
    data = {"name_or_folder": "cifar10", "subset": 5000}
    return Job(_network(net), SHORT.replace(epochs=2, learning_rate=rate), data, False, "cifar_resnet")


def short_run(net: str) -> Job:
    """Six epochs of CIFAR-10 at full width, at the best of four rates by `trial`, which does not fall."""
    recipe = SHORT.replace(learning_rate=RATES[net])
    return Job(_network(net), recipe, {"name_or_folder": "cifar10"}, False, "cifar_resnet")


def _network(net: str) -> dict[str, int | bool]:
    name, depth = net.split()
    return {"depth": int(depth), "plain": name == "plain"}


def best_rates(values: Values) -> bool:
    """Whether `RATES` has the best rate of each network, by the mean over the seeds."""
    lowest = {net: min(TRIED, key=lambda rate: mean(values[f"{net} at {rate:g}"])) for net in RATES}
    return lowest == RATES


def degrades_with_depth(values: Values) -> bool:
    """For each seed: plain 56 ends above plain 20, residual 56 below plain 56."""
    seeds = zip(values["plain 20"], values["plain 56"], values["residual 56"], strict=True)
    return all(shallow < deep and residual < deep for shallow, deep, residual in seeds)


COPY = "recorded on a copy of CIFAR-10 whose pictures were stored as JPEG"
PUBLISHED = {20: 0.27, 32: 0.46, 44: 0.66, 56: 0.85, 110: 1.7, 1202: 19.4}  # millions of parameters, table 6
GPUS = "needs ImageNet and days on several GPUs"


def responses(seed: int) -> dict[str, float]:
    """Standard deviation of what comes out of batch norm over the training images, mean over units and layers, fully
    connected. 164 epochs as in the paper; rate x decay x steps is 0.54 here, 0.64 there, scales and shifts included.
    """
    recipe = Recipe(epochs=164, learning_rate=0.05, weight_decay=3e-3, decay_all=True, schedule=Steps(), seed=seed)
    found = {}
    for name, kind, depth in (
        ("plain 20", "plain_bn", 20),
        ("residual 20", "residual", 20),
        ("residual 50", "residual", 50),
    ):
        network = networks.mlp(kind, depth, seed=seed)
        fit(network, digits(), recipe, progress=False)
        std = measure.activation_statistics(network, digits().train.x, of=nn.BatchNorm1d).std
        found[name] = std.mean().item()
    return found


def smaller_and_smaller(values: Values) -> bool:
    """For each seed: plain 20 above twice residual 20, and that above 1.2 times residual 50."""
    seeds = zip(values["plain 20"], values["residual 20"], values["residual 50"], strict=True)
    return all(plain > 2 * short and short > 1.2 * deep for plain, short, deep in seeds)


def parameters(seed: int) -> dict[str, float]:
    """Millions of parameters of the CIFAR family, shortcut A."""
    return {f"ResNet-{d}": measure.count_parameters(networks.cifar_resnet(d, seed=seed)) / 1e6 for d in PUBLISHED}


def torchvision_difference(seed: int) -> dict[str, float]:
    """Largest difference between our ResNet's outputs and torchvision's with the same weights, relative to the largest
    output. Raises ModuleNotFoundError without torchvision.
    """
    from torchvision import models

    found = {}
    for depth in (18, 50):
        ours = networks.imagenet_resnet(depth, seed=seed).eval()
        theirs = models.resnet.__dict__[f"resnet{depth}"](weights=None).eval()
        theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
        x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            a, b = ours(x), theirs(x)
        found[f"ResNet-{depth}"] = ((a - b).abs().max() / b.abs().max()).item()
    return found


CLAIMS = (
    Claim(
        "he2015-figure-1-digits",
        PAPER,
        "plain networks with batch norm: 56 layers train to a far higher training loss than 20",
        "drawn in fig. 1 and 6, not tabulated",
        {f"{name} {depth}": on_digits(depth, name == "plain") for name in ("plain", "residual") for depth in (20, 56)},
        holds=above(0.3, "plain 56", 0.2, "plain 20"),
        inequality="plain 56 above 0.3, plain 20 below 0.2, three deviations apart",
        kinds={f"{name} {d}": k for name, k in (("plain", "plain_bn"), ("residual", "residual")) for d in (20, 56)},
        chapters=(3, 5),
    ),
    Claim(
        "he2015-figure-1-cifar10",
        PAPER,
        "CIFAR-10, six epochs: plain networks of 56 layers train worse than those of 20, residual ones do not",
        f"drawn in fig. 1 and 6, not tabulated; {COPY}",
        {net: short_run(net) for net in RATES},
        holds=degrades_with_depth,
        inequality="for each seed plain 56 above plain 20 and above residual 56",
        kinds={net: "plain_bn" if net.startswith("plain") else "residual" for net in RATES},
        chapters=(3, 5),
        fewest_seeds=1,
    ),
    Claim(
        "he2015-rates-cifar10",
        PAPER,
        "CIFAR-10, two epochs of a tenth of the images: the best of four rates",
        COPY,
        {f"{net} at {rate:g}": trial(net, rate) for net in RATES for rate in TRIED},
        holds=best_rates,
        inequality="the rates of he2015-figure-1-cifar10 have the lowest training loss",
        fewest_seeds=1,
    ),
    Claim(
        "he2015-resnet-20-cifar10",
        PAPER,
        "CIFAR-10, 20 epochs with a rate that rises and falls once: ResNet-20 names over 80 % of the test pictures",
        f"91.25 % after 164 epochs (table 6); {COPY}",
        {"residual 20": Job({"depth": 20}, LONGER, {"name_or_folder": "cifar10"}, False, "cifar_resnet")},
        "test_accuracy",
        measured="test accuracy, fraction",
        holds=lambda values: min(values["residual 20"]) > 0.8,
        inequality="above 0.8",
        kinds={"residual 20": "residual"},
        chapters=(5,),
        fewest_seeds=1,
        keeps_weights=True,
    ),
    Claim(
        "he2015-cifar10",
        PAPER,
        "CIFAR-10: the training error of plain-56 is above that of plain-20",
        "drawn in fig. 1 and 6, not tabulated",
        {f"plain {depth}": on_cifar(depth=depth, plain=True) for depth in (20, 56)},
        holds=above(0.1, "plain 56", 1.0, "plain 20"),
        inequality="plain 56 above plain 20, three deviations apart",
        cannot="needs CIFAR-10 and a GPU for some hours",
        chapters=(3,),
    ),
    Claim(
        "he2015-imagenet",
        PAPER,
        "ImageNet, top-1 error: plain-34 is worse than plain-18, ResNet-34 better than ResNet-18",
        "plain 27.94 and 28.54 %, residual 27.88 and 25.03 % (table 2)",
        cannot="needs ImageNet and days on several GPUs",
        chapters=(3, 5),
    ),
    Claim(
        "he2015-parameters", PAPER, "the CIFAR family of 6n + 2 layers has few parameters, and the shortcuts add none",
        "; ".join(f"{d} layers {m:g} M" for d, m in PUBLISHED.items()) + " (table 6)", experiment=parameters,
        measured="millions of parameters",
        holds=lambda v: all(abs(max(v[f"ResNet-{d}"]) - m) < 0.02 * m for d, m in PUBLISHED.items()),
        inequality="within 2 % of the published, rounded figures", chapters=(5,),
    ),
    Claim(
        "he2015-torchvision", PAPER, "the ImageNet family gives the outputs of torchvision's networks", "",
        experiment=torchvision_difference, measured="largest difference relative to the largest output",
        holds=lambda v: max(max(found) for found in v.values()) < 1e-4, inequality="below 10⁻⁴", chapters=(5,),
    ),
    Claim(
        "he2015-responses-digits", PAPER,
        "layers of residual networks have smaller responses than those of plain ones, deeper ones smaller still",
        "drawn in fig. 7, not tabulated", experiment=responses, measured="standard deviation after batch norm",
        holds=smaller_and_smaller, chapters=(5,),
        inequality="for each seed plain 20 above twice residual 20, and this above 1.2 times residual 50",
    ),
    Claim("he2015-cifar10-residual", PAPER, "CIFAR-10: residual networks gain up to 110 layers, not at 1,202",
          "error 8.75 (20), 7.51 (32), 7.17 (44), 6.97 (56), 6.43 (110), 7.93 % (1,202) (table 6)",
          {f"residual {depth}": on_cifar(depth=depth, plain=False) for depth in (20, 32, 44, 56, 110)}, "test_accuracy",
          measured="test accuracy, fraction", holds=lambda v: min(v["residual 110"]) > max(v["residual 20"]),
          inequality="110 layers above 20 for every seed",
          cannot="needs CIFAR-10 and a GPU for hours to days", chapters=(5,)),
    Claim("he2015-shortcuts", PAPER, "ImageNet, 34 layers, top-1/top-5 error: shortcuts A, B and C differ little",
          "plain 28.54/10.02, A 25.03/7.76, B 24.52/7.46, C 24.19/7.40 % (table 3)", cannot=GPUS, chapters=(5,)),
    Claim("he2015-imagenet-single", PAPER, "ImageNet, one model at several scales: error falls to 152 layers",
          "top-1/top-5: 34 B 21.84/5.71, 50 20.74/5.25, 101 19.87/4.60, 152 19.38/4.49 % (table 4)", cannot=GPUS,
          chapters=(5,)),
    Claim("he2015-imagenet-ensemble", PAPER, "an ensemble of six wins ILSVRC 2015", "top-5 error 3.57 % (table 5)",
          cannot=GPUS, chapters=(5,)),
)  # fmt: skip
