"""Looks and measurements that several exercises share. What one exercise alone needs stands beside its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course.exercises.given import Answer, Conduct, Given, Look, Seen

MOST_NUMBERS = 1_000_000


def returned(answer: Answer, given: Given) -> Seen:
    """Calls the answer with all inputs."""
    yield "returned", answer(*given)


def keeping(*names: str) -> Look:
    """Calls the answer with all inputs, after which these shall be unchanged."""

    def look(answer: Answer, given: Given) -> Seen:
        yield "returned", answer(*given)
        for name in names:
            yield given.unchanged(name)

    return look


def twice(answer: Answer, given: Given) -> Seen:
    """Calls the answer with all inputs, and once more."""
    yield "returned", answer(*given)
    yield "returned the second time", answer(*given)


def on_average(answer: Answer, given: Given) -> Seen:
    """Calls the answer 4,000 times with all inputs: what chance leaves, and how much of it is chance."""
    drawn = [numbers(answer(*given)) for _ in range(4000)]
    yield "returns on average", np.mean(drawn, axis=0)
    yield "the number of its zeros deviates by", np.std([np.count_nonzero(values == 0) for values in drawn])


def passes_gradient(answer: Answer, given: Given) -> Seen:
    """What each number of x is multiplied by is the gradient that comes back to it."""
    x = given.x.requires_grad_()
    y = answer(*given)
    back = torch.autograd.grad(y.sum(), x)[0]
    yield "the largest difference between what it returns and its gradient times x is", (back * x - y).abs().max()


def refused(answer: Answer, given: Given) -> Seen:
    """Calls the answer with all inputs, which it shall refuse."""
    yield raised(ValueError, lambda: answer(*given))


def shape(answer: Answer, given: Given) -> Seen:
    """The shape of the output of the module that a class makes of `given.sizes`."""
    yield "its output has the shape", answer(*given.sizes)(given.x).shape


def size(answer: Answer, given: Given) -> Seen:
    """How much the module learns that a class makes of `given.sizes`."""
    yield "the number of its parameters is", parameters(answer(*given.sizes))


def names(answer: Answer, given: Given) -> Seen:
    """Whether the module that a class makes of `given.sizes` takes weights by their names.

    Where names or shapes do not fit, a RuntimeError says which.
    """
    take(answer(*given.sizes), given.weights)
    yield Conduct(True, "does not take the weights", "takes the weights")


def output(answer: Answer, given: Given) -> Seen:
    """The output, with given weights, of the module that a class makes of `given.sizes`."""
    yield "its output is", loaded(answer, given)(given.x)


def gradient(answer: Answer, given: Given) -> Seen:
    """The gradient of half the squared output with respect to x, for the module in evaluation with given weights."""
    x = given.x.requires_grad_()
    module = loaded(answer, given).eval()
    yield "the gradient at its input is", torch.autograd.grad(module(x).square().sum() / 2, x)[0]


def loaded(answer: Answer, given: Given) -> nn.Module:
    """The module that a class makes of `given.sizes`, with the given weights."""
    module: nn.Module = answer(*given.sizes)
    take(module, given.weights)
    return module


def take(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Load these weights; a module may hold its layers under further names. Raises RuntimeError for one that is missing
    or of another shape.
    """
    strange = module.load_state_dict(weights, strict=False).unexpected_keys
    if strange:
        raise RuntimeError(f"it has no {', '.join(strange)}, only {', '.join(module.state_dict())}")


def raised(error: type[Exception], call: Callable[[], Any]) -> Conduct:
    """Whether the call raises this error. Others go on."""
    try:
        call()
        so = False
    except error:
        so = True
    return Conduct(so, f"raised no {error.__name__}", f"raised {error.__name__}")


def parts(value: Any, count: int) -> list[Any]:
    """The parts of an answer that has so many. Raises TypeError, with what came instead, for anything else."""
    if isinstance(value, list | tuple) and len(value) == count:
        return list(value)
    had = f"{len(value)} values" if isinstance(value, list | tuple) else type(value).__name__
    raise TypeError(f"{count} values are to be returned, as in `return a, b`; got {had}")


def parameters(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)


def count(modules: Iterable[nn.Module], kind: type[nn.Module]) -> int:
    """How many of these are of a kind; one that stands there twice counts twice. Raises TypeError for a tensor, whose
    numbers would be gone through one by one.
    """
    if isinstance(modules, Tensor):
        raise TypeError(f"a network was expected, not a tensor of shape {tuple(modules.shape)}")
    return sum(type(module) is kind for module in modules)


def average(times: int, draw: Callable[[], Any]) -> np.ndarray:
    """The mean of what several draws return."""
    mean: np.ndarray = np.stack([numbers(draw()) for _ in range(times)]).mean(axis=0)
    return mean


def numbers(value: Any) -> np.ndarray:
    """The numbers of a tensor, a number or a sequence of these, as float64; empty for what has none.

    Raises TypeError where there are too many.
    """
    if isinstance(value, Tensor):
        if value.numel() > MOST_NUMBERS:
            raise TypeError(f"a tensor of shape {tuple(value.shape)} is far too large for this exercise")
        return value.detach().to("cpu", torch.float64).numpy()
    if isinstance(value, bool | int | float | np.number | np.ndarray):
        return np.asarray(value, dtype=np.float64)
    if isinstance(value, list | tuple):
        parts = [numbers(part) for part in value[:10_000]]
        same = len({part.shape for part in parts}) == 1
        return np.stack(parts) if parts and same else np.empty(0)
    return np.empty(0)
