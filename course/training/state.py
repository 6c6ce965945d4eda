"""`State`: everything that changes while a model trains, weights apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from course.data import Dataset
from course.recipes import Recipe
from course.training import optimizers
from course.training.checking import check, try_out

SEED_DISTANCE = 1_000_003  # between runs: shuffles count up from the run's seed, other generators down from the next


class State:
    """Everything that changes while a model trains, weights apart: optimiser, random numbers, step, seconds.

    The order of the images in epoch e is a function of the recipe's seed and e, so it needs no place here. tried: the
    model need not be tried on two images, as those that a stack is made of have been. Raises what `check` raises, and
    ValueError for a model that cannot take the images, or returns something that the loss cannot.
    """

    def __init__(self, model: nn.Module, data: Dataset, recipe: Recipe, *, tried: bool = False):
        check(model, data, recipe)
        size = len(data.train)
        self.model = model.to(data.device)
        if recipe.channels_last:
            self.model.to(memory_format=torch.channels_last)
        if not tried:
            try_out(self.model, data, recipe)
        self.recipe = recipe
        self.step = 0
        self.evaluated = 0  # the last epoch that has its evaluations
        self.seconds = 0.0
        self.steps_per_epoch = size // recipe.batch_size
        self.steps = recipe.epochs * self.steps_per_epoch
        self.optimizer = optimizers.make(model, recipe)
        self.scaler = torch.amp.GradScaler(data.device.type, enabled=recipe.precision == "float16")
        self.generators = {"augment": self._generator(0)}
        drawing = (named for named in model.named_modules() if hasattr(named[1], "generator"))
        for index, (name, module) in enumerate(drawing, start=1):
            where = data.device if getattr(module, "draws_on_device", False) else "cpu"
            module.generator = self.generators[name] = self._generator(index, where)

    def _generator(self, stream: int, device: torch.device | str = "cpu") -> torch.Generator:
        return torch.Generator(device).manual_seed((self.recipe.seed + 1) * SEED_DISTANCE - 1 - stream)

    def order(self, epoch: int) -> torch.Generator:
        """The generator that shuffles epoch `epoch`."""
        return torch.Generator().manual_seed(self.recipe.seed * SEED_DISTANCE + epoch)

    def batches(self, data: Dataset, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """The training batches of epoch `epoch` that are still to come, (x, y)."""
        done = self.step - (epoch - 1) * self.steps_per_epoch
        return islice(data.batches("train", self.recipe.batch_size, self.order(epoch)), done, None)

    @property
    def epoch(self) -> int:
        """The epoch of the last step, 1 before the first: where training goes on, be it only to evaluate."""
        return max(1, -(-self.step // self.steps_per_epoch))

    def state_dict(self) -> dict[str, Any]:
        """All of it, and the weights, as tensors, numbers and dicts."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "generators": {name: g.get_state() for name, g in self.generators.items()},
            "step": self.step,
            "evaluated": self.evaluated,
            "seconds": self.seconds,
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go back to what `state_dict` wrote. Raises RuntimeError or KeyError if it belongs to another model."""
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.scaler.load_state_dict(saved.get("scaler", {}))  # earlier checkpoints have none
        for name, generator in self.generators.items():
            generator.set_state(saved["generators"][name].cpu())
        self.step, self.evaluated, self.seconds = saved["step"], saved["evaluated"], saved["seconds"]
