"""What stands in for an answer that is not there yet, and beside one that is: the library's functions and PyTorch's, in
the form that the exercise asks for.
"""

from __future__ import annotations

import copy
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_linear_bn_eval

from course import blocks, initializers, measure, networks
from course.blocks.stochastic import expected_blocks


def neuron(x: Tensor, w: Tensor, b: float, activation: str) -> Tensor:
    """PyTorch's functions of the same names."""
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
    if activation not in functions:
        raise ValueError(f"activation must be one of {', '.join(functions)}; got {activation!r}")
    return functions[activation](F.linear(x, w[None])[:, 0] + b)


def softmax_cross_entropy(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """PyTorch's loss, and its gradient by autograd."""
    leaf = logits.detach().clone().requires_grad_()
    loss = F.cross_entropy(leaf, labels)
    return loss.detach(), torch.autograd.grad(loss, leaf)[0]


class Linear:
    """A box whose gradients autograd computes."""

    def __init__(self, *inputs: Any):
        self.inputs = inputs

    def fprop(self) -> None:
        """W x + b, and a gradient of zeros."""
        self.leaves = [box.value.detach().clone().requires_grad_() for box in self.inputs]
        self.output = F.linear(*self.leaves)
        self.value, self.gradient = self.output.detach(), torch.zeros_like(self.output)

    def receive(self, gradient: Tensor) -> None:
        """Add to the gradient."""
        self.gradient = self.gradient + gradient

    def bprop(self) -> None:
        """Hand the gradient back."""
        for box, back in zip(self.inputs, torch.autograd.grad(self.output, self.leaves, self.gradient), strict=True):
            box.gradient = box.gradient + back


def gradient_check(f: Callable[[Tensor], float], gradient: Callable[[Tensor], Tensor], w: Tensor) -> float:
    """All coordinates as one vector."""
    claimed, moves = gradient(w), 1e-5 * torch.eye(len(w), dtype=w.dtype)
    measured = torch.tensor([f(w + move) - f(w - move) for move in moves], dtype=w.dtype) / 2e-5
    largest = torch.maximum(claimed.abs(), measured.abs()).clamp(min=1e-8)
    return float(((claimed - measured).abs() / largest).max())


def sgd_momentum_step(
    weights: Tensor, velocity: Tensor, gradient: Tensor, rate: float, momentum: float
) -> tuple[Tensor, Tensor]:
    """The two additions of PyTorch's optimiser."""
    velocity = torch.add(gradient, velocity, alpha=momentum)
    return torch.sub(weights, velocity, alpha=rate), velocity


def early_stop(errors: Sequence[float], patience: int) -> tuple[int, int]:
    """The best epoch until each, and the first that is too long after it."""
    if not errors:
        raise ValueError("there are no errors to choose from")
    best = [errors.index(min(errors[: epoch + 1])) for epoch in range(len(errors))]
    stopped = next((epoch for epoch, at in enumerate(best) if epoch - at >= patience), len(errors) - 1)
    return best[stopped], stopped


def largest_stable_learning_rate(train: Callable[[float], Sequence[float]], start: float) -> float:
    """The lecture's rule."""
    for halvings in range(31):
        first, *_, last = losses = train(start * 0.5**halvings)
        if math.isfinite(sum(losses)) and last <= first:
            return start * 0.5**halvings
    raise ValueError(f"no rate from {start} on is stable")


def geometric_mean_of_masks(h: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """All masks as one batch."""
    masks = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * len(h))
    return F.linear(masks * h, weight, bias).log_softmax(1).mean(0).softmax(0)


def batchnorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """PyTorch's, with the statistics of the batch."""
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


def batchnorm_backward(grad_y: Tensor, x: Tensor, gamma: Tensor, eps: float) -> tuple[Tensor, ...]:
    """PyTorch's function, backwards."""
    x, gamma, beta = (tensor.detach().clone().requires_grad_() for tensor in (x, gamma, torch.zeros_like(gamma)))
    y = F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)
    return torch.autograd.grad(y, (x, gamma, beta), grad_y)


def population_statistics(network: nn.Module, x: Tensor) -> nn.Module:
    """A copy whose batch norms take the statistics of what enters them while x passes through."""
    result = copy.deepcopy(network).eval()

    def take(norm: nn.Module, given: tuple[Tensor, ...]) -> None:
        variance, mean = torch.var_mean(given[0], 0)
        norm.load_state_dict({"running_mean": mean, "running_var": variance}, strict=False)

    hooks = [part.register_forward_pre_hook(take) for part in result.modules() if isinstance(part, nn.BatchNorm1d)]
    with torch.no_grad():
        result(x)
    for hook in hooks:
        hook.remove()
    return result


