"""Loss and accuracy over whole splits, in eval mode."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import nn

from course import devices
from course.data import Dataset, Split
from course.recipes import Recipe
from course.records import Record
from course.training.state import State

BATCH = 1000  # images a forward pass


def evaluate(model: nn.Module, split: Split, recipe: Recipe | None = None) -> tuple[float, float]:
    """(mean cross-entropy in nats, accuracy as a fraction) over a whole split in eval mode; the model's mode is put
    back.
    """
    recipe = recipe or Recipe()
    training = model.training
    model.eval()
    loss, correct = torch.zeros((), device=split.y.device), torch.zeros((), device=split.y.device)
    with torch.no_grad(), devices.threads(recipe.threads), devices.autocast(split.y.device, recipe.precision):
        for index in torch.arange(len(split), device=split.y.device).split(BATCH):
            x, y = split[index]
            logits = model(devices.ordered(x, recipe.channels_last)).float()
            loss += F.cross_entropy(logits, y, reduction="sum")
            correct += (logits.argmax(1) == y).sum()
    model.train(training)
    return loss.item() / len(split), correct.item() / len(split)


def evaluations(state: State, data: Dataset, epoch: int) -> Iterator[Record]:
    """The records at the end of `epoch`, if the recipe evaluates there and no earlier part of this run has them."""
    every = state.recipe.evaluate_every
    due = epoch == state.recipe.epochs or (every and epoch % every == 0)
    if not due or state.evaluated >= epoch:
        return
    splits = {"train_eval": data.train, "test": data.test} | ({"valid": data.held_out} if data.held_out else {})
    rate = state.recipe.rate(state.step, state.steps)
    for name, split in splits.items():
        yield Record(state.step, epoch, name, *evaluate(state.model, split, state.recipe), rate, state.seconds)
    state.evaluated = epoch
