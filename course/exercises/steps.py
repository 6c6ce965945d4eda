"""Doing what a case says with somebody's answer, and writing down what is seen as plain arrays.

| step | does | sees |
|---|---|---|
| ("call", *names) | calls the answer with these inputs; what it returns is the result | its numbers, if it has any |
| ("fill", name)  | calls the answer, which shall fill this input | nothing yet |
| ("apply", name) | calls the result with an input | the output |
| ("count", kind) | counts in the result: "parameters", or modules such as "Linear" | the count |
| ("moments", name) | looks at an input that the call has filled in place | mean and standard deviation |
| ("same", name) | whether the result is that very input | 0 or 1 |
| ("unchanged", name) | compares an input with what it was | 0 or 1 |
| ("shares", name) | looks for a tensor that result and input both hold | 0 or 1 |
| ("step", x, y, w) | one step of SGD on the result, rate 0.1 | how far the input module w moved |
| ("raises", error, *names) | calls the answer with these inputs | whether it raises that error; others go on |
| ("part", i) | looks at one part of a result of several, such as (loss, gradient) | its numbers |
| ("average", n, *names) | calls the answer n times with these inputs | the mean of what it returns |
| ("spread", *names) | calls the answer with these inputs | its mean, its deviation and that of its column means |
| ("rows", *names) | calls the answer with these inputs | spread within rows, and of the rows' means |
| ("over", n, x) | applies the result, a module, n times to an input | the mean output |
| ("load", name) | loads the result, a module, with these weights | nothing |
| ("constant", value) | sets every parameter of the result, a module, to this value | nothing |
| ("mode", "eval") | puts the result, a module, into training or evaluation mode | nothing |
| ("gradient", x) | the gradient of half the squared output of the result | with respect to the input x |
| ("method", m, *names) | calls the result's method m | what it returns |
| ("field", f) | reads the result's attribute f | its numbers |
| ("sorted", *names) | calls the answer with these inputs | what it returns, sorted along dimension 1 |
| ("shape", x) | applies the result to an input | the shape of the output |
| ("input", name, f) | reads an attribute of an input, such as a count of its calls | its numbers |
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.exercises.declared import Case

MOST_NUMBERS = 1_000_000
Seen = list[np.ndarray]


def run(case: Case, answer: Any) -> Seen:
    """Build the case's inputs and do its steps: what each saw, as float64 arrays. Whatever the answer raises goes on.

    The random numbers of the process are put back afterwards.
    """
    inputs = case.inputs(case.seed)
    state = State(answer, inputs, copy.deepcopy(inputs))
    with torch.random.fork_rng(devices=[]), np.errstate(invalid="ignore"):  # infinity is shown, not warned of
        torch.manual_seed(case.seed)
        seen = [OPERATIONS[name](state, *arguments) for name, *arguments in case.steps]
    return [np.asarray(value, dtype=np.float64) for value in seen]


class State:
    """One case under way: the answer, its inputs now and as they were, and what it has returned."""

    def __init__(self, answer: Any, inputs: dict[str, Any], before: dict[str, Any]):
        self.answer, self.inputs, self.before = answer, inputs, before
        self.result: Any = None

    def get(self, names: tuple[str, ...]) -> list[Any]:
        """The inputs of these names."""
        return [self.inputs[name] for name in names]


def numbers(value: Any) -> np.ndarray:
    """The numbers of a tensor, a number or a sequence of these; empty for what has none. Raises TypeError where there
    are too many.
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


def _call(state: State, *names: str) -> np.ndarray:
    state.result = state.answer(*state.get(names))
    return numbers(state.result)


def _fill(state: State, name: str) -> np.ndarray:
    state.result = state.answer(state.inputs[name])
    return np.empty(0)


def _apply(state: State, name: str) -> np.ndarray:
    with torch.no_grad():
        return numbers(state.result(state.inputs[name]))


def _count(state: State, kind: str) -> int:
    if kind == "parameters":
        return sum(p.numel() for p in state.result.parameters())
    return sum(type(module).__name__ == kind for module in state.result)  # a repeated module counts each time


def _moments(state: State, name: str) -> list[float]:
    values = state.inputs[name].detach().double()
    return [float(values.mean()), float(values.std(correction=0))]


def _same(state: State, name: str) -> bool:
    return state.result is state.inputs[name]


