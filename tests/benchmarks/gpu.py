"""Images per second of ResNet-20, 56 and 110 on a GPU: PYTHONPATH=. python tests/benchmarks/gpu.py [--minutes 8]

Needs torch and the source tree, no data: random pixels in CIFAR-10's shape cost the same. For each depth three ways:
the textbook loop (a DataLoader with worker processes, torch.optim.SGD, loss.item() at each step), `train` as it is, and
`train` with `devices.fast`. Runs on a CPU too, slowly, to show that the script works.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course import Recipe, devices, networks, train
from course.data import Dataset, Split

BATCH, WARM_UP = 128, 10


def random_cifar(count: int, device: torch.device) -> Dataset:
    """Random pixels in the shape of CIFAR-10."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (count, 3, 32, 32), dtype=torch.uint8, generator=generator)
    y = torch.randint(10, (count,), generator=generator)
    mean, std = torch.tensor([125.3, 123.0, 113.9]).view(3, 1, 1), torch.tensor([63.0, 62.1, 66.7]).view(3, 1, 1)
    split = Split(images, y, mean, std).to(device)
    return Dataset("random", tuple("0123456789"), split, split)


def textbook(model: nn.Module, data: Dataset, recipe: Recipe) -> Iterator[float]:
    """The loop of the textbooks; yields the loss of each step, for ever."""
    device = data.device
    cpu = data.to("cpu")
    loader = DataLoader(
        TensorDataset(cpu.train.x, cpu.train.y), recipe.batch_size, shuffle=True, drop_last=True,
        num_workers=4 if device.type == "cuda" else 0, pin_memory=device.type == "cuda",
        persistent_workers=device.type == "cuda",
    )  # fmt: skip
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum)
    while True:
        for x, y in loader:
            x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)  # noqa: PLW2901
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            yield loss.item()


def images_per_second(steps: Iterator, seconds: float, device: torch.device) -> float:
    """Measure for about `seconds` after a warm-up."""
    wait: Callable[[], None] = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    for _ in range(WARM_UP):
        next(steps)
    wait()
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        next(steps)
        count += 1
    wait()
    return count * BATCH / (time.perf_counter() - began)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8, help="time for all of it, start-up apart")
    parser.add_argument("--device", default=None)
    parser.add_argument("--depths", default="20,56,110")
    options = parser.parse_args()
    device = devices.choose(options.device)
    depths = [int(d) for d in options.depths.split(",")]
    seconds = options.minutes * 60 / (3 * len(depths)) / 1.5  # the rest goes into warm-ups
    data = random_cifar(50_000 if device.type == "cuda" else 2_000, device)
    recipe = Recipe(epochs=10_000, batch_size=BATCH, learning_rate=1e-3)
    print(f"torch {torch.__version__}, {devices.describe(device)}, batch {BATCH}, {seconds:.0f} s each\n")
    print(f"{'ResNet':>7}{'textbook':>12}{'train':>12}{'train, fast':>14}   images/s (and ratio to the textbook loop)")
    for depth in depths:
        fast, said = devices.fast(recipe, networks.cifar_resnet(depth), device)
        ways = (
            textbook(networks.cifar_resnet(depth), data, recipe),
            train(networks.cifar_resnet(depth), data, recipe),
            train(networks.cifar_resnet(depth), data, fast),
        )
        speeds = [images_per_second(steps, seconds, device) for steps in ways]
        cells = "".join(f"{s:12,.0f}" for s in speeds)
        print(f"{depth:>7}{cells}   ratios {speeds[1] / speeds[0]:.2f}, {speeds[2] / speeds[0]:.2f}", flush=True)
    print("\nfast: " + "; ".join(said))


if __name__ == "__main__":
    main()
