"""Runs that share network, seed and batches and differ in their learning rate, trained as one stacked network.

A weight (out, in) becomes (T, out, in), an activation (N, C) becomes (T, C, N). The channels stay at dimension 1, so
blocks that add, gate, rectify or concatenate them work on a stack as they are.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Generator, Iterator
from itertools import compress, groupby, pairwise
from operator import itemgetter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import augment, blocks, devices
from course.data import Dataset
from course.recipes import Recipe
from course.records import Record, Run, diverged
from course.training.evaluation import evaluations
from course.training.loop import Stop
from course.training.optimizers import decays, sgd_update
from course.training.state import State

WIDEST = 100  # units; single runs of wider layers are as fast: tests/benchmarks/training.py --rule


class _Flatten(nn.Module):
    """The same images for all runs: (N, …) -> (T, numbers, N)."""

    def __init__(self, one: nn.Flatten):
        super().__init__()
        self.count = 1  # T

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).T.expand(self.count, -1, -1)


class _Linear(nn.Module):
    """(T, in, N) -> (T, out, N); weight (T, out, in), bias (T, out)."""

    def __init__(self, one: nn.Linear):
        super().__init__()
        self.weight, self.bias = one.weight, one.bias

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias.unsqueeze(2), self.weight, x)


class _BatchNorm(nn.Module):
    """(T, C, N) -> the same, each channel of each run by its own statistics; these, weight and bias (T, C)."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor  # (T,)

    def __init__(self, one: nn.BatchNorm1d):
        super().__init__()
        self._parameters, self._buffers = one._parameters, one._buffers
        self.momentum, self.eps = one.momentum or 0.0, one.eps

    def forward(self, x: Tensor) -> Tensor:
        self.num_batches_tracked.add_(1)
        mean, var, weight, bias = (v.reshape(-1) for v in (self.running_mean, self.running_var, self.weight, self.bias))
        y = F.batch_norm(x.view(1, -1, x.shape[2]), mean, var, weight, bias, True, self.momentum, self.eps)
        return y.view(x.shape)


class _Carry(torch.autograd.Function):
    """The highway block as one node, whose backward pass needs x, H and T alone: a seventh of its time is saved, which
    goes into reading and writing memory. x (T, C, N), weights (T, C, C), biases (T, C) -> y and gates (T, C, N).
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, w_h: Tensor, b_h: Tensor, w_t: Tensor, b_t: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.baddbmm(b_h.unsqueeze(2), w_h, x).relu_()
        t = torch.baddbmm(b_t.unsqueeze(2), w_t, x).sigmoid_()
        ctx.save_for_backward(x, h, t, w_h, w_t)
        ctx.mark_non_differentiable(t)
        return torch.lerp(x, h, t), t

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:
        x, h, t, w_h, w_t = ctx.saved_tensors
        dy = gradients[0]
        dt = torch.ops.aten.sigmoid_backward((h - x).mul_(dy), t)
        dh = dy * t
        dx = dy - dh
        dh = torch.ops.aten.threshold_backward(dh, h, 0)
        dx.baddbmm_(w_h.mT, dh).baddbmm_(w_t.mT, dt)
        return dx, torch.bmm(dh, x.mT), dh.sum(2), torch.bmm(dt, x.mT), dt.sum(2)


class _Highway(blocks.Highway):
    """(T, C, N) -> the same; `gates` (T, C, N)."""

    def __init__(self, one: blocks.Highway):
        nn.Module.__init__(self)
        self.transform, self.gate = _stacked(one.transform), _stacked(one.gate)

    def forward(self, x: Tensor) -> Tensor:
        h, t = self.transform, self.gate
        y: Tensor
        y, self.gates = _Carry.apply(x, h.weight, h.bias, t.weight, t.bias)
        return y


STACKED: dict[type[nn.Module], Callable[[Any], nn.Module]] = {
    nn.Flatten: _Flatten,
    nn.Linear: _Linear,
    nn.BatchNorm1d: _BatchNorm,
    blocks.Highway: _Highway,
}
AS_THEY_ARE = {
    nn.Sequential, nn.Identity, nn.ReLU, nn.Tanh, nn.Sigmoid, blocks.CReLU, blocks.LooksLinear, blocks.Residual,
    blocks.ReZero, blocks.StochasticDepth,
}  # fmt: skip


def stackable(network: nn.Module, data: Dataset, recipe: Recipe) -> bool:
    """Whether runs of the network can be stacked, and whether that pays: layers of at most 100 units, SGD, a CPU."""
    modules = [module for _, module in network.named_modules(remove_duplicate=False)]
    dense = [m for m in modules if isinstance(m, nn.Linear)]
    norms = [m for m in modules if isinstance(m, nn.BatchNorm1d)]
    return (
        data.device.type == "cpu"
        and (recipe.optimizer, recipe.precision, recipe.channels_last, recipe.compile)
        == ("sgd", "float32", False, False)
        and type(network) is nn.Sequential
        and [i for i, m in enumerate(modules) if type(m) is nn.Flatten] == [1]
        and all(type(m) in STACKED or type(m) in AS_THEY_ARE for m in modules)
        and len(dense) > 0
        and all(m.bias is not None and m.out_features <= WIDEST for m in dense)
        and all(m.affine and m.track_running_stats and m.momentum for m in norms)
        and sum(len(m._parameters) for m in modules) == len(list(network.parameters()))
        and all(p.requires_grad and p.dtype == torch.float32 for p in network.parameters())
        and not any(m._forward_hooks or m._forward_pre_hooks or m._backward_hooks for m in modules)
    )


def _stacked(module: nn.Module) -> nn.Module:
    """The module with its layers in their stacked form; the parameters are still one run's."""
    if type(module) in STACKED:
        return STACKED[type(module)](module)
    for name, child in module.named_children():
        setattr(module, name, _stacked(child))
    if isinstance(module, nn.Sequential):
        for before, after in pairwise(module):
            if type(after) is nn.ReLU:
                after.inplace = type(before) in STACKED.values()  # nobody else needs what the layer gave
    return module


