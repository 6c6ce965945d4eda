"""What a network is made of: layers with weights, blocks with a shortcut, and how a block falls into its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import blocks

WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, blocks.BatchNorm)
RESIDUAL = (blocks.Residual, blocks.StochasticDepth, blocks.PreActivation, blocks.ReZero, blocks.Fixup, blocks.Highway)
Function = Callable[[Tensor], Tensor]


class Parts(NamedTuple):
    """A block as three functions: y = after(branch(x) + shortcut(x))."""

    branch: Function
    shortcut: Function
    after: Function


def parts(block: nn.Module) -> Parts:
    """The block's parts. A highway block is read as y = x + T(x) (H(x) - x), stochastic depth as in eval mode.

    Raises TypeError for a module that is not one of `RESIDUAL`.
    """
    match block:
        case blocks.Highway():
            return Parts(lambda x: torch.sigmoid(block.gate(x)) * (F.relu(block.transform(x)) - x), identity, identity)
        case blocks.ReZero():  # SkipInit too
            return Parts(lambda x: block.scale * block.branch(x), identity, identity)
        case blocks.Fixup():
            return Parts(lambda x: _fixup_branch(block, x), identity, lambda y: F.relu(y + block.biases[3]))
        case blocks.PreActivation():
            before = block.activation if block.shares_activation else identity
            return Parts(lambda x: block.branch(block.activation(x)), lambda x: block.shortcut(before(x)), identity)
        case blocks.StochasticDepth():
            return Parts(lambda x: block.survival_probability * block.branch(x), block.shortcut, block.after)
        case blocks.Residual():
            return Parts(block.branch, block.shortcut, block.after)
    raise TypeError(f"{type(block).__name__} has no shortcut; blocks that have one: {names(RESIDUAL)}")


def _fixup_branch(block: blocks.Fixup, x: Tensor) -> Tensor:
    b1, b2, b3, _ = block.biases
    y: Tensor = block.scale * block.second(F.relu(block.first(x + b1) + b2) + b3)
    return y


def identity(x: Tensor) -> Tensor:
    """The identity."""
    return x


def residual_blocks(model: nn.Module) -> list[nn.Module]:
    """The blocks with a shortcut, in the order in which the model holds them; empty if there are none."""
    return [module for module in model.modules() if isinstance(module, RESIDUAL)]


def weighted_layers(model: nn.Module) -> dict[str, list[Tensor]]:
    """The weights of each dense layer and convolution by the layer's name, in the order in which the model holds them.

    A highway block's T and H count as one layer, as its depth does; so an `mlp` has `depth` of them, whatever its
    kind. Raises ValueError if there is none.
    """
    layers: dict[str, list[Tensor]] = {}
    counted: set[nn.Module] = set()
    for name, module in model.named_modules():
        if module in counted or not isinstance(module, (*WEIGHTED, blocks.Highway)):
            continue
        counted.update(module.modules())
        layers[name] = [m.weight for m in module.modules() if isinstance(m, WEIGHTED)]
    if not layers:
        raise ValueError(f"{type(model).__name__} has no layer with weights; those that count: {names(WEIGHTED)}")
    return layers


def hidden_layers(model: nn.Module) -> list[list[nn.Module]]:
    """What can be taken out of a plain network: the layers between first and last that keep their input's shape.

    Each is a list: a CReLU, the layer with weights, batch norm, as far as they are there. A ReLU behind them may stay,
    because two of them are one.
    """
    layers: list[list[nn.Module]] = []
    previous: nn.Module | None = None
    for module in _in_sequence(model):
        if isinstance(module, (*WEIGHTED, blocks.LooksLinear)):
            layers.append([previous, module] if isinstance(previous, blocks.CReLU) else [module])
        elif layers and isinstance(module, NORMS) and previous is layers[-1][-1]:
            layers[-1].append(module)
        previous = module
    return [layer for layer in layers[1:-1] if _keeps_shape(layer)]


def _in_sequence(module: nn.Module) -> Iterator[nn.Module]:
    """What the model's `nn.Sequential`s hold, nested ones unfolded."""
    for child in module._modules.values():
        if child is None:
            continue
        if isinstance(module, nn.Sequential) and not isinstance(child, nn.Sequential):
            yield child
        else:
            yield from _in_sequence(child)


def _keeps_shape(modules: list[nn.Module]) -> bool:
    weighted = next(m for m in modules if isinstance(m, (*WEIGHTED, blocks.LooksLinear)))
    layer = weighted.layer if isinstance(weighted, blocks.LooksLinear) else weighted
    doubled = 2 if layer is not weighted or isinstance(modules[0], blocks.CReLU) else 1
    if isinstance(layer, nn.Linear):
        return layer.in_features == doubled * layer.out_features
    assert isinstance(layer, nn.Conv1d | nn.Conv2d | nn.Conv3d)
    if isinstance(layer.padding, str):
        same_size = layer.padding == "same"
    else:
        sides = zip(layer.kernel_size, layer.padding, layer.dilation, layer.stride, strict=True)
        same_size = all(2 * pad == dilation * (kernel - 1) and stride == 1 for kernel, pad, dilation, stride in sides)
    return layer.in_channels == doubled * layer.out_channels and same_size


def names(types: tuple[type, ...]) -> str:
    """The types' names for an error message."""
    return ", ".join(t.__name__ for t in types)
