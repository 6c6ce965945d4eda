"""The convolutional highway networks that Srivastava et al. released for MNIST and CIFAR."""

from __future__ import annotations

from torch import nn

from course import blocks, initializers
from course.networks.build import build


def highway_conv_mnist(width: int = 16, *, inputs: int = 1, classes: int = 10, seed: int = 0) -> nn.Sequential:
    """The 10-layer net for 28 x 28 images (the classifier is the tenth): (N, inputs, 28, 28) -> (N, classes).

    A convolution, eight highway blocks of `width` maps with gate bias -1, three poolings, dropout. Parameters: 38,986
    at width 16, 151,690 at 32. Glorot weights.
    """

    def highways(count: int) -> list[nn.Module]:
        return [blocks.HighwayConv(width, gate_bias=-1) for _ in range(count)]

    def layout() -> nn.Sequential:
        return nn.Sequential(
            blocks.Dropout(0.2), nn.Conv2d(inputs, width, 5), nn.ReLU(), *highways(2),  # 24 x 24
            nn.MaxPool2d(3, stride=2, ceil_mode=True), blocks.Dropout(0.3), *highways(3),  # 12 x 12
            nn.MaxPool2d(3, stride=2, ceil_mode=True), blocks.Dropout(0.4), *highways(3),  # 6 x 6
            nn.MaxPool2d(2), blocks.Dropout(0.5), nn.Flatten(), nn.Linear(9 * width, classes),
        )  # fmt: skip

    return build(layout, seed, initializers.glorot_uniform_)


def highway_conv_cifar(classes: int = 10, *, inputs: int = 3, seed: int = 0) -> nn.Sequential:
    """The 19-layer net for 32 x 32 images: (N, inputs, 32, 32) -> (N, classes).

    Three stages of 32, 80 and 128 maps with four, five and five highway blocks, gate bias -2; a convolution changes the
    width between them. Parameters: 2,256,838 with 10 classes, 2,265,928 with 100. Glorot weights.
    """

    def stage(before: int, maps: int, count: int) -> list[nn.Module]:
        change = [blocks.conv(before, maps, bias=True), nn.ReLU()]
        return [blocks.Dropout(0.2), *change, *(blocks.HighwayConv(maps, gate_bias=-2) for _ in range(count))]

    def layout() -> nn.Sequential:
        return nn.Sequential(
            *stage(inputs, 32, 4), nn.MaxPool2d(2),
            *stage(32, 80, 5), nn.MaxPool2d(2),
            *stage(80, 128, 5), blocks.conv(128, 100, 1, bias=True), nn.ReLU(),
            nn.AvgPool2d(8), blocks.Dropout(0.2), nn.Flatten(), nn.Linear(100, classes),
        )  # fmt: skip

    return build(layout, seed, initializers.glorot_uniform_)
