"""What the course itself claims, on the embedded digits: 15 epochs, width 50, each network at the rule's rate."""

import math
from statistics import mean, median

import torch
from torch import nn

from course import measure, networks
from course.papers import identity_block
from course.papers.claim import Claim, Values, above
from course.papers.digits import by_rule, digits, losses, mlp_job, trained

PAPER = "this course"


def depth_100(seed: int) -> dict[str, float]:
    """Training losses of plain networks of 50 and of 100 layers, by the rule."""
    return losses({f"plain {depth}": networks.mlp("plain", depth, seed=seed) for depth in (50, 100)}, seed)


def identity_construction(seed: int) -> dict[str, float]:
    """Training losses: 10 layers by the rule, the same deepened to 50 and trained on, 50 from scratch."""
    shallow = by_rule(networks.mlp("plain", 10, seed=seed), seed)
    assert isinstance(shallow.model, nn.Sequential)
    starts = {
        "50, deepened and trained on": networks.deepen_with_identity(shallow.model, 50),
        "50, from scratch": networks.mlp("plain", 50, seed=seed),
    }
    return {"10 layers": shallow.loss} | losses(starts, seed)


def deepened_difference(seed: int) -> dict[str, float]:
    """Largest difference on the test images between the outputs of a network and those of its deepened copy."""
    x = digits().test.x
    shallow = networks.mlp("plain", 10, seed=seed)
    deep = networks.deepen_with_identity(shallow, 50)
    return {"50 layers against 10": (shallow(x) - deep(x)).abs().max().item()}


def doing_nothing(seed: int) -> dict[str, float]:
    """Mean squared error of a block, mean of steps 91 to 100: at the lab's rate, and at each kind's best of four."""
    return {
        f"{name}, {said}": identity_block.end(name == "residual", 100, seed, rates)
        for said, rates in (("rate 0.3", (0.3,)), ("best of four rates", identity_block.RATES))
        for name in ("plain", "residual")
    }


def stacks_do_nothing(seed: int) -> dict[str, float]:
    """The same of eight blocks, one after another; of plain ones also with weights that keep the size of a signal."""
    cases = {
        "plain, rate 0.3": (False, False, (0.3,)),
        "residual, rate 0.3": (True, False, (0.3,)),
        "plain, best of four rates": (False, False, identity_block.RATES),
        "plain, weights that keep the size, best of four rates": (False, True, identity_block.RATES),
        "residual, best of four rates": (True, False, identity_block.RATES),
    }
    return {
        name: identity_block.end(residual, 100, seed, rates, blocks=8, keeping=keeping)
        for name, (residual, keeping, rates) in cases.items()
    }


def stacked_residuals_do_nothing(values: Values) -> bool:
    """Plain stacks' errors are above 0.9, with weights that keep the size above 0.4, residual ones' below 0.02."""
    residual = [v for name in values if name.startswith("residual") for v in values[name]]
    default = [*values["plain, rate 0.3"], *values["plain, best of four rates"]]
    keeping = values["plain, weights that keep the size, best of four rates"]
    return min(default) > 0.9 and min(keeping) > 0.4 and max(residual) < 0.02


def residual_does_nothing(values: Values) -> bool:
    """At the same rate and at the best, the plain block's error is above 0.03, the residual block's below 0.005."""
    plain, residual = (
        [v for name in values if name.startswith(kind) for v in values[name]] for kind in ("plain", "residual")
    )
    return min(plain) > 0.03 and max(residual) < 0.005


def kept_second_moment(seed: int) -> dict[str, float]:
    """The second moment that 50 ReLU layers of 200 units leave of the digits', for two kinds of initial weights."""
    x = digits().train.x[:256].flatten(1)
    found = {}
    for name, gain in (("He", math.sqrt(2)), ("Glorot", 1.0)):
        hidden, _ = measure.random_signals(x, "relu", gain, 50, seed)
        found[name] = hidden[-1].square().mean().item() / x.square().mean().item()
    return found


def ablation(seed: int) -> dict[str, float]:
    """Training loss of 50 layers with all five techniques, and with each one taken away; infinite where every rate of
    the rule diverged.
    """
    removed: dict[str, tuple[str, ...]] = {"all five": ()} | {f"without {t}": (t,) for t in networks.TECHNIQUES}
    removed |= {
        "without dropout and initialisation": ("dropout", "initialisation"),
        "with none of the five": networks.TECHNIQUES,
    }
    return losses({name: networks.five_techniques(without, seed=seed) for name, without in removed.items()}, seed)


def needs_three_of_five(values: Values) -> bool:
    """Rectifier, batch norm and identity are needed here; dropout and initialisation are not, the others stand in."""
    spared = ("all five", "without dropout", "without initialisation", "without dropout and initialisation")
    fine = [v for name in spared for v in values[name]]
    bad = [v for t in ("rectifier", "batch norm", "identity") for v in values[f"without {t}"]]
    return max(fine) < 0.1 and min(bad) > 0.4 and min(values["with none of the five"]) > 2


