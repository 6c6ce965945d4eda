"""Srivastava, Greff, Schmidhuber 2015: Highway Networks (arXiv 1505.00387) and Training Very Deep Networks (arXiv
1507.06228); with the FitNets of Romero et al. as the latter quotes them.
"""

from __future__ import annotations

import math
from statistics import fmean, median

import torch
from torch import nn

from course import data, measure, networks
from course.papers.claim import Claim, Values, above
from course.papers.digits import digits, losses, mlp_job, trained
from course.recipes import Constant, Recipe, Steps
from course.records import diverged
from course.sweeps import Job
from course.training import choose_learning_rate, fit, train

PAPER = "Srivastava et al. 2015"
BIASES, DEPTHS = (0, -1, -2, -4, -8), (10, 50, 100)
FITNETS = "its stages and its teacher are not built here"
CAFFE = Recipe(batch_size=100, nesterov=True, weight_decay=1e-3)  # of the nets that the authors released
CLASSES = {"cifar10": 10, "cifar100": 100}


def on_mnist(width: int, epochs: int = 300) -> Job:
    """The released net of 10 layers: rate 0.01, a tenth of it from each third of the 300 epochs on, no augmentation."""
    schedule = Steps(at=(1 / 3, 2 / 3)) if epochs == 300 else Constant()
    recipe = CAFFE.replace(epochs=epochs, learning_rate=0.01, schedule=schedule)
    return Job({"width": width}, recipe, {"name_or_folder": "mnist"}, False, "highway_conv_mnist")


def on_cifar(name: str) -> Job:
    """The released net of 19 layers: 400 epochs, rate 0.025, a tenth after 1/2, 3/4 and 7/8, shifted and mirrored (by
    up to 4 pixels; the authors' up to 8).
    """
    recipe = CAFFE.replace(
        epochs=400, learning_rate=0.025, schedule=Steps(at=(1 / 2, 3 / 4, 7 / 8)), augment=("crop", "flip")
    )
    return Job({"classes": CLASSES[name]}, recipe, {"name_or_folder": name}, False, "highway_conv_cifar")


def bias_grid(seed: int) -> dict[str, float]:
    """Training loss for each depth and gate bias, each at its own rate by the rule; infinite where what the rule took
    to the end diverged. "kept 0.4" is the course's rule: that share of the input passes all gates at the start.
    """
    starts = {f"depth {d}, bias {b}": (d, float(b)) for d in DEPTHS for b in BIASES}
    starts |= {f"depth {d}, kept 0.4": (d, networks.gate_bias_for_depth(d - 2)) for d in DEPTHS}
    nets = {name: networks.mlp("highway", d, seed=seed, gate_bias=b) for name, (d, b) in starts.items()}
    return losses(nets, seed)


def only_shut_gates_go_deep(values: Values) -> bool:
    """With bias 0 and -1 networks of 50 and 100 layers do not train, with kept 0.4 all depths do."""
    stuck = [v for d in (50, 100) for b in (0, -1) for v in values[f"depth {d}, bias {b}"]]
    trained = [v for d in DEPTHS for v in values[f"depth {d}, kept 0.4"]]
    return min(stuck) > 1.0 and max(trained) < 0.1


def highway_like_shallow(values: Values) -> bool:
    """Plain networks of 50 layers end far above highway ones; highway 100 ends within 0.02 of highway 10."""
    flat = median(values["highway 100"]) - median(values["highway 10"]) < 0.02
    return flat and above(0.5, "plain 50, 71 wide", 0.02, "highway 50")(values)


def trained_gates(seed: int) -> dict[str, float]:
    """Of a trained highway network of 50 layers: the share of gate biases below their start, of blocks after the tenth
    whose lesion costs less than one point of training error, and the mean gate.
    """
    network, images = trained(networks.mlp("highway", 50, seed=seed), seed), digits().train
    fallen = measure.gate_biases(network) < networks.gate_bias_for_depth(48)
    lesions = measure.lesion(network, images)
    cheap = lesions.error[10:] - lesions.base_error < 0.01
    return {
        "biases below their start": fallen.float().mean().item(),
        "later blocks that cost less than a point": cheap.float().mean().item(),
        "mean gate": measure.gate_activity(network, images.x).mean().item(),
    }


def halved(network: nn.Module) -> nn.Module:
    """The network itself, each weight half as large; biases stay."""
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.mul_(0.5)
    return network


