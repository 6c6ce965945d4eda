"""Blocks on images: He's basic, bottleneck and pre-activation blocks, the shortcuts A, B, C, and blocks without batch
norm.
"""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.blocks.dense import Highway, Layer, ReZero


def conv(inputs: int, outputs: int, kernel_size: int = 3, stride: int = 1, bias: bool = False) -> nn.Conv2d:
    """A convolution that keeps the size at stride 1 (odd kernel), without bias: batch norm follows."""
    return nn.Conv2d(inputs, outputs, kernel_size, stride, padding=kernel_size // 2, bias=bias)


class HighwayConv(Highway):
    """The highway block with convolutions: T and H share kernel and padding, (N, C, H, W) -> the same (Srivastava et
    al. 2015).
    """

    def __init__(self, channels: int, gate_bias: float, kernel_size: int = 3):
        super().__init__(channels, gate_bias, partial(conv, kernel_size=kernel_size, bias=True))


def basic_branch(
    inputs: int, outputs: int, stride: int = 1, *, kernel_size: int = 3, bias: bool = False
) -> nn.Sequential:
    """conv3-BN-ReLU-conv3-BN, the stride in the first (He et al. 2015, fig. 5 left)."""
    return nn.Sequential(
        conv(inputs, outputs, kernel_size, stride, bias), nn.BatchNorm2d(outputs), nn.ReLU(),
        conv(outputs, outputs, kernel_size, bias=bias), nn.BatchNorm2d(outputs),
    )  # fmt: skip


def bottleneck_branch(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """1x1 to a quarter of `outputs`, 3x3, 1x1 back (He et al. 2015, fig. 5 right); the stride in the 3x3, as
    torchvision has it.
    """
    width = outputs // 4
    return nn.Sequential(
        conv(inputs, width, 1), nn.BatchNorm2d(width), nn.ReLU(),
        conv(width, width, stride=stride), nn.BatchNorm2d(width), nn.ReLU(),
        conv(width, outputs, 1), nn.BatchNorm2d(outputs),
    )  # fmt: skip


class ShortcutA(nn.Module):
    """Every `stride`-th pixel, and zeros for the new channels: a shortcut without parameters (He et al. 2015, option
    A). Raises ValueError for fewer outputs than inputs, which zeros cannot make.
    """

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        if outputs < inputs:
            raise ValueError(f"shortcut A adds channels: outputs must be at least the {inputs} inputs, got {outputs}")
        self.stride, self.extra = stride, outputs - inputs

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W) -> (N, outputs, H / stride, W / stride)
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))

    def extra_repr(self) -> str:
        return f"stride={self.stride}, extra={self.extra}"


def projection(inputs: int, outputs: int, stride: int, batch_norm: bool = True) -> nn.Sequential:
    """1x1 convolution, then batch norm: the shortcut of options B and C (He et al. 2015, eq. 2)."""
    norm = [nn.BatchNorm2d(outputs)] if batch_norm else []
    return nn.Sequential(conv(inputs, outputs, 1, stride), *norm)


class PreActivation(nn.Module):
    """y = F(a(x)) + s, a = ReLU of batch norm, nothing after the sum (He et al. 2016, full pre-activation).

    `branch` is what follows the first BN-ReLU. A projection takes a(x), which it shares with the branch; any other
    shortcut takes x.
    """

    def __init__(self, inputs: int, branch: nn.Module, shortcut: nn.Module | None = None):
        super().__init__()
        self.activation = nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU())
        self.branch: Layer = branch
        self.shortcut: Layer = shortcut or nn.Identity()
        self.shares_activation = shortcut is not None and any(True for _ in shortcut.parameters())

    def forward(self, x: Tensor) -> Tensor:
        a = self.activation(x)
        return self.branch(a) + self.shortcut(a if self.shares_activation else x)


def preact_basic_branch(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """What follows the first BN-ReLU of a pre-activation block: conv3-BN-ReLU-conv3."""
    return nn.Sequential(
        conv(inputs, outputs, stride=stride), nn.BatchNorm2d(outputs), nn.ReLU(), conv(outputs, outputs)
    )


def preact_bottleneck_branch(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """What follows the first BN-ReLU of a pre-activation bottleneck: 1x1, BN-ReLU, 3x3, BN-ReLU, 1x1; the stride in
    the first, as in the paper's released code.
    """
    width = outputs // 4
    return nn.Sequential(
        conv(inputs, width, 1, stride), nn.BatchNorm2d(width), nn.ReLU(),
        conv(width, width), nn.BatchNorm2d(width), nn.ReLU(),
        conv(width, outputs, 1),
    )  # fmt: skip


class SkipInit(ReZero):
    """y = x + a conv(relu(conv(relu(x)))), a = 0 at the start: a pre-activation block without batch norm (De & Smith
    2020).
    """

    def __init__(self, channels: int):
        super().__init__(
            nn.Sequential(
                nn.ReLU(), conv(channels, channels, bias=True), nn.ReLU(), conv(channels, channels, bias=True)
            )
        )


class Fixup(nn.Module):
    """y = relu(x + a W2(relu(W1(x + b1) + b2) + b3) + b4): scalar biases b and a scale a instead of batch norm (Zhang
    et al. 2019).

    The second convolution is zero at the start, so the block is relu(x) at step 0; `initializers.fixup_` scales the
    first.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.first, self.second = conv(channels, channels), conv(channels, channels)
        self.biases = nn.Parameter(torch.empty(4))  # b1 … b4
        self.scale = nn.Parameter(torch.empty(()))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Biases 0, scale 1, the branch's last layer 0."""
        nn.init.zeros_(self.biases)
        nn.init.ones_(self.scale)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        b1, b2, b3, b4 = self.biases
        y = F.relu(self.first(x + b1) + b2)
        return F.relu(x + self.scale * self.second(y + b3) + b4)
