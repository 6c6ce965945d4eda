"""One number per layer: how large gradients are, and what becomes of the signal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import blocks
from course.measure.preserving import preserved
from course.measure.structure import RESIDUAL, WEIGHTED, names, weighted_layers

Of = type[nn.Module] | tuple[type[nn.Module], ...] | None


def gradient_norms(model: nn.Module, x: Tensor | None = None, y: Tensor | None = None) -> Tensor:
    """The L2 norm of the loss's gradient with respect to each layer's weight, layer 1 first: (layers,).

    With `x` and `y`: of the mean cross-entropy on them, in the mode that the model is in, as the next training step
    would see it. Without: of the `.grad` that training just left, which costs no pass. Layers are those of
    `weighted_layers`. Exactly 0 where the loss does not depend on the layer (a block that stayed at home). Raises
    ValueError for x without y, or without data if there are no gradients yet.
    """
    layers = list(weighted_layers(model).values())
    if (x is None) != (y is None):
        raise ValueError("give both x and y, or neither to read the gradients that training left")
    weights = [weight for layer in layers for weight in layer]
    gradients = [w.grad for w in weights] if x is None or y is None else _gradients(model, weights, x, y)
    if all(g is None for g in gradients):
        raise ValueError("the model has no gradients yet: train for a step, or pass x and y to compute them")
    with torch.no_grad():
        sizes = iter([w.new_zeros(()) if g is None else g.norm() for w, g in zip(weights, gradients, strict=True)])
        return torch.stack([torch.stack([next(sizes) for _ in layer]).norm() for layer in layers])


def _gradients(model: nn.Module, weights: list[Tensor], x: Tensor, y: Tensor) -> list[Tensor | None]:
    with preserved(model), torch.enable_grad():
        for weight in weights:
            weight.requires_grad_(True)  # a frozen layer has a gradient too
        return list(torch.autograd.grad(F.cross_entropy(model(x), y), weights, allow_unused=True))


class ActivationStatistics(NamedTuple):
    """Over examples, units and pixels of each layer's output: four tensors (layers,)."""

    mean: Tensor
    std: Tensor
    second_moment: Tensor  # mean of squares, what He's initialisation keeps
    zeros: Tensor  # fraction that is exactly 0


def activation_statistics(model: nn.Module, x: Tensor, of: Of = None) -> ActivationStatistics:
    """Mean, std, second moment and fraction of zeros of the signal after each layer, first layer first: (layers,) each.

    A layer is a dense layer, a convolution or a whole block; its output includes the normalisation, activation and
    pooling behind it, so row l is what layer l + 1 takes in, and the last row is the network's output. With `of`: the
    outputs of these modules alone, such as `nn.Linear` (pre-activations) or `nn.BatchNorm2d` (He et al.'s layer
    responses). In the mode that the model is in. Raises ValueError if there is no such module.
    """
    return ActivationStatistics(*_after_each_layer(model, x, of, _statistics).T)


def activation_cosines(model: nn.Module, x: Tensor, of: Of = None) -> Tensor:
    """The mean cosine between the signals of two different examples of `x`, (N, …), after each layer: (layers,).

    1: every example points the same way, 0: they have no direction in common. Layers and `of` are those of
    `activation_statistics`. An example whose signal is 0 throughout has no direction and is left out; nan where fewer
    than two are left. Raises ValueError for fewer than two examples, or if there is no such module.
    """
    if len(x) < 2:
        raise ValueError(f"a cosine is between two examples: give a batch of two or more, got {len(x)}")
    return _after_each_layer(model, x, of, _mean_cosine)


def _after_each_layer(model: nn.Module, x: Tensor, of: Of, look: Callable[[Tensor], Tensor]) -> Tensor:
    """What `look` makes of each layer's output: (layers, …)."""
    kinds = of or (*RESIDUAL, blocks.LooksLinear, *WEIGHTED)
    modules = [m for m in model.modules() if isinstance(m, kinds)] if of else list(_outermost(model, kinds))
    if not modules:
        wanted = names(kinds if isinstance(kinds, tuple) else (kinds,))
        raise ValueError(f"{type(model).__name__} has no {wanted}: name modules that it has, as in of=nn.ReLU")
    rows: list[Tensor] = []
    with preserved(model), torch.no_grad():
        for module in modules:
            if of:
                module.register_forward_hook(lambda _, __, output: rows.append(look(output)))
            else:
                module.register_forward_pre_hook(lambda _, inputs: rows.append(look(inputs[0])))
        output = model(x)
    if not of:  # the first layer's input is no layer's output
        rows = [*rows[1:], look(output)]
    return torch.stack(rows)


def _outermost(module: nn.Module, kinds: type | tuple[type, ...]) -> Iterator[nn.Module]:
    """The modules of these kinds that are in no other one of them."""
    if isinstance(module, kinds):
        yield module
    else:
        for child in module.children():
            yield from _outermost(child, kinds)


def _statistics(x: Tensor) -> Tensor:
    x = x.float() if x.dtype in (torch.float16, torch.bfloat16) or not x.is_floating_point() else x
    return torch.stack([x.mean(), x.std(correction=0), x.square().mean(), (x == 0).to(x.dtype).mean()])


def _mean_cosine(x: Tensor) -> Tensor:
    signals = x.flatten(1).double()
    signals = signals[signals.any(1)]
    n = len(signals)
    total: Tensor = (signals / signals.norm(dim=1, keepdim=True)).sum(0)
    return (total.square().sum() - n).div(n * (n - 1) or torch.nan)  # a square has n ones, and each cosine twice