def _unchanged(state: State, name: str) -> bool:
    now, before = list(_tensors(state.inputs[name])), list(_tensors(state.before[name]))
    return len(now) == len(before) and all(torch.equal(a, b) for a, b in zip(now, before, strict=True))


def _shares(state: State, name: str) -> bool:
    held = {tensor.data_ptr() for tensor in _tensors(state.inputs[name])}
    return any(tensor.data_ptr() in held for tensor in _tensors(state.result))


def _step(state: State, x: str, y: str, watched: str) -> float:
    """One step of SGD on what was returned, to see whether it trains and whom it takes along."""
    rate = 0.1
    loss = F.cross_entropy(state.result(state.inputs[x]), state.inputs[y])
    parameters = list(state.result.parameters())
    gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            if gradient is not None:
                parameter.sub_(rate * gradient)
    pairs = zip(_tensors(state.inputs[watched]), _tensors(state.before[watched]), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


def _raises(state: State, error: str, *names: str) -> bool:
    try:
        state.answer(*state.get(names))
    except Exception as raised:
        if error not in (kind.__name__ for kind in type(raised).__mro__):
            raise
        return True
    return False


def _part(state: State, index: int) -> np.ndarray:
    return numbers(state.result[index])


def _average(state: State, times: int, *names: str) -> np.ndarray:
    return np.stack([_call(state, *names) for _ in range(times)]).mean(axis=0)


def _spread(state: State, *names: str) -> list[float] | np.ndarray:
    values = _call(state, *names)
    if not (values.size and values.ndim):
        return values  # there are no columns: what came back says enough
    return [float(values.mean()), float(values.std()), float(values.mean(axis=0).std()) * values.shape[0] ** 0.5]


def _rows(state: State, *names: str) -> list[float] | np.ndarray:
    values = _call(state, *names)
    if not values.size or values.ndim < 2:
        return values
    return [float(values.std(axis=1).mean()), float(values.mean(axis=1).std()), float(values.mean())]


def _over(state: State, times: int, name: str) -> np.ndarray:
    return np.stack([_apply(state, name) for _ in range(times)]).mean(axis=0)


def _load(state: State, name: str) -> np.ndarray:
    state.result.load_state_dict(state.inputs[name])
    return np.empty(0)


def _constant(state: State, value: float) -> np.ndarray:
    """So that its outputs do not depend on the order in which modules were made, nor on their names."""
    with torch.no_grad():
        for parameter in state.result.parameters():
            parameter.fill_(value)
    return np.empty(0)


def _mode(state: State, mode: str) -> np.ndarray:
    state.result.train(mode == "train")
    return np.empty(0)


def _gradient(state: State, name: str) -> np.ndarray:
    x = state.inputs[name].detach().requires_grad_()
    return numbers(torch.autograd.grad(state.result(x).square().sum() / 2, x)[0])


def _method(state: State, method: str, *names: str) -> np.ndarray:
    return numbers(getattr(state.result, method)(*state.get(names)))


def _sorted(state: State, *names: str) -> np.ndarray:
    values = _call(state, *names)
    return np.sort(values, axis=1) if values.ndim > 1 else values


def _shape(state: State, name: str) -> list[float]:
    return [float(size) for size in _apply(state, name).shape]


def _field(state: State, field: str) -> np.ndarray:
    return numbers(getattr(state.result, field))


def _input(state: State, name: str, field: str) -> np.ndarray:
    return numbers(getattr(state.inputs[name], field))


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, nn.Module):
        yield from value.state_dict(keep_vars=True).values()
    elif isinstance(value, Tensor):
        yield value


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": _call, "fill": _fill, "apply": _apply, "count": _count, "moments": _moments, "same": _same,
    "unchanged": _unchanged, "shares": _shares, "step": _step, "raises": _raises,
    "part": _part, "average": _average, "spread": _spread, "rows": _rows, "over": _over,
    "load": _load, "constant": _constant, "mode": _mode, "gradient": _gradient, "method": _method,
    "field": _field, "shape": _shape, "sorted": _sorted, "input": _input,
}  # fmt: skip


def agrees(seen: Seen, expected: Seen, tolerance: float) -> bool:
    """Whether all that was seen has the expected shapes, and values within `tolerance` of the largest finite one."""
    if [value.shape for value in seen] != [value.shape for value in expected]:
        return False
    return all(
        np.allclose(a, b, rtol=0, atol=tolerance * max(1e-30, _largest(b)), equal_nan=True)
        for a, b in zip(seen, expected, strict=True)
    )


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0))
