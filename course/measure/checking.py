"""Is a gradient right? Autograd against central differences, in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.measure.preserving import RandomState, preserved


def gradient_check(
    function: Callable[..., Tensor], *inputs: Any, samples: int | None = 10, epsilon: float = 1e-6, seed: int = 0
) -> float:
    """The largest relative error |g - ĝ| / max(|g|, |ĝ|, 1e-8) of autograd's g against central differences ĝ, float64.

    `gradient_check(model, x, y)` differentiates the mean cross-entropy by every parameter, in the mode that the model
    is in; `gradient_check(function, *tensors)` a function that returns one number by every float tensor. Random
    numbers are the same in each evaluation. `samples` entries of each tensor are drawn from `seed`, None takes all;
    each costs two evaluations at distance `epsilon`. What rounding explains, 4 units in the last place of each value,
    is not counted: it would be the largest error where gradients vanish, as before batch norm. Below 1e-7 all is well,
    up to 1e-3 next to a ReLU's kink; above 1e-2 the gradient is wrong, or the function so steep that `epsilon` must
    shrink (deep plain nets with batch norm). Raises ValueError if there is nothing to differentiate or more than one
    number comes out.
    """
    values = [_float64(v) for v in inputs]
    if not isinstance(function, nn.Module):
        with preserved(nn.Module()):  # of nothing: the global random numbers
            return _largest_error(lambda: function(*values), values, RandomState(), samples, epsilon, seed)
    if len(values) != 2:
        raise ValueError(f"a model needs inputs and labels, gradient_check(model, x, y); got {len(values)} of the two")
    x, y = values
    with preserved(function):
        weights = {name: _float64(p) for name, p in function.named_parameters()}
        buffers = {name: _float64(b) for name, b in function.named_buffers()}

        def loss() -> Tensor:
            return F.cross_entropy(torch.func.functional_call(function, weights | buffers, (x,)), y)

        return _largest_error(loss, list(weights.values()), RandomState(function), samples, epsilon, seed)


def _float64(value: Any) -> Any:
    is_float = isinstance(value, Tensor) and value.is_floating_point()
    return value.detach().to(torch.float64, copy=True) if is_float else value


def _largest_error(
    function: Callable[[], Tensor],
    values: list[Any],
    random: RandomState,
    samples: int | None,
    epsilon: float,
    seed: int,
) -> float:
    """The error of `function`, which reads `values`, over the float tensors among them."""
    leaves = [v for v in values if isinstance(v, Tensor) and v.is_floating_point()]
    if not leaves:
        raise ValueError("nothing to differentiate: pass at least one float tensor, or a model with parameters")

    def evaluate() -> Tensor:
        random.restore()
        return function()

    generator = torch.Generator().manual_seed(seed)
    value, gradients = _gradients(evaluate, leaves)
    rounding = 4 * torch.finfo(torch.float64).eps * abs(value) / epsilon
    worst = torch.zeros((), dtype=torch.float64)
    for leaf, gradient in zip(leaves, gradients, strict=True):
        index = torch.randperm(leaf.numel(), generator=generator)[:samples]
        numeric = torch.stack([_central_difference(evaluate, leaf.view(-1), i, epsilon) for i in index.tolist()])
        exact = gradient.reshape(-1)[index].cpu()
        difference = ((exact - numeric).abs() - rounding).clamp(min=0)
        error = difference / torch.maximum(exact.abs(), numeric.abs()).clamp(min=1e-8)
        worst = torch.maximum(worst, error.max())  # nan stays nan
    return worst.item()


def _gradients(evaluate: Callable[[], Tensor], leaves: list[Tensor]) -> tuple[float, list[Tensor]]:
    """The function's value and its gradient by each leaf."""
    with torch.enable_grad():
        for leaf in leaves:
            leaf.requires_grad_()
        value = evaluate()
        if value.numel() != 1:
            raise ValueError(
                f"the function must return one number, got shape {tuple(value.shape)}: "
                "return a weighted sum, such as (y * weights).sum()"
            )
        found = torch.autograd.grad(value.sum(), leaves, allow_unused=True)
    for leaf in leaves:
        leaf.requires_grad_(False)
    return value.item(), [torch.zeros_like(v) if g is None else g for v, g in zip(leaves, found, strict=True)]


def _central_difference(evaluate: Callable[[], Tensor], flat: Tensor, index: int, epsilon: float) -> Tensor:
    """(l(v + epsilon) - l(v - epsilon)) / (2 epsilon) for entry `index` of a flat tensor, which is put back."""
    here = flat[index].item()
    sides = []
    for value in (here + epsilon, here - epsilon):
        flat[index] = value
        sides.append(evaluate().detach().cpu().reshape(()))
    flat[index] = here
    return (sides[0] - sides[1]) / (2 * epsilon)
