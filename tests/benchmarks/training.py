"""How fast `train` is beside the loop of the textbooks. Ratios in one run, one thread: uv run python
tests/benchmarks/training.py [--rule]

--rule: how fast the rule for learning rates is with stacked trials beside its single form, and `course compare` at its
defaults beside the rule's first edition; from which width on a stack no longer pays. On an idle machine.

The textbook loop: a DataLoader that gathers images one by one, `torch.optim.SGD`, `loss.item()` and the accuracy at
each step. MNIST and CIFAR-10 are real if COURSE_TEST_DATA names a folder with torchvision's MNIST/raw and
cifar10-jpeg.zip, else random pixels.
"""

from __future__ import annotations

import copy
import itertools
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from course import Recipe, data, devices, networks, train, training
from course.data import Dataset, Split
from course.records import Run
from course.training import State, rates, stack

ROUNDS = 5


class OneByOne(TorchDataset):
    """Images as torchvision's data sets give them: one PIL image at a time, `ToTensor`, `Normalize`."""

    def __init__(self, dataset: Dataset, pil: bool):
        self.y = dataset.train.y.tolist()
        if not pil:
            self.x = dataset.train.x
            self.load = self.x.__getitem__
            return
        from PIL import Image
        from torchvision import transforms

        arrays = (
            dataset.train.images.squeeze(1).numpy()
            if dataset.shape[0] == 1
            else dataset.train.images.permute(0, 2, 3, 1).numpy()
        )
        mean, std = (v.flatten().div(255).tolist() for v in (dataset.train.mean, dataset.train.std))
        transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
        self.load = lambda i: transform(Image.fromarray(arrays[i]))

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, i: int):
        return self.load(i), self.y[i]


def textbook(model: nn.Module, dataset: Dataset, recipe: Recipe, pil: bool) -> Callable[[], None]:
    """One epoch of the textbook loop."""
    loader = DataLoader(OneByOne(dataset, pil), recipe.batch_size, shuffle=True, drop_last=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum)

    def epoch() -> None:
        history = []
        for x, y in loader:
            optimizer.zero_grad()
            logits = model(x)
            loss = F.cross_entropy(logits, y)
            loss.backward()
            optimizer.step()
            history.append((loss.item(), (logits.argmax(1) == y).float().mean().item()))

    return epoch


def ours(model: nn.Module, dataset: Dataset, recipe: Recipe) -> Callable[[], None]:
    """One epoch of `train`, without its evaluation at the end of the run."""
    records = train(model, dataset, recipe.replace(epochs=ROUNDS + 5))
    steps = len(dataset.train) // recipe.batch_size

    def epoch() -> None:
        for _ in range(steps):
            next(records)

    return epoch


