"""`preserved`: how every measurement leaves the model as it found it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


@contextmanager
def preserved(model: nn.Module, training: bool | None = None) -> Iterator[None]:
    """Do anything with `model` but write to its parameters; at the end, or after an error, it is as before.

    Put back are each module's mode, hooks, attributes (a block's last gates and masks, an overridden `forward`) and
    buffers, each parameter's `.grad` and `requires_grad`, and all random numbers. Inside, the buffers are copies and
    every `.grad` is None; the originals are never written to, so a graph that waits for its backward stays valid.
    `training` chooses the mode inside; None keeps each module's own.
    """
    modules = [(module, _Snapshot(module)) for module in model.modules()]
    parameters = [(p, p.grad, p.requires_grad) for p in model.parameters()]
    random = RandomState(model)
    try:
        for module, _ in modules:
            module._buffers.update({name: None if b is None else b.clone() for name, b in module._buffers.items()})
        for p, _, _ in parameters:
            p.grad = None
        if training is not None:
            model.train(training)
        yield
    finally:
        for module, snapshot in modules:
            snapshot.restore(module)
        for p, gradient, requires_grad in parameters:
            p.requires_grad_(requires_grad).grad = gradient
        random.restore()


@contextmanager
def overridden(forwards: list[tuple[nn.Module, Callable[..., Tensor]]]) -> Iterator[None]:
    """Inside, each module computes the function given with it instead of its `forward`."""
    before = [(module, vars(module).get("forward")) for module, _ in forwards]
    try:
        for module, forward in forwards:
            vars(module)["forward"] = forward
        yield
    finally:
        for module, forward in reversed(before):
            if forward is None:
                vars(module).pop("forward", None)
            else:
                vars(module)["forward"] = forward


class RandomState:
    """The state of everything that a model draws from: its blocks' own generators and the global ones of its devices.

    `restore` makes the next draws the same again, as often as it is called.
    """

    def __init__(self, *models: nn.Module):
        modules = [module for model in models for module in model.modules()]
        owned = {g for m in modules if isinstance(g := getattr(m, "generator", None), torch.Generator)}
        self._saved: list[tuple[Callable[[Tensor], Any], Tensor]] = [(g.set_state, g.get_state()) for g in owned]
        self._saved.append((torch.set_rng_state, torch.get_rng_state()))
        for device in {p.device for m in models for p in m.parameters()}:
            if device.type == "cuda":
                g = torch.cuda.default_generators[device.index]
                self._saved.append((g.set_state, g.get_state()))
            elif device.type == "mps":
                self._saved.append((torch.mps.set_rng_state, torch.mps.get_rng_state()))

    def restore(self) -> None:
        """Go back to the saved state."""
        for put_back, state in self._saved:
            put_back(state)


class _Snapshot:
    """A module's attributes, and what its dicts (hooks, buffers, children) and lists hold; tensors are not copied."""

    def __init__(self, module: nn.Module):
        self.attributes = dict(vars(module))
        self.contents = {n: v.copy() for n, v in self.attributes.items() if isinstance(v, dict | list)}

    def restore(self, module: nn.Module) -> None:
        _put_back(vars(module), self.attributes)
        for name, content in self.contents.items():
            if isinstance(content, dict):
                _put_back(self.attributes[name], content)
            else:
                self.attributes[name][:] = content


def _put_back(mapping: MutableMapping[str, Any], saved: dict[str, Any]) -> None:
    for name in set(mapping) - set(saved):
        del mapping[name]
    mapping.update(saved)
