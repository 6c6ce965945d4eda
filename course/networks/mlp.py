"""`mlp`: the nine kinds of fully connected network that the course compares, at any depth."""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import nn

from course import blocks, initializers
from course.networks.build import build, check_one_of

KINDS = ("plain", "plain_bn", "highway", "residual", "stochastic_depth", "crelu", "looks_linear", "linear", "rezero")
TWO_LAYER_BLOCKS = ("residual", "stochastic_depth")


def mlp(
    kind: str,
    depth: int,
    width: int = 50,
    inputs: int = 64,
    classes: int = 10,
    seed: int = 0,
    *,
    gate_bias: float | None = None,
    survival_probability: float = 0.5,
) -> nn.Sequential:
    """A fully connected network with `depth` linear layers, first and last included: (N, …) with `inputs` numbers ->
    (N, classes).

    The first layer maps `inputs` to `width`, the last `width` to `classes`; between them stand depth - 2 layers, in
    blocks of two for residual and stochastic depth. Depth 2 has no room for a block: every kind is then the same
    network. He weights; orthogonal ones for linear and looks-linear.

    kind: one of `KINDS`. gate_bias: of highway's transform gates, by `gate_bias_for_depth` unless given.
    survival_probability: of stochastic depth's last block. Raises ValueError for an unknown kind or a depth that the
    kind does not have.

    >>> sum(p.numel() for p in mlp("highway", depth=11, width=50, inputs=784).parameters())
    85660
    """
    _check(kind, depth)
    bias = gate_bias_for_depth(depth - 2) if gate_bias is None else gate_bias
    middle = _middle(kind, depth, width, bias, survival_probability)

    def layout() -> nn.Sequential:
        first = [nn.Flatten(), nn.Linear(inputs, width)]
        activation: list[nn.Module] = [nn.BatchNorm1d(width)] if kind == "plain_bn" and depth > 2 else []
        if depth == 2 or kind not in ("crelu", "looks_linear", "linear"):
            activation.append(nn.ReLU())
        return nn.Sequential(*first, *activation, *middle(), nn.Linear(width, classes))

    orthogonal = kind in ("linear", "looks_linear") and depth > 2
    return build(layout, seed, initializers.orthogonal_ if orthogonal else initializers.he_normal_)


def gate_bias_for_depth(gates: int, kept: float = 0.4) -> float:
    """The bias b with (1 - sigmoid(b))^gates = `kept`: that share of the input survives all gates at the start.

    >>> [round(gate_bias_for_depth(depth - 2), 2) for depth in (10, 20, 50, 100)]
    [-2.11, -2.95, -3.95, -4.67]
    """
    carry = kept ** (1 / max(gates, 1))  # 1 - sigmoid(b)
    return math.log((1 - carry) / carry)


def nearest_depth(kind: str, depth: int) -> int:
    """The depth nearest to `depth` that `mlp(kind, …)` builds, the smaller on a tie: even and at least 2 for
    two-layer blocks.

    >>> nearest_depth("residual", 21), nearest_depth("plain", 21), nearest_depth("highway", 1)
    (20, 21, 2)
    """
    depth = max(depth, 2)
    return depth - depth % 2 if kind in TWO_LAYER_BLOCKS else depth


def block_count(kind: str, depth: int) -> int:
    """How many blocks, or layers of a kind without blocks, stand between the first and the last layer of an `mlp`.

    >>> block_count("residual", 20), block_count("plain", 20)
    (9, 18)
    """
    return (depth - 2) // (2 if kind in TWO_LAYER_BLOCKS else 1)


def _check(kind: str, depth: int) -> None:
    check_one_of(KINDS, "kind", kind)
    if depth < 2:
        raise ValueError(f"depth counts all linear layers, first and last included, so it is at least 2; got {depth}")
    if kind in TWO_LAYER_BLOCKS and depth % 2:
        raise ValueError(
            f"{kind} has blocks of two layers, so depth must be even; got {depth}, "
            f"the nearest are {depth - 1} and {depth + 1}"
        )


def _middle(kind: str, depth: int, width: int, gate_bias: float, last: float) -> Callable[[], list[nn.Module]]:
    """The layers between first and last, as a function that makes them."""
    count = block_count(kind, depth)
    one: dict[str, Callable[[], list[nn.Module]]] = {
        "plain": lambda: [nn.Linear(width, width), nn.ReLU()],
        "plain_bn": lambda: [nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU()],
        "highway": lambda: [blocks.Highway(width, gate_bias)],
        "residual": lambda: [blocks.Residual(blocks.dense_branch(width))],
        "crelu": lambda: [blocks.CReLU(), nn.Linear(2 * width, width)],
        "looks_linear": lambda: [blocks.LooksLinear(nn.Linear(2 * width, width))],
        "linear": lambda: [nn.Linear(width, width)],
        "rezero": lambda: [blocks.ReZero(nn.Sequential(nn.Linear(width, width), nn.ReLU()))],
    }
    if kind == "stochastic_depth":
        survival = blocks.survival_probabilities(count, last)
        return lambda: [blocks.StochasticDepth(blocks.dense_branch(width), p) for p in survival]
    return lambda: [layer for _ in range(count) for layer in one[kind]()]
