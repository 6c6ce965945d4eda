"""Blocks on vectors. Each line of `forward` is the formula in its docstring."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import initializers

Layer = Callable[[Tensor], Tensor]  # what `forward` sees of a module


class Highway(nn.Module):
    """y = T(x) H(x) + (1 - T(x)) x with T = sigmoid(W_T x + b_T), H = relu(W_H x + b_H) (Srivastava et al. 2015, eq.
    3).

    T is the transform gate, 1 - T the carry gate. A negative `gate_bias` starts the gate nearly closed, so that the
    block begins close to the identity. `gates` holds the last T, (N, width).
    """

    def __init__(self, width: int, gate_bias: float, layer: Callable[[int, int], nn.Module] = nn.Linear):
        super().__init__()
        self.transform = layer(width, width)
        self.gate = layer(width, width)
        self.gate_bias = gate_bias
        self.gates: Tensor | None = None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the gate's bias."""
        nn.init.constant_(self.gate.get_parameter("bias"), self.gate_bias)

    def forward(self, x: Tensor) -> Tensor:  # (N, width) -> (N, width)
        t = torch.sigmoid(self.gate(x))
        self.gates = t.detach()
        return t * F.relu(self.transform(x)) + (1 - t) * x

    def extra_repr(self) -> str:
        return f"gate_bias={self.gate_bias:.4g}"


class Residual(nn.Module):
    """y = g(F(x) + s(x)): branch F, shortcut s, the identity unless given, and g, a ReLU unless given (He et al.
    2015, eq. 1).

    With `after=nn.Identity()` and a branch that begins with batch norm and ReLU it is the pre-activation block (He et
    al. 2016).
    """

    def __init__(self, branch: nn.Module, shortcut: nn.Module | None = None, after: nn.Module | None = None):
        super().__init__()
        self.branch: Layer = branch
        self.shortcut: Layer = shortcut or nn.Identity()
        self.after: Layer = after or nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.branch(x) + self.shortcut(x))


def dense_branch(width: int) -> nn.Sequential:
    """W2 relu(W1 x), batch norm after each W: the branch of He's block without convolutions, (N, width) -> (N,
    width).
    """
    return nn.Sequential(
        nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU(),
        nn.Linear(width, width), nn.BatchNorm1d(width),
    )  # fmt: skip


class ReZero(nn.Module):
    """y = x + a F(x), one scalar a per block, 0 at the start: the identity at step 0 (Bachlechner et al. 2020).

    With a branch of convolutions without batch norm it is SkipInit (De & Smith 2020).
    """

    def __init__(self, branch: nn.Module):
        super().__init__()
        self.branch: Layer = branch
        self.scale = nn.Parameter(torch.empty(()))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the scale to 0."""
        nn.init.zeros_(self.scale)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.scale * self.branch(x)


class CReLU(nn.Module):
    """[relu(x), relu(-x)] along dimension 1: twice the channels, nothing lost (Shang et al. 2016; Balduzzi et al.
    2017).
    """

    def forward(self, x: Tensor) -> Tensor:  # (N, C, ...) -> (N, 2C, ...)
        return torch.cat([F.relu(x), F.relu(-x)], dim=1)


class LooksLinear(nn.Module):
    """y = W [relu(x), relu(-x)] + b with W = [V, -V], V orthogonal at the start: V x + b until training bends it
    (Balduzzi et al. 2017).

    `layer`: a dense layer or convolution that takes twice the channels of x.
    """

    def __init__(self, layer: nn.Linear | nn.Conv2d):
        super().__init__()
        self.crelu, self.layer = CReLU(), layer
        if not layer.weight.is_meta:  # laid out without memory: filled later
            self.reset_parameters()

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Draw V anew."""
        initializers.looks_linear_(self.layer.weight, generator)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layer(self.crelu(x))
        return y