def fold_batchnorm(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Module:
    """PyTorch's."""
    return fuse_linear_bn_eval(copy.deepcopy(linear).eval(), copy.deepcopy(norm).eval())


def conv2d_by_loops(x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    """PyTorch's, for a batch of one picture."""
    return F.conv2d(x[None], weight, bias, stride, padding)[0]


def count_parameters(removed: Sequence[str]) -> int:
    """AlexNet as PyTorch's layers, without memory for their weights."""
    convolutions = {
        "conv1": (96, 11, 1),
        "conv2": (256, 5, 2),
        "conv3": (384, 3, 1),
        "conv4": (384, 3, 2),
        "conv5": (256, 3, 2),
    }
    layers: list[nn.Module] = []
    inputs = 3
    for outputs, kernel, groups in (size for name, size in convolutions.items() if name not in removed):
        layers.append(nn.Conv2d(inputs, outputs, kernel, groups=groups, device="meta"))
        inputs = outputs
    inputs *= 36
    for outputs in (units for name, units in {"fc6": 4096, "fc7": 4096, "fc8": 1000}.items() if name not in removed):
        layers.append(nn.Linear(inputs, outputs, device="meta"))
        inputs = outputs
    return sum(measure.count_parameters(layer) for layer in layers)


def play_rule(losses: dict[float, list[float]], rounds: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The curves as a matrix, with a mask of the rates that are left."""
    curves = torch.tensor(list(losses.values()), dtype=torch.float64)
    left = torch.arange(len(curves))
    for epoch, keep in [*rounds, (0, 1)]:  # the last epoch decides: place -1
        left = left[curves[left, epoch - 1].argsort(stable=True)[:keep]]
    return list(losses)[int(left)], float(curves[int(left), -1] / curves[:, -1].min())


def sigmoid_gradient_bound(weights: Sequence[Tensor]) -> float:
    """The largest singular values, as one product."""
    return math.prod(float(torch.linalg.svdvals(weight)[0]) / 4 for weight in weights)


def cosine_through_layers(cosine: float, layers: int) -> list[float]:
    """The library's map, again and again."""
    found, now = [], torch.tensor(cosine, dtype=torch.float64)
    for _ in range(layers):
        now = measure.arc_cosine_map(now)
        found.append(now.item())
    return found


def from_carry_notation(weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """1 - σ(a) = σ(-a)."""
    return weight.neg(), bias.neg()


def lesion(network: nn.Sequential, layer: int, x: Tensor, y: Tensor) -> float:
    """The error while a hook puts a module's input in the place of its output."""
    hook = network[layer].register_forward_hook(lambda module, given, output: given[0])
    try:
        with torch.no_grad():
            return float(network(x).argmax(1).ne(y).float().mean())
    finally:
        hook.remove()


def fit_identity(block: nn.Module, x: Tensor, steps: int, rate: float) -> list[float]:
    """PyTorch's optimiser."""
    optimiser, errors = torch.optim.SGD(block.parameters(), lr=rate), []
    for _ in range(steps):
        optimiser.zero_grad()
        error = F.mse_loss(block(x), x)
        error.backward()
        optimiser.step()
        errors.append(error.item())
    return errors


class ResBlock(blocks.Residual):
    """The library's residual block, its layers under the names of the exercise."""

    def __init__(self, channels: int, kernel_size: int):
        sizes = (channels, channels, kernel_size, 1, kernel_size // 2)
        conv1, bn1 = nn.Conv2d(*sizes), nn.BatchNorm2d(channels)
        conv2, bn2 = nn.Conv2d(*sizes), nn.BatchNorm2d(channels)
        super().__init__(nn.Sequential(conv1, bn1, nn.ReLU(), conv2, bn2))
        self.conv1, self.bn1, self.conv2, self.bn2 = conv1, bn1, conv2, bn2


def residual_network(block: Callable[[int, int], nn.Module], blocks: int, channels: int, classes: int) -> nn.Sequential:
    """The parts one behind the other, under the names of the exercise."""
    body = nn.Sequential(*(block(channels, 3) for _ in range(blocks)))
    parts = {"conv0": nn.Conv2d(1, channels, 1), "relu": nn.ReLU(), "body": body, "pool": nn.AdaptiveAvgPool2d(1)}
    return nn.Sequential(OrderedDict(parts | {"flat": nn.Flatten(), "fc": nn.Linear(channels, classes)}))


def shortcut_a(x: Tensor, channels: int) -> Tensor:
    """The library's module."""
    half: Tensor = blocks.ShortcutA(x.shape[1], channels, 2)(x)
    return half


def cifar_resnet(n: int, block: Callable[[int, int, int], nn.Module]) -> nn.Sequential:
    """The library's layers around blocks of one's own."""
    whole = networks.cifar_resnet(6 * n + 2)
    places = [i for i, part in enumerate(whole) if isinstance(part, blocks.Residual)]
    sizes = [(16, 16, 1)] * n + [(16, 32, 2)] + [(32, 32, 1)] * (n - 1) + [(32, 64, 2)] + [(64, 64, 1)] * (n - 1)
    for place, size in zip(places, sizes, strict=True):
        whole[place] = block(*size)
    return whole


def path_lengths(blocks: int) -> Tensor:
    """The library's shares, times the number of paths."""
    return measure.path_lengths(blocks) * 2.0**blocks


def delete_block(network: nn.Sequential, index: int) -> nn.Sequential:
    """A copy, with the identity in the place of one block."""
    result = copy.deepcopy(network)
    gone = [part for part in result if hasattr(part, "branch")][index]
    return nn.Sequential(*(nn.Identity() if part is gone else part for part in result)).train(network.training)


def expected_depth(survival: Tensor | list[float]) -> float:
    """The library's."""
    return float(expected_blocks(torch.as_tensor(survival).tolist()))


def stochastic_depth(branch: nn.Module, survival: float) -> nn.Module:
    """The library's block, without a ReLU behind the sum."""
    return blocks.StochasticDepth(branch, survival, after=nn.Identity())


def drop_path(x: Tensor, rate: float, training: bool) -> Tensor:
    """PyTorch's dropout of a single number for each example."""
    return x * F.dropout(x.new_ones(len(x), *[1] * (x.dim() - 1)), rate, training)


def along_a_line(network: nn.Module, x: Tensor) -> Tensor:
    """The library's, for points of one number each."""
    return measure.input_gradient(network, x[:, None])[:, 0]


def rescale_residual(network: nn.Sequential, beta: float) -> nn.Sequential:
    """A copy whose last layers have other weights of the same names."""
    result = copy.deepcopy(network)
    for part in result:
        if isinstance(branch := getattr(part, "branch", None), nn.Sequential):
            branch[-1].load_state_dict({name: beta * tensor for name, tensor in branch[-1].state_dict().items()})
    return result


def linear_at_init(network: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """The three outputs by one pass."""
    a, b = x.chunk(2)
    with torch.no_grad():
        of_a, of_b, of_sum = network(torch.cat([a, b, a + b])).chunk(3)
    return float((of_a + of_b - of_sum).abs().max() / of_sum.abs().max())


STANDINS: dict[str, tuple[Any, bool]] = {  # and whether the two can be compared: not where chance or a block decides
    "neuron": (neuron, True),
    "softmax_cross_entropy": (softmax_cross_entropy, True),
    "Linear": (Linear, False),
    "gradient_check": (gradient_check, True),
    "sgd_momentum_step": (sgd_momentum_step, True),
    "largest_stable_learning_rate": (largest_stable_learning_rate, False),  # it would train twice
    "early_stop": (early_stop, True),
    "dropout": (F.dropout, False),
    "geometric_mean_of_masks": (geometric_mean_of_masks, True),
    "batchnorm_forward": (batchnorm_forward, True),
    "batchnorm_backward": (batchnorm_backward, True),
    "population_statistics": (population_statistics, True),
    "fold_batchnorm": (fold_batchnorm, True),
    "conv2d_by_loops": (conv2d_by_loops, True),
    "count_parameters": (count_parameters, True),
    "play_rule": (play_rule, True),
    "deepen_with_identity": (networks.deepen_with_identity, True),
    "sigmoid_gradient_bound": (sigmoid_gradient_bound, True),
    "he_normal_": (initializers.he_normal_, False),
    "gradient_norms": (measure.gradient_norms, True),
    "cosine_through_layers": (cosine_through_layers, True),
    "fit_identity": (fit_identity, True),
    "HighwayLayer": (blocks.Highway, True),
    "from_carry_notation": (from_carry_notation, True),
    "gate_bias_for_depth": (networks.gate_bias_for_depth, True),
    "gate_activity": (measure.gate_activity, True),
    "lesion": (lesion, True),
    "ResBlock": (ResBlock, True),
    "ResNet": (residual_network, True),
    "shortcut_a": (shortcut_a, True),
    "cifar_resnet": (cifar_resnet, False),
    "path_lengths": (path_lengths, True),
    "delete_block": (delete_block, True),
    "survival_probabilities": (blocks.survival_probabilities, True),
    "expected_depth": (expected_depth, True),
    "StochasticDepth": (stochastic_depth, True),
    "drop_path": (drop_path, False),
    "input_gradient": (along_a_line, True),
    "autocorrelation": (measure.autocorrelation, True),
    "rescale_residual": (rescale_residual, True),
    "crelu": (blocks.CReLU(), True),
    "looks_linear_": (initializers.looks_linear_, False),
    "linear_at_init": (linear_at_init, True),
}