def race(title: str, contestants: dict[str, Callable[[], None]]) -> None:
    """Run the contestants in turn, one warm-up and `ROUNDS` rounds, and print medians and ratios to the first."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(ROUNDS + 1):
        for name, epoch in contestants.items():
            began = time.perf_counter()
            epoch()
            if number:
                times[name].append(time.perf_counter() - began)
    first = statistics.median(next(iter(times.values())))
    print(f"\n{title}\n{'':34}{'s/epoch':>10}{'ratio':>8}")
    for name, values in times.items():
        print(f"  {name:32}{statistics.median(values):10.4f}{first / statistics.median(values):8.2f}")


def random_images(name: str, shape: tuple[int, int, int], count: int) -> Dataset:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (count, *shape), dtype=torch.uint8, generator=generator)
    split = Split(
        images,
        torch.randint(10, (count,), generator=generator),
        torch.full((shape[0], 1, 1), 127.5),
        torch.full((shape[0], 1, 1), 74.0),
    )
    return Dataset(f"{name} (random pixels)", tuple("0123456789"), split, split)


def runs(network: nn.Module, dataset: Dataset, recipe: Recipe, ladder: tuple[float, ...]) -> list[Run]:
    """A run of a copy of the network at each rate, not begun."""
    made = []
    for rate in ladder:
        model, own = copy.deepcopy(network), recipe.replace(learning_rate=rate)
        made.append(Run(own, model=model, state=State(model, dataset, own)))
    return made


def first_edition(network: nn.Module, dataset: Dataset, recipe: Recipe) -> None:
    """The rule's first edition: eleven rates for 2/15 of the epochs, the best four to a third, the best two to the end;
    one after another. (It drops slow rates early, and deep plain networks need them.)
    """
    trials = rates.Singly(runs(network, dataset, recipe, training.LADDER[:11]), dataset, None)
    for share, keep in ((2 / 15, 4), (1 / 3, 2), (1.0, 1)):
        for _ in trials.advance(max(1, round(share * recipe.epochs))):
            pass
        ranked = sorted(trials.runs, key=lambda run: run.loss if math.isfinite(run.loss) else math.inf)
        trials.keep(ranked[:keep])


def singly(network: nn.Module, dataset: Dataset, recipe: Recipe) -> None:
    """The rule with every trial trained by itself."""
    stackable, rates.stackable = rates.stackable, lambda *_: False
    try:
        training.choose_learning_rate(network, dataset, recipe)
    finally:
        rates.stackable = stackable


def the_rule() -> None:
    """Stacked against single, then the 15 networks of `course compare`, then widths."""
    digits, recipe = data.load("digits", device="cpu"), Recipe(epochs=15)
    chosen = training.choose_learning_rate
    print("\nthe rule, seconds          single   stacked    ratio")
    for kind in ("plain", "highway", "residual"):
        network = networks.mlp(kind, 50)
        single, stacked = (seconds(rule, network, digits, recipe) for rule in (singly, chosen))
        print(f"  {kind:20}{single:10.2f}{stacked:10.2f}{single / stacked:9.2f}")
    nets = [networks.mlp(kind, d) for kind in ("plain", "highway", "residual") for d in (2, 10, 20, 50, 100)]
    first, now = (sum(seconds(rule, net, digits, recipe) for net in nets) for rule in (first_edition, chosen))
    print(f"\n15 networks of `compare` in turn: first edition {first:.1f} s, now {now:.1f} s, {now / first:.2f}")
    print("\na stack of 13 and of 4 beside single runs, 10 layers, one epoch: how many times faster")
    for kind, width in itertools.product(("plain", "residual"), (50, 100, 150, 200)):
        ratios = [stack_ratio(networks.mlp(kind, 10, width), digits, recipe, count) for count in (13, 4)]
        print(f"  {kind:10} width {width:4}: {ratios[0]:5.2f} {ratios[1]:5.2f}")


def stack_ratio(network: nn.Module, dataset: Dataset, recipe: Recipe, count: int) -> float:
    """How many times faster a stack of so many slow rates trains an epoch than single runs; median of `ROUNDS`."""
    found = []
    for _ in range(ROUNDS):
        took = []
        for kind in (rates.Singly, stack.Stack):
            group = kind(runs(network, dataset, recipe, training.LADDER[-count:]), dataset, None)
            took.append(seconds(list, group.advance(1)))
        found.append(took[0] / took[1])
    return statistics.median(found)


def seconds(call: Callable[..., object], *arguments: object) -> float:
    """Of one call."""
    began = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - began


def main() -> None:
    torch.set_num_threads(1)
    if "--rule" in sys.argv:
        print(f"torch {torch.__version__}, {devices.describe(torch.device('cpu'))}; {sys.version.split()[0]}")
        the_rule()
        return
    beside = os.environ.get("COURSE_TEST_DATA")
    print(f"torch {torch.__version__}, {devices.describe(torch.device('cpu'))}; {sys.version.split()[0]}")

    def mlps(kind: str, dataset: Dataset, recipe: Recipe, pil: bool) -> None:
        def net() -> nn.Module:
            return networks.mlp(kind, 50, inputs=dataset.inputs, seed=0)

        race(
            f"{kind}, 50 layers of 50, {dataset.name}, {len(dataset.train):,} images, batch {recipe.batch_size}",
            {"textbook": textbook(net(), dataset, recipe, pil), "train": ours(net(), dataset, recipe)},
        )

    digits = data.load("digits", device="cpu")
    for kind in ("plain", "highway"):
        mlps(kind, digits, Recipe(learning_rate=0.001), pil=False)
    mnist = (
        data.load("mnist", root=beside, subset=6400, device="cpu")
        if beside
        else random_images("mnist", (1, 28, 28), 6400)
    )
    mlps("plain", mnist, Recipe(batch_size=128, learning_rate=0.001), pil=True)

    cifar = (
        data.load(Path(beside) / "cifar10-jpeg.zip", subset=640, device="cpu")
        if beside
        else random_images("cifar", (3, 32, 32), 640)
    )
    recipe = Recipe(batch_size=128, learning_rate=0.01, threads=2)
    torch.set_num_threads(2)
    net = networks.cifar_resnet(20)
    fast, said = devices.fast(recipe, net, cifar.device)
    race(
        f"ResNet-20, {cifar.name}, {len(cifar.train)} images, batch 128, 2 threads",
        {
            "textbook": textbook(networks.cifar_resnet(20), cifar, recipe, pil=True),
            "train, float32": ours(networks.cifar_resnet(20), cifar, recipe),
            "train, channels_last": ours(networks.cifar_resnet(20), cifar, recipe.replace(channels_last=True)),
            "train, bfloat16": ours(networks.cifar_resnet(20), cifar, recipe.replace(precision="bfloat16")),
            f"train, fast ({fast.precision})": ours(networks.cifar_resnet(20), cifar, fast),
        },
    )
    print("\nfast: " + "; ".join(said))


if __name__ == "__main__":
    main()
