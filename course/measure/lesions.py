"""Networks with blocks taken out or put in another order, and put back afterwards (Srivastava et al. 2015, fig. 4;
Veit et al. 2016, figs. 3-5).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import blocks, devices
from course.data import Split
from course.measure.preserving import overridden, preserved
from course.measure.structure import RESIDUAL, hidden_layers, identity, names, parts, residual_blocks, weighted_layers
from course.recipes import Recipe
from course.training.evaluation import BATCH

Unit = list[tuple[nn.Module, Callable[[Tensor], Tensor]]]  # a block's modules, and what each computes when it is gone


class Lesions(NamedTuple):
    """Each block taken out on its own: errors as fractions, losses in nats."""

    error: Tensor  # (blocks,)
    loss: Tensor  # (blocks,)
    base_error: float  # of the whole network
    base_loss: float


class Shuffle(NamedTuple):
    """The order in which blocks compute: at place i stands block order[i]."""

    order: Tensor  # (blocks,)
    kendall_tau: float  # 1 for the network's own order, about 0 for a random one, -1 for the reverse


def lesion(model: nn.Module, split: Split) -> Lesions:
    """The error and loss on `split`, such as `digits.train`, with one block at a time reduced to its shortcut.

    Residual blocks skip their branch, a ReLU after the sum stays; highway blocks have all gates 0, pure copy. A
    network without such blocks loses one hidden layer of equal width, with its batch norm (and a CReLU before it). In
    eval mode; costs one pass over the split per block, in an `nn.Sequential` from that block on. Raises ValueError if
    the model has neither, TypeError for what is not a split.
    """
    if not isinstance(split, Split):
        raise TypeError(f"lesion needs one split of a data set, such as digits.train; got {type(split).__name__}")
    units = _units(model)
    total = torch.zeros(1 + len(units), 2, dtype=torch.float64)
    with preserved(model, training=False), torch.no_grad(), devices.threads(Recipe().threads):
        for index in torch.arange(len(split), device=split.y.device).split(BATCH):
            x, y = split[index]
            found = [_judged(model(x), y), *_without_each(model, units, x, y)]
            total += torch.tensor(found, dtype=total.dtype)
    loss, accuracy = (total / len(split)).T
    return Lesions(1 - accuracy[1:].float(), loss[1:].float(), 1 - accuracy[0].item(), loss[0].item())


def _judged(logits: Tensor, y: Tensor) -> tuple[float, float]:
    """(sum of the losses, how many are right)."""
    return F.cross_entropy(logits.float(), y, reduction="sum").item(), (logits.argmax(1) == y).sum().item()


def _without_each(model: nn.Module, units: list[Unit], x: Tensor, y: Tensor) -> Iterator[tuple[float, float]]:
    """The same without each unit; what stands before it in an `nn.Sequential` computes the same as with it, so that is
    computed once.
    """
    sequence = model if type(model) is nn.Sequential else nn.Sequential(model)
    at, reached = 0, x
    for unit in units:
        place = next(i for i, child in enumerate(sequence) if unit[0][0] in child.modules())
        if place < at:  # a module that the model holds twice
            at, reached = 0, x
        reached = sequence[at:place](reached)
        at = place
        with overridden(unit):
            yield _judged(sequence[at:](reached), y)


def delete_blocks(model: nn.Module, indices: int | Iterable[int]) -> AbstractContextManager[None]:
    """Inside the `with`, these blocks are reduced to their shortcuts, as in `lesion`: one index, or several.

    Block 0 is next to the input; -1 is the last. Raises ValueError for a block that the model does not have.
    """
    count = len(_units(model))
    chosen = [indices] if isinstance(indices, int) else list(indices)
    for index in chosen:
        if not -count <= index < count:
            raise ValueError(f"the model has {count} blocks, 0 to {count - 1}; got {index}")
    return rearrange_blocks(model, range(count), {index % count for index in chosen})


def rearrange_blocks(
    model: nn.Module, order: Sequence[int], without: Collection[int] = ()
) -> AbstractContextManager[None]:
    """Inside the `with`, block `order[i]` computes at place i; those in `without` are reduced to their shortcuts, as in
    `lesion`.

    Raises ValueError for an order that does not name each block once, or with one at the place of another shape.
    """
    units = _units(model)
    if sorted(order) != list(range(len(units))):
        raise ValueError(f"the order must name each of the {len(units)} blocks once, from 0 on; got {list(order)}")
    moves: list[tuple[nn.Module, Callable[..., Tensor]]] = []
    for place, taken in enumerate(order):
        here, there = units[place], units[taken]
        if place != taken and _shape(here) != _shape(there):
            raise ValueError(
                f"blocks {min(place, taken)} and {max(place, taken)} differ in shape, so cannot be exchanged"
            )
        if place != taken or taken in without:
            computes = [gone if taken in without else module.forward for module, gone in there]
            moves += [(module, forward) for (module, _), forward in zip(here, computes, strict=True)]
    return overridden(moves)


def block_layers(model: nn.Module) -> list[list[int]]:
    """The layers of each block that can be left out, as `lesion` counts them: numbers in `weighted_layers`, the first
    layer being 1. Empty for a model without such blocks.

    >>> from course import networks
    >>> block_layers(networks.mlp("residual", 6)), block_layers(networks.mlp("plain", 4))
    ([[2, 3], [4, 5]], [[2], [3]])
    """
    if not (residual_blocks(model) or hidden_layers(model)):
        return []
    layers = [model.get_submodule(name) for name in weighted_layers(model)]
    held = [{part for module, _ in unit for part in module.modules()} for unit in _units(model)]
    return [[number for number, layer in enumerate(layers, 1) if layer in inside] for inside in held]


@contextmanager
def shuffle_blocks(model: nn.Module, swaps: int, seed: int = 0) -> Iterator[Shuffle]:
    """Inside the `with`, two blocks have changed places, `swaps` times; it yields the `Shuffle`.

    Only blocks of equal parts and shapes change places, drawn from `seed` (Veit et al. 2016, fig. 5 right). Raises
    ValueError if there are no two of them.
    """
    shapes = [_shape(unit) for unit in _units(model)]
    alike = [(i, j) for j in range(len(shapes)) for i in range(j) if shapes[i] == shapes[j]]
    if not alike:
        raise ValueError(f"to change places, two blocks must be of equal shape; these {len(shapes)} all differ")
    generator = torch.Generator().manual_seed(seed)
    order = list(range(len(shapes)))
    for pair in torch.randint(len(alike), (swaps,), generator=generator).tolist():
        i, j = alike[pair]
        order[i], order[j] = order[j], order[i]
    with rearrange_blocks(model, order):
        yield Shuffle(torch.tensor(order), kendall_tau(order))


def _shape(unit: Unit) -> list[tuple[type[nn.Module], str]]:
    """What all that a block holds says of itself, chances and gate biases apart: they change no shape."""
    free = (blocks.StochasticDepth, blocks.DropPath, blocks.Dropout, blocks.Highway)
    held = [part for module, _ in unit for part in module.modules()]
    return [(type(part), "" if isinstance(part, free) else part.extra_repr()) for part in held]


def kendall_tau(order: Iterable[int]) -> float:
    """Kendall's rank correlation of a permutation with the order 0, 1, 2 …: (pairs in order - pairs not) / pairs.

    Raises ValueError for fewer than two numbers.

    >>> kendall_tau([0, 1, 2, 3]), kendall_tau([3, 2, 1, 0]), round(kendall_tau([1, 0, 2, 3]), 3)
    (1.0, -1.0, 0.667)
    """
    ranks = torch.tensor(list(order))
    if len(ranks) < 2:
        raise ValueError(f"an order needs at least 2 members, got {len(ranks)}")
    rising = (ranks[None, :] - ranks[:, None]).sign().triu(diagonal=1)
    return rising.sum().item() / (len(ranks) * (len(ranks) - 1) / 2)


def _units(model: nn.Module) -> list[Unit]:
    """What can be taken out: for each block its modules, and what each computes when the block is gone."""
    units: list[Unit] = [[(block, _without_branch(block))] for block in residual_blocks(model)]
    units = units or [[(module, identity) for module in layer] for layer in hidden_layers(model)]
    if not units:
        raise ValueError(
            f"nothing to take out: {type(model).__name__} needs a block with a shortcut ({names(RESIDUAL)}) "
            "or a hidden layer of equal width in an nn.Sequential"
        )
    return units


def _without_branch(block: nn.Module) -> Callable[[Tensor], Tensor]:
    _, shortcut, after = parts(block)
    return lambda x: after(shortcut(x))
