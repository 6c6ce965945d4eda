"""What a case gives to an answer, and what may be said of the answer's conduct towards it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

Inputs = dict[str, Any]
Answer = Callable[..., Any]


class Conduct(NamedTuple):
    """A yes or no about how an answer behaved: whether it raised, changed or kept what it was given.

    Only the process in which the answer runs can see it, so an answer may forge it: a grader gives no points for
    conduct alone. no: what to say where it is not so and was expected; yes: where it is so and was not. way: in which
    of several ways it is not so, by which usual mistakes are told apart; ways: what to say for each of them.
    """

    so: bool
    no: str
    yes: str
    way: int = 0
    ways: tuple[str, ...] = ()

    @property
    def number(self) -> float:
        """1 where it is so; otherwise 0, or below it for another way."""
        return 1.0 if self.so else float(-self.way)

    def words(self, number: float) -> str:
        """What to say where the same was asked of another answer, and its `number` was this."""
        named = {float(-way): words for way, words in enumerate(self.ways)}
        return self.yes if number > 0 else named.get(number, self.no)


Seen = Iterator[tuple[str, Any] | Conduct]


WAYS = (
    "changed", "left other gradients than before in .grad of", "left requires_grad otherwise than before in",
    "left another mode, training or evaluation, in", "left a hook in",
)  # fmt: skip


class State:
    """What an answer may leave changed in a module, a tensor, or a list or dict of tensors or numbers."""

    def __init__(self, value: Any):
        held = tensors(value)
        modules = list(value.modules()) if isinstance(value, nn.Module) else []
        self.kinds = [type(module) for module in modules]
        self.listed = repr(value) if isinstance(value, list | dict) else ""
        self.numbers = [tensor.detach().clone() for tensor in held]
        self.gradients = [
            tensor.grad.clone() if tensor.is_leaf and tensor.grad is not None else None for tensor in held
        ]
        self.asked = [tensor.requires_grad for tensor in held]
        self.modes = [module.training for module in modules]
        self.hooks = [
            len(hooks) for module in modules for name, hooks in vars(module).items() if name.endswith("_hooks")
        ]

    def left_by(self, value: Any) -> int | None:
        """Which of `WAYS` has changed a value that was in this state; None if none has."""
        now = State(value)
        same = (
            (self.kinds, self.listed) == (now.kinds, now.listed) and _equal(self.numbers, now.numbers),
            _equal(self.gradients, now.gradients),
            self.asked == now.asked, self.modes == now.modes, self.hooks == now.hooks,
        )  # fmt: skip
        return None if all(same) else same.index(False)


def _equal(some: Sequence[Tensor | None], others: Sequence[Tensor | None]) -> bool:
    return len(some) == len(others) and all(
        a is b if a is None or b is None else torch.equal(a, b) for a, b in zip(some, others, strict=True)
    )


class Given:
    """The inputs of a case by name, `given.x`, in their order, `answer(*given)`; it knows how they were at first."""

    def __init__(self, inputs: Inputs):
        self._inputs, self._before = inputs, {name: State(value) for name, value in inputs.items()}

    def __getattr__(self, name: str) -> Any:
        try:
            return self._inputs[name]
        except KeyError:
            raise AttributeError(f"no input {name!r}; there are {', '.join(self._inputs)}") from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._inputs.values())

    def unchanged(self, name: str) -> Conduct:
        """Whether this input is what it was when the case began: numbers, gradients, modes and hooks."""
        way = self._before[name].left_by(self._inputs[name])
        ways = tuple(f"{way} the given {name}" for way in WAYS)
        no = f"has not left the given {name} as it was" if way is None else ways[way]
        return Conduct(way is None, no, f"left the given {name} unchanged", way or 0, ways)

    def shared(self, name: str, result: Any) -> Conduct:
        """Whether this input and the result hold a tensor in common."""
        held = {tensor.data_ptr() for tensor in tensors(self._inputs[name])}
        so = any(tensor.data_ptr() in held for tensor in tensors(result))
        return Conduct(so, f"shares nothing with the given {name}",
                       f"shares tensors with the given {name}")  # fmt: skip

    def returned(self, name: str, result: Any) -> Conduct:
        """Whether the result is this very input, not something equal."""
        return Conduct(result is self._inputs[name], "returned something else than the object that was given",
                       "returned the very object that was given")  # fmt: skip


Look = Callable[[Answer, Given], Seen]


def tensors(value: Any) -> list[Tensor]:
    """The tensors of a module, parameters and buffers, or the tensor itself, or those in a list; of all else none."""
    if isinstance(value, nn.Module):
        return list(value.state_dict(keep_vars=True).values())
    if isinstance(value, list):
        return [tensor for part in value for tensor in tensors(part)]
    return [value] if isinstance(value, Tensor) else []
