"""Veit, Wilber, Belongie 2016, Residual Networks Behave Like Ensembles of Relatively Shallow Networks (1605.06431)."""

from __future__ import annotations

import random
from statistics import fmean

import torch
from torch import Tensor, nn

from course import measure, networks
from course.papers.claim import Claim
from course.papers.digits import accuracy, digits, trained

PAPER = "Veit et al. 2016"
BLOCKS, DELETED, DRAWS = (12, 24, 48), (0, 1, 8, 12), 20
PATHS = (24, 54)  # blocks; 54 are those of ResNet-110
ALL, SOME = 24, (8, 1)  # blocks of a step: 8 of 24 have paths of 4 branches on average
GPU = "needs CIFAR-10 or ImageNet and a GPU for hours"


def one_block_less(seed: int) -> dict[str, float]:
    """Mean rise of the test error without one block or plain layer: convolutional, 20 layers, 8 to 32 maps."""
    found = {}
    for name, plain in (("plain 20", True), ("residual 20", False)):
        network = networks.cifar_resnet(20, plain=plain, width=8, inputs=1, seed=seed)
        lesions = measure.lesion(trained(network, seed), digits().test)
        found[name] = lesions.error.mean().item() - lesions.base_error
    return found


def error_without(model: nn.Module, blocks: int, deleted: int, draw: random.Random) -> float:
    """Test error of a model of so many blocks with some of them deleted at random, mean over draws."""
    errors = []
    for _ in range(DRAWS if 0 < deleted < blocks else 1):
        with measure.delete_blocks(model, draw.sample(range(blocks), deleted)):
            errors.append(1 - accuracy(model))
    return fmean(errors)


def several_blocks_less(seed: int) -> dict[str, float]:
    """Test error with k blocks deleted, mean over draws, for residual networks of n blocks, fully connected."""
    found: dict[str, float] = {}
    for blocks in BLOCKS:
        model, draw = trained(networks.mlp("residual", 2 * blocks + 2, seed=seed), seed), random.Random(seed)
        found |= {f"{k} of {blocks}": error_without(model, blocks, k, draw) for k in DELETED}
    return found


def carried(model: nn.Module, x: Tensor, y: Tensor, samples: int = 5) -> Tensor:
    """The share of the gradient that paths of each length carry, if their gradients add up in size: (blocks + 1,)."""
    sizes = measure.gradient_by_path_length(model, x, y, samples=samples).double()
    weighted = sizes * measure.path_lengths(len(sizes) - 1)
    return weighted / weighted.sum()


def short_paths(seed: int) -> dict[str, float]:
    """Mean length of the paths of trained networks, each path counted once, and weighted by its gradient."""
    images, found = digits().train, {}
    for blocks in PATHS:
        model = trained(networks.mlp("residual", 2 * blocks + 2, seed=seed), seed)
        shares = carried(model, *images[:64])
        found[f"{blocks} blocks, all paths"] = blocks / 2
        found[f"{blocks} blocks, weighted by gradient"] = (shares * torch.arange(blocks + 1)).sum().item()
    return found


class SomeBlocks(nn.Module):
    """A residual network of whose blocks each training step uses `count`, drawn at random: no path is longer."""

    def __init__(self, network: nn.Module, count: int):
        super().__init__()
        self.network, self.count = network, count
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        order = torch.randperm(len(measure.residual_blocks(self)), generator=self.generator)
        with measure.delete_blocks(self, order[self.count :].tolist() if self.training else ()):
            output: Tensor = self.network(x)
            return output


def trained_on_short_paths(seed: int) -> dict[str, float]:
    """Test error of 50 layers whose steps use all blocks or some of them. In use all are there, each branch weighted by
    its share of the steps.
    """
    network = networks.mlp("residual", 2 * ALL + 2, seed=seed)
    found = {f"{ALL} of {ALL} blocks": 1 - accuracy(trained(network, seed))}
    for count in SOME:
        model = trained(SomeBlocks(network, count), seed)
        with torch.no_grad():
            for block in measure.residual_blocks(model):
                for parameter in block.get_submodule("branch.4").parameters():  # of the batch norm that ends it
                    parameter.mul_(count / ALL)
        found[f"{count} of {ALL} blocks"] = 1 - accuracy(model)
    return found


CLAIMS = (
    Claim(
        "veit2016-lesion-digits",
        PAPER,
        "without one of its nine blocks a residual network errs on a few images more in a hundred, a plain one without "
        "a layer on nearly all",
        "any layer of VGG: chance; ResNet-110: hardly any change but where the size changes (fig. 3)",
        experiment=one_block_less,
        measured="mean rise of the test error",
        holds=lambda v: min(v["plain 20"]) > 0.6 and max(v["residual 20"]) < 0.25,
        inequality="plain above 0.6, residual below 0.25",
        chapters=(5,),
    ),
    Claim(
        "veit2016-deletions-digits",
        PAPER,
        "8 deleted blocks leave one path of 256, in networks of 12, 24 and 48 blocks, yet the error rises little: the "
        "number of paths is not what counts",
        "ResNet-110: the error rises smoothly with the number of deleted blocks (fig. 5)",
        experiment=several_blocks_less,
        measured="test error",
        holds=lambda v: max(fmean(v[f"8 of {n}"]) for n in BLOCKS) < 0.3,
        inequality="8 deletions: mean error below 0.3 for every network (guessing: 0.9)",
        chapters=(5,),
    ),
    Claim(
        "veit2016-paths-digits",
        PAPER,
        "most of the gradient comes through paths that are much shorter than the network",
        "ResNet-110: 5 to 17 of 54 blocks, 0.45 % of the paths",
        experiment=short_paths,
        measured="mean length in blocks",
        holds=lambda v: all(max(v[f"{n} blocks, weighted by gradient"]) < 0.6 * n / 2 for n in PATHS),
        inequality="weighted by gradient below 0.6 of the mean of all, 24 and 54 blocks",
        chapters=(5,),
    ),
    Claim(
        "veit2016-effective-digits",
        PAPER,
        "trained on short paths alone, 8 of 24 blocks a step, the whole network errs no more than one trained as a "
        "whole; on this easy task even one block a step is enough",
        "CIFAR-10, 23 of 54 blocks a step: 5.96 against 6.10 %",
        experiment=trained_on_short_paths,
        measured="test error, fraction",
        holds=lambda v: fmean(v["8 of 24 blocks"]) < fmean(v["24 of 24 blocks"]) + 0.01
        and fmean(v["1 of 24 blocks"]) < fmean(v["24 of 24 blocks"]) + 0.03,
        inequality="means: 8 blocks at most 0.01 above that of all 24, one block at most 0.03",
        chapters=(5,),
    ),
    Claim("veit2016-effective", PAPER, "training 23 of the 54 blocks per batch gives the error of the whole network",
          "5.96 % against 6.10 %", cannot=GPU, chapters=(5,)),
)  # fmt: skip