class Stack:
    """Runs that go on together, each with a model and an optimiser of its own, whose numbers are views of the stack's.

    A run that leaves takes its numbers with it and can be resumed.
    """

    def __init__(self, runs: list[Run], data: Dataset, stop: Stop | None = None):
        self.runs, self.data, self.stop = runs, data, stop
        self.network = _stacked(copy.deepcopy(runs[0].state.model)).train()
        self.parameters = list(self.network.parameters())
        self.sizes = [p.numel() for p in self.parameters]
        recipe = runs[0].recipe
        self.decayed = [recipe.weight_decay > 0 and decays(p, recipe) for p in self.parameters]
        self.shared = State(self.network, data, recipe, tried=True)  # step, order of the images, random numbers
        self._gather()

    def _gather(self) -> None:
        """The runs' numbers move into the stack's, of which their models and optimisers then hold views."""
        models = [run.state.model.train() for run in self.runs]
        self.optimizers = [run.state.optimizer for run in self.runs]
        self._gather_parameters()
        for whole, *each in zip(self.network.buffers(), *(m.buffers() for m in models), strict=True):
            whole.data = torch.stack(each)
            for one, view in zip(each, whole, strict=True):
                one.data = view
        everywhere = zip(self.network.modules(), *(m.modules() for m in models), strict=True)
        self.shown = [(b, each) for b, *each in everywhere if isinstance(b, (blocks.Highway, blocks.StochasticDepth))]
        next(m for m in self.network.modules() if isinstance(m, _Flatten)).count = len(self.runs)

    def _gather_parameters(self) -> None:
        """Weights, gradients and velocities become a matrix each, a row a run."""
        flat = nn.utils.parameters_to_vector
        self.weights = torch.stack([flat(o.parameters).detach() for o in self.optimizers])  # (T, numbers)
        self.velocities = torch.stack([flat(o.velocities) for o in self.optimizers])
        self.gradients = torch.zeros_like(self.weights)
        columns = zip(*(m.split(self.sizes, 1) for m in (self.weights, self.gradients, self.velocities)), strict=True)
        self.slots = []
        for i, (weights, gradients, velocities) in enumerate(columns):
            shape = self.optimizers[0].parameters[i].shape
            self.parameters[i].data = weights.view(-1, *(shape or (1, 1)))
            self.slots.append(gradients.view(self.parameters[i].shape))
            for row, optimizer in enumerate(self.optimizers):
                optimizer.parameters[i].data = weights[row].view(shape)
                optimizer.parameters[i].grad = gradients[row].view(shape)
                optimizer.velocities[i] = velocities[row].view(shape)
        self.present = [True] * len(self.sizes)

    def keep(self, staying: list[Run]) -> None:
        """Go on with these runs alone."""
        for run in self.runs:
            if run not in staying:
                self._release(run)
        self.runs = [run for run in self.runs if run in staying]
        if self.runs:
            self._gather()

    def _release(self, run: Run) -> None:
        """Give a run its own copy of its numbers, and the state of the random ones."""
        run.status = run.ending
        for p in run.state.model.parameters():
            p.data, p.grad = p.data.clone(), p.grad if p.grad is None else p.grad.clone()
        for buffer in run.state.model.buffers():
            buffer.data = buffer.data.clone()
        run.state.optimizer.velocities = [v.clone() for v in run.state.optimizer.velocities]
        for name, generator in run.state.generators.items():
            generator.set_state(self.shared.generators[name].get_state())

    def advance(self, epochs: int) -> Iterator[tuple[Run, Record]]:
        """Train to the end of that epoch and yield (run, its new record); a run that diverges leaves."""
        return devices.on_threads(self.shared.recipe.threads, self._advance(epochs))

    def _advance(self, epochs: int) -> Generator[tuple[Run, Record]]:
        recipe, state = self.shared.recipe, self.shared
        for epoch in range(state.epoch, epochs + 1):
            for x, y in state.batches(self.data, epoch):
                if not self.runs or (self.stop is not None and self.stop.is_set()):
                    return
                records = self._step(augment.apply(recipe.augment, x, state.generators["augment"]), y, epoch)
                yield from zip(self.runs, records, strict=True)
                if any(record.diverged for record in records):
                    self.keep([run for run, record in zip(self.runs, records, strict=True) if not record.diverged])
            for run in self.runs:
                for record in evaluations(run.state, self.data, epoch):
                    run.records.append(record)
                    yield run, record

    def _step(self, x: Tensor, y: Tensor, epoch: int) -> list[Record]:
        """Forward, loss, backward, update of all runs: x (N, C, H, W), y (N,). `train_step`, with T losses."""
        began = time.perf_counter()
        for p in self.parameters:
            p.grad = None
        logits = self.network(x)  # (T, classes, N)
        smoothing = self.shared.recipe.label_smoothing
        losses = F.cross_entropy(logits, y.expand(len(self.runs), -1), reduction="none", label_smoothing=smoothing)
        losses.mean(1).sum().backward()  # of each run's loss by its own weights: no run sees another's
        means, accuracies = losses.detach().mean(1).tolist(), (logits.detach().argmax(1) == y).float().mean(1).tolist()
        self.shared.step += 1
        rates = [run.recipe.rate(self.shared.step, self.shared.steps) for run in self.runs]
        self._show_gradients()
        self._update([None if diverged(loss) else rate for loss, rate in zip(means, rates, strict=True)])
        seconds = (time.perf_counter() - began) / len(self.runs)
        for run, loss, accuracy, rate in zip(self.runs, means, accuracies, rates, strict=True):
            run.state.step, run.state.seconds = self.shared.step, run.state.seconds + seconds
            run.records.append(Record(run.state.step, epoch, "train", loss, accuracy, rate, run.state.seconds))
        return [run.records[-1] for run in self.runs]

    def _show_gradients(self) -> None:
        """Fill the matrix of gradients, and let the models show what a single run's would: gradients, gates, draws."""
        present = [p.grad is not None for p in self.parameters]  # a branch that was dropped has none
        gradients = [p.grad for p in self.parameters if p.grad is not None]
        torch._foreach_copy_(list(compress(self.slots, present)), gradients)
        if present != self.present:
            for optimizer, row in zip(self.optimizers, self.gradients, strict=True):
                for p, there, part in zip(optimizer.parameters, present, row.split(self.sizes), strict=True):
                    p.grad = part.view(p.shape) if there else None
            self.present = present
        for block, each in self.shown:
            if isinstance(block, blocks.StochasticDepth):
                for one in each:
                    one.alive = block.alive
            elif block.gates is not None:
                for one, gates in zip(each, block.gates.transpose(1, 2).unbind(), strict=True):
                    vars(one)["gates"] = gates  # 500 a step: setting a module's attribute takes five times as long

    def _update(self, rates: list[float | None]) -> None:
        """One step of each run, as `SGD` makes it, at its rate; None: it diverged and stays as it is."""
        matrices, recipe = (self.weights, self.gradients, self.velocities), self.shared.recipe
        for decayed, columns in self._columns().items():
            parts = [[m[:, c].unbind() for c in columns] for m in matrices]  # of each matrix, column, row
            for row, rate in enumerate(rates):
                if rate is not None:
                    weights, gradients, velocities = ([part[row] for part in of_one] for of_one in parts)
                    sgd_update(weights, gradients, velocities, recipe, rate, decayed)

    def _columns(self) -> dict[bool, list[slice]]:
        """The columns of parameters that have a gradient, as few slices as can be, by whether they decay."""
        found: dict[bool, list[slice]] = {}
        start = 0
        for (there, decayed), group in groupby(
            zip(self.present, self.decayed, self.sizes, strict=True), itemgetter(0, 1)
        ):
            stop = start + sum(size for *_, size in group)
            if there:
                found.setdefault(decayed, []).append(slice(start, stop))
            start = stop
        return found
