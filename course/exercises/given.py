"""What a case gives to an answer, and what may be said of the answer's conduct towards it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

Inputs = dict[str, Any]
Answer = Callable[..., Any]


class Conduct(NamedTuple):
    """A yes or no about how an answer behaved: whether it raised, changed or kept what it was given.

    Only the process in which the answer runs can see it, so an answer may forge it: a grader gives no points for
    conduct alone. no: what to say where it is not so and was expected; yes: where it is so and was not.
    """

    so: bool
    no: str
    yes: str


Seen = Iterator[tuple[str, Any] | Conduct]


class Given:
    """The inputs of a case by name, `given.x`, in their order, `answer(*given)`; it knows how they were at first."""

    def __init__(self, inputs: Inputs):
        self._inputs, self._before = inputs, copy.deepcopy(inputs)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._inputs[name]
        except KeyError:
            raise AttributeError(f"no input {name!r}; there are {', '.join(self._inputs)}") from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._inputs.values())

    def unchanged(self, name: str) -> Conduct:
        """Whether the tensors of this input are what they were when the case began."""
        now, before = tensors(self._inputs[name]), tensors(self._before[name])
        so = len(now) == len(before) and all(torch.equal(a, b) for a, b in zip(now, before, strict=True))
        return Conduct(so, f"changed the {name} that was given", f"left the {name} that was given as it was")

    def shared(self, name: str, result: Any) -> Conduct:
        """Whether this input and the result hold a tensor in common."""
        held = {tensor.data_ptr() for tensor in tensors(self._inputs[name])}
        so = any(tensor.data_ptr() in held for tensor in tensors(result))
        return Conduct(so, f"shares nothing with the {name} that was given",
                       f"shares tensors with the {name} that was given")  # fmt: skip

    def returned(self, name: str, result: Any) -> Conduct:
        """Whether the result is this very input, not something equal."""
        return Conduct(result is self._inputs[name], "returned something else than the object that was given",
                       "returned the very object that was given")  # fmt: skip


Look = Callable[[Answer, Given], Seen]


def tensors(value: Any) -> list[Tensor]:
    """The tensors of a module, parameters and buffers, or the tensor itself; of anything else none."""
    if isinstance(value, nn.Module):
        return list(value.state_dict(keep_vars=True).values())
    return [value] if isinstance(value, Tensor) else []
