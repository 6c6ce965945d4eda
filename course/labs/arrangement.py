"""A trained network some of whose layers are left out or swapped: which ones, and what it then does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from torch import nn

from course import measure, wording


@dataclass(frozen=True)
class Change:
    """What a network with a changed arrangement does on the test images."""

    label: str  # such as "without layer 7"
    loss: float  # nats
    accuracy: float  # a fraction

    @property
    def error(self) -> float:
        """The fraction of test images that it names wrongly."""
        return 1 - self.accuracy

    def __repr__(self) -> str:
        """One line, so that a cell may end in it."""
        return f"{self.label}: test error {wording.percent(self.error)}, loss {wording.number(self.loss)}"


@dataclass(frozen=True)
class Arrangement:
    """The blocks of a network that can be left out or swapped (see `measure.block_layers`), and what was done to them.
    The reader names layers, as depth counts them, from 1 on; a layer stands for its block.
    """

    blocks: tuple[tuple[int, ...], ...]  # the layers of each
    order: tuple[int, ...]  # at place i stands block order[i]
    widths: tuple[tuple[int, int], ...]  # of each layer of the network: of its input and of its output
    out: frozenset[int] = frozenset()  # blocks

    @classmethod
    def of(cls, model: nn.Module) -> Self:
        """A network as it is."""
        blocks = tuple(map(tuple, measure.block_layers(model)))
        shapes = [weights[0].shape for weights in measure.weighted_layers(model).values()] if blocks else []
        return cls(blocks, tuple(range(len(blocks))), tuple((shape[1], shape[0]) for shape in shapes))

    @property
    def whole(self) -> bool:
        """Whether nothing is left out, and each block stands at its own place."""
        return not self.out and not self.moved

    @property
    def moved(self) -> list[tuple[int, int]]:
        """(place, block) where another block stands than the network's own."""
        return [(place, block) for place, block in enumerate(self.order) if place != block]

    @property
    def label(self) -> str:
        """What was done, in words; empty for a whole network."""
        out = sorted(layer for block in self.out for layer in self.blocks[block])
        words = [f"without {'layer' if len(out) == 1 else 'layers'} {wording.ranges(out)}"] if out else []
        return ", ".join(words + [self._exchanged(cycle) for cycle in self._cycles()])

    def left_out(self, layers: Iterable[int]) -> Self:
        """Without these as well. Raises ValueError for a layer that cannot be left out."""
        return replace(self, out=self.out | self._named(layers))

    def put_back(self, layers: Iterable[int] = ()) -> Self:
        """With these again; without `layers` the whole network. Raises ValueError for a layer that is always there."""
        if back := self._named(layers):
            return replace(self, out=self.out - back)
        return replace(self, out=frozenset(), order=tuple(range(len(self.blocks))))

    def swapped(self, one: int, other: int) -> Self:
        """The blocks of two layers in each other's place. Raises ValueError for a layer that cannot be swapped."""
        first, second = self._block(one), self._block(other)
        if first == second:
            raise ValueError(f"layers {one} and {other} are one block: name two that differ")
        places = {first: second, second: first}
        return replace(self, order=tuple(places.get(block, block) for block in self.order))

    def _named(self, layers: Iterable[int]) -> frozenset[int]:
        return frozenset(map(self._block, layers))

    def _block(self, layer: int) -> int:
        """The block of a layer. Raises ValueError where there is none."""
        for block, layers in enumerate(self.blocks):
            if layer in layers:
                return block
        movable = wording.ranges(layer for layers in self.blocks for layer in layers)
        raise ValueError(f"{self._reason(layer)}. Layers that can be left out or swapped: {movable}")

    def _reason(self, layer: int) -> str:
        if layer not in range(1, len(self.widths) + 1):
            return f"there is no layer {layer}, only 1 to {len(self.widths)}"
        takes, gives = self.widths[layer - 1]
        if layer == 1:
            return f"layer 1 turns the {takes} numbers of an image into {gives}: nothing can take its place"
        if layer == len(self.widths):
            return f"layer {layer} makes the scores of the {gives} classes: nothing can take its place"
        return f"layer {layer} turns {takes} numbers into {gives}: nothing can take its place"

    def _cycles(self) -> list[list[int]]:
        """The places between which blocks have moved, each group from its first place on."""
        cycles: list[list[int]] = []
        for place, _ in self.moved:
            if not any(place in cycle for cycle in cycles):
                cycle = [place]
                while (block := self.order[cycle[-1]]) != place:
                    cycle.append(block)
                cycles.append(sorted(cycle))
        return cycles

    def _exchanged(self, places: list[int]) -> str:
        here = [wording.ranges(self.blocks[place]) for place in places]
        if len(places) == 2:
            return f"layers {here[0]} and {here[1]} swapped"
        there = [wording.ranges(self.blocks[self.order[place]]) for place in places]
        return f"layers {', '.join(here)} in the order {', '.join(there)}"