def ways_to_train(seed: int) -> dict[str, float]:
    """Training loss of 50 layers after 15 epochs of the digits, at fixed rates; infinite for a run that diverged."""

    def start(bias: float) -> nn.Module:
        return networks.mlp("highway", 50, seed=seed, gate_bias=bias)

    recipe, shut = Recipe(epochs=15, seed=seed), networks.gate_bias_for_depth(48)
    runs = {
        "bias -2": (start(-2), recipe.replace(learning_rate=0.015)),
        "bias -2, Adam": (start(-2), recipe.replace(learning_rate=0.003, optimizer="adam")),
        "bias -2, weights × ½": (halved(start(-2)), recipe.replace(learning_rate=0.25)),
        "bias -2, weights × ½, Adam": (halved(start(-2)), recipe.replace(learning_rate=0.003, optimizer="adam")),
        "kept 0.4": (start(shut), recipe.replace(learning_rate=0.125)),
    }
    return {name: fit(network, digits(), recipe).loss for name, (network, recipe) in runs.items()}


def plateau_and_cliff(seed: int) -> dict[str, float]:
    """Of 50 layers with bias -2 at the rate 0.015: the mean loss of the first 100 steps, the step that diverged, and
    the length of the gradient, mean of those 100 steps and at the last step before that one.
    """
    network, losses, lengths = networks.mlp("highway", 50, seed=seed, gate_bias=-2), list[float](), list[float]()
    for record in train(network, digits(), Recipe(epochs=15, learning_rate=0.015, seed=seed)):
        if record.split == "train":
            losses.append(record.loss)
            lengths.append(measure.gradient_norms(network).norm().item())
    return {
        "loss, first 100 steps": fmean(losses[:100]),
        "diverged at step": len(losses) if diverged(losses[-1]) else math.inf,
        "gradient, first 100 steps": fmean(lengths[:100]),
        "gradient, one step before": lengths[-2],
    }


def blocks_needed(seed: int) -> dict[str, float]:
    """How many of the 18 blocks of a highway network of 20 layers cost more than a point of training error, one at a
    time, for two data sets; by the rule.
    """
    found = {}
    for name, images in (("digits", digits()), ("MNIST, 2,000 images", data.load("mnist", subset=2000, device="cpu"))):
        network = networks.mlp("highway", 20, inputs=images.inputs, seed=seed)
        model = choose_learning_rate(network, images, Recipe(epochs=15, seed=seed)).run.model
        assert model is not None
        lesions = measure.lesion(model, images.train)
        found[name] = (lesions.error - lesions.base_error > 0.01).sum().item()
    return found


