"""What PyTorch computes, for tests/page/parity.mjs to compare the page's engine with.

    uv run python tests/parity_values.py FOLDER && node tests/page/parity.mjs FOLDER

For every kind at four depths: initial weights, first loss, the gradients of the first step, and the evaluation after
it, whole and rearranged. Where rounding grows beyond the bounds (batch norm in deep networks), how far PyTorch itself
moves when every weight is nudged by one rounding. Then the order of the images, and what the rule chooses for networks
that do not part.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from torch import nn

from course import Recipe, choose_learning_rate, data, measure, networks, train
from course.labs import recordings
from course.networks import KINDS
from course.training import State, evaluate

DEPTHS = (2, 4, 10, 50)
SMALL = (("plain", 4, 3), ("looks_linear", 4, 2))  # (kind, depth, width): too few weights to draw them in sixteens
RECIPE = Recipe(learning_rate=0.01, weight_decay=0.1)
ONE_ROUNDING = 2.0**-24
Evaluations = list[tuple[float, float]]
RULE = (("linear", 10), ("looks_linear", 10), ("rezero", 10), ("looks_linear", 50), ("rezero", 50))
RULE_EPOCHS = 3


def first_step(model: nn.Module, dataset: data.Dataset, seed: int) -> tuple[float, torch.Tensor, Evaluations]:
    """Loss and gradients of the first step of training, and the evaluations after it: of the whole network, then, where
    it has blocks, with the first one left out and the next two swapped.
    """
    record = next(train(model, dataset, RECIPE.replace(seed=seed)))
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in model.parameters()]
    evaluations = [evaluate(model, dataset.test)]
    if order := list(range(len(measure.block_layers(model)))):
        order[1:3] = order[1:3][::-1]
        with measure.rearrange_blocks(model, order, without=[0]):
            evaluations.append(evaluate(model, dataset.test))
    return record.loss, flat(gradients), evaluations


def flat(tensors) -> torch.Tensor:
    return torch.cat([t.detach().flatten() for t in tensors])


def nudged(model: nn.Module) -> nn.Module:
    """Every weight moved by one rounding of float32, up or down."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(1 + ONE_ROUNDING * torch.randn(p.shape, generator=generator).sign())
    return model


@contextmanager
def nudged_draws() -> Iterator[None]:
    """Orthogonal weights from draws that are one rounding apart: an ill-conditioned matrix makes much of it."""
    qr, generator = torch.linalg.qr, torch.Generator().manual_seed(7)
    torch.linalg.qr = lambda a: qr(a * (1 + ONE_ROUNDING * torch.randn(a.shape, generator=generator).sign()))
    try:
        yield
    finally:
        torch.linalg.qr = qr


def write(folder: Path) -> None:
    """All values: `values.json`, and arrays of float32 beside it."""
    digits = data.load("digits", device="cpu")
    shapes = [(kind, depth, 50) for kind in KINDS for depth in DEPTHS] + list(SMALL)
    cases = []
    for place, (kind, depth, width) in enumerate(shapes):
        seed = place % 3
        made = partial(networks.mlp, kind, depth, width, seed=seed)
        name = f"{kind}-{depth}-{width}"
        weights = flat(made().parameters())
        weights.numpy().astype("<f4").tofile(folder / f"{name}.weights")
        with nudged_draws():
            others = flat(made().parameters())
        loss, gradients, evaluations = first_step(made(), digits, seed)
        gradients.numpy().astype("<f4").tofile(folder / f"{name}.gradients")
        other = first_step(nudged(made()), digits, seed)
        moved = {
            "weights": (weights - others).abs().max().item(),
            "loss": abs(loss - other[0]),
            "gradients": ((gradients - other[1]).abs().max() / gradients.abs().max()).item(),
            "evaluation": max(abs(a[0] - b[0]) / a[0] for a, b in zip(evaluations, other[2], strict=True)),
        }
        cases.append({"name": name, "kind": kind, "depth": depth, "width": width, "seed": seed, "loss": loss,
                      "evaluations": evaluations, "moved": moved})  # fmt: skip
    recipe = Recipe(epochs=RULE_EPOCHS)
    state = State(networks.mlp("plain", 2), digits, Recipe(seed=2))
    orders = [torch.randperm(len(digits.train), generator=state.order(epoch)).tolist() for epoch in (1, 2, 15)]
    rule = [[k, d, choose_learning_rate(networks.mlp(k, d), digits, recipe).recipe.learning_rate] for k, d in RULE]
    rates = {f"{kind}-{depth}": run.recipe.learning_rate for (kind, depth), run in recordings.recorded("depth").items()}
    told = {
        "cases": cases,
        "recipe": RECIPE.to_dict(),
        "orders": orders,
        "rule": rule,
        "rule_epochs": RULE_EPOCHS,
        "rates": rates,
    }
    (folder / "values.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write(Path(sys.argv[1]))