def loss_slices(seed: int) -> dict[str, float]:
    """How far one can walk from trained weights in a random direction until the training loss is 1 nat: the mean of 16
    directions, of filter-normalised ones, so in lengths of each unit's own weights; 1 at most.
    """
    x, y = digits().train[:256]
    distances = torch.linspace(0, 1, 21)
    found = {}
    for kind, said in (("plain", "plain"), ("plain_bn", "plain + BN"), ("residual", "residual")):
        for depth in (10, 20, 50):
            network = trained(networks.mlp(kind, depth, seed=seed), seed).train()  # batch norm by these images
            ways = (measure.random_direction(network, number) for number in range(16))
            walks = [measure.loss_along(network, x, y, way, distances) for way in ways]
            found[f"{said} {depth}"] = mean(measure.reach(distances, losses, level=1.0) for losses in walks)
    return found


def shortcuts_widen(values: Values) -> bool:
    """At 10 and 20 layers one walks farther from residual than from plain + BN networks, and from these farther than
    from plain ones; at 50 layers both plain kinds stand above a loss of 1.
    """
    wider = all(
        min(values[f"residual {depth}"]) > max(values[f"plain + BN {depth}"])
        and min(values[f"plain + BN {depth}"]) > 1.2 * max(values[f"plain {depth}"])
        for depth in (10, 20)
    )
    return wider and min(values["residual 50"]) > 0.3 and max(values["plain 50"] + values["plain + BN 50"]) == 0


CLAIMS = (
    Claim(
        "course-degradation",
        PAPER,
        "a plain network of 50 layers ends with a higher training loss than one of 10",
        groups={f"plain {depth}": mlp_job("plain", depth) for depth in (10, 50)},
        holds=above(0.5, "plain 50", 0.1, "plain 10"),
        inequality="plain 50 above 0.5, plain 10 below 0.1, three deviations apart",
        chapters=(3,),
    ),
    Claim(
        "course-depth-100",
        PAPER,
        "a plain network of 100 layers ends no better than one of 50",
        experiment=depth_100,
        holds=lambda values: (
            min(values["plain 100"]) > 0.5 and median(values["plain 100"]) > 0.9 * median(values["plain 50"])
        ),
        inequality="plain 100 above 0.5, its median above 0.9 times that of plain 50",
        chapters=(3,),
    ),
    Claim(
        "course-batch-norm",
        PAPER,
        "batch norm alone does not rescue a plain network of 50 layers",
        groups={f"plain + BN {depth}": mlp_job("plain_bn", depth) for depth in (10, 50)},
        holds=above(1.0, "plain + BN 50", 0.2, "plain + BN 10"),
        inequality="plain + BN 50 above 1, plain + BN 10 below 0.2, three deviations apart",
        chapters=(3,),
    ),
    Claim(
        "course-identity-construction",
        PAPER,
        "a 50-layer network that starts as a trained one of 10 layers trains on; from random weights it does not",
        experiment=identity_construction,
        holds=above(0.5, "50, from scratch", 0.1, "50, deepened and trained on"),
        inequality="from scratch above 0.5, deepened below 0.1, three deviations apart",
        chapters=(3,),
    ),
    Claim(
        "course-deepened-equal",
        PAPER,
        "layers with W = I and b = 0 between ReLUs change no output",
        "said in section 1 of He et al. 2015",
        experiment=deepened_difference,
        measured="largest difference of outputs",
        holds=lambda values: set(values["50 layers against 10"]) == {0.0},
        inequality="exactly 0",
        chapters=(3,),
    ),
    Claim(
        "course-second-moment",
        PAPER,
        "through 50 ReLU layers He's weights keep the second moment, Glorot's halve it in each layer",
        "derived in He et al. 2015b (arXiv 1502.01852)",
        experiment=kept_second_moment,
        measured="second moment, last layer against input",
        holds=lambda values: min(values["He"]) > 0.05 and max(values["He"]) < 20 and max(values["Glorot"]) < 1e-12,
        inequality="He between 0.05 and 20, Glorot below 10⁻¹²",
        chapters=(3,),
    ),
    Claim(
        "course-identity-block",
        PAPER,
        "two layers learn to return their input far more slowly than two layers with their input added",
        experiment=doing_nothing,
        measured="mean squared error after 100 steps",
        holds=residual_does_nothing,
        inequality="plain above 0.03, residual below 0.005, at one rate and at the best of four",
        chapters=(3,),
    ),
    Claim(
        "course-identity-stack",
        PAPER,
        "eight plain blocks one after another do not learn in 100 steps to return their input, eight residual ones do",
        experiment=stacks_do_nothing,
        measured="mean squared error after 100 steps",
        holds=stacked_residuals_do_nothing,
        inequality="plain above 0.9, with weights that keep the size above 0.4, residual below 0.02",
        chapters=(3,),
    ),
    Claim(
        "course-loss-slices",
        PAPER,
        "around trained weights the loss of residual networks stays low over larger distances, in random directions, "
        "than that of plain ones",
        "seen in the figures of Li et al. 2018 (arXiv 1712.09913), for networks of CIFAR-10",
        experiment=loss_slices,
        measured="distance until the loss is 1, of the weights' length",
        holds=shortcuts_widen,
        inequality="10 and 20 layers: residual above plain + BN in all seeds, and that above 1.2 times plain; "
        "50 layers: residual above 0.3, both plain kinds start above a loss of 1",
        chapters=(5,),
    ),
    Claim(
        "course-five-techniques",
        PAPER,
        "50 layers with rectifier, dropout, batch norm, identity and initialisation: three of them cannot be spared, "
        "the other two can",
        experiment=ablation,
        holds=needs_three_of_five,
        inequality="all five, without dropout, initialisation or both below 0.1; without one of the others above 0.4",
        chapters=(7,),
    ),
)