CLAIMS = (
    Claim(
        "srivastava2015-depth-digits",
        PAPER,
        "highway networks of 50 and 100 layers train about as well as of 10, plain ones of equal size do not",
        "drawn in fig. 1",
        {f"highway {d}": mlp_job("highway", d) for d in DEPTHS}
        | {f"plain {d}, 71 wide": mlp_job("plain", d, 71) for d in (10, 50)},
        holds=highway_like_shallow,
        inequality="plain 50 above 0.5, highway 50 below 0.02, three deviations apart; highway 100 within 0.02 of 10",
        kinds={f"plain {d}, 71 wide": "plain" for d in (10, 50)},
        chapters=(4,),
    ),
    Claim(
        "srivastava2015-gate-bias-digits",
        PAPER,
        "the gate bias has to start negative, and the more so the deeper the network",
        "−1, −3 etc. suggested; the best 50-layer networks began at −2 (MNIST) and −4 (CIFAR-100)",
        experiment=bias_grid,
        holds=only_shut_gates_go_deep,
        inequality="50 and 100 layers: bias 0 and −1 above 1; kept 0.4 below 0.1 at all depths",
        chapters=(4,),
    ),
    Claim(
        "course-plateau-and-cliff",
        "this course",
        "50 layers with gate bias −2 stay at the loss of guessing while the gradient is short, then it explodes",
        experiment=plateau_and_cliff,
        measured="loss in nats, steps, length of the gradient",
        holds=lambda v: min(v["loss, first 100 steps"]) > 2.25
        and max(v["diverged at step"]) < math.inf
        and max(v["gradient, first 100 steps"]) < 0.2
        and min(v["gradient, one step before"]) > 20,
        inequality="loss above 2.25 and gradient below 0.2 at first, then diverged, after a gradient above 20",
        chapters=(4,),
    ),
    Claim(
        "course-gate-bias-sufficient",
        "this course",
        "the bias rule is sufficient, not necessary: with weights half as large 50 layers train with −2, too",
        experiment=ways_to_train,
        holds=lambda v: max(v["kept 0.4"]) < 0.02
        and min(v["bias -2"]) > 2
        and max(v["bias -2, weights × ½"]) < 1.5
        and max(v["bias -2, weights × ½, Adam"]) < 0.3,
        inequality="kept 0.4 below 0.02; bias −2 diverged or above 2, with weights × ½ below 1.5, Adam below 0.3",
        chapters=(4,),
    ),
    Claim(
        "srivastava2015-gates-digits",
        PAPER,
        "in training most gate biases fall, and after the tenth most blocks can be taken out, one at a time",
        "MNIST: layers 15 to 45 hardly matter, about 60 % idle (fig. 4)",
        experiment=trained_gates,
        measured="share",
        holds=lambda values: min(values["biases below their start"]) > 0.6
        and min(values["later blocks that cost less than a point"]) > 0.8,
        inequality="more than 60 % of biases below their start, more than 80 % of later blocks below a point",
        chapters=(4,),
    ),
    Claim(
        "srivastava2015-harder-digits",
        PAPER,
        "a harder task needs more of the layers",
        "MNIST: up to layer 15; CIFAR-100: any of the first 40 (fig. 4)",
        experiment=blocks_needed,
        measured="blocks of 18 that cost more than a point",
        holds=lambda v: fmean(v["MNIST, 2,000 images"]) > fmean(v["digits"]) + 2,
        inequality="on MNIST more than two blocks more, on average",
        chapters=(4,),
    ),
    Claim(
        "course-thousand-layers",
        "this course",
        "a highway network of 1,000 layers trains within five epochs",
        groups={"highway 1,000": Job({"kind": "highway", "depth": 1000, "width": 50},
                                     Recipe(epochs=5, learning_rate=0.5), by_rule=False),
                "highway 10, by the rule": Job({"kind": "highway", "depth": 10, "width": 50}, Recipe(epochs=5))},
        holds=lambda values: max(values["highway 1,000"]) < 0.5,
        inequality="1,000 layers below 0.5 for each seed",
        chapters=(4,),
    ),
    Claim(
        "srivastava2015-mnist-start",
        PAPER,
        "MNIST, convolutional, 10 layers, 151,690 parameters: the first two epochs of the authors' recipe",
        "one run's log, after two epochs: 97.2 %",
        {"two epochs": on_mnist(32, epochs=2)},
        reads="test_accuracy",
        measured="test accuracy, fraction",
        holds=lambda values: min(values["two epochs"]) > 0.96,
        inequality="above 0.96",
        chapters=(4,),
    ),
    Claim("srivastava2015-mnist", PAPER, "MNIST, convolutional, 10 layers: accuracy of 38,986 and 151,690 parameters",
          "99.43 % and 99.55 %, best of five (table 1)", {f"{width} channels": on_mnist(width) for width in (16, 32)},
          "test_accuracy", measured="test accuracy, fraction",
          holds=lambda values: all(v > 0.99 for found in values.values() for v in found),
          inequality="both above 0.99", cannot="needs MNIST and a GPU for two hours", chapters=(4,)),
    Claim("srivastava2015-cifar", PAPER, "CIFAR-10 and CIFAR-100, 19 layers: accuracy",
          "92.40 % and 67.76 %, best of five (table 3)", {name: on_cifar(name) for name in CLASSES},
          "test_accuracy", measured="test accuracy, fraction",
          holds=lambda values: min(values["cifar10"]) > 0.9 and min(values["cifar100"]) > 0.6,
          inequality="above 0.9 and 0.6", cannot="needs CIFAR and a GPU for eleven hours", chapters=(4,)),
    Claim("romero2014-fitnets", "FitNets, as Srivastava et al. 2015 quote them",
          "CIFAR-10: FitNet A, 11 layers, and B, 19 layers, both trained in two stages with a teacher",
          "89.01 % and 91.61 %; highway of equal size in one stage 89.18 % and 92.46 % (table 2)", cannot=FITNETS,
          chapters=(4,)),
)  # fmt: skip
