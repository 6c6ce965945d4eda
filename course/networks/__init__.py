"""Builders of whole networks: plain `nn.Module`s, parameter count in the docstring and in a test."""

from course.networks.ablation import TECHNIQUES, five_techniques, small_alexnet
from course.networks.highway import highway_conv_cifar, highway_conv_mnist
from course.networks.identity import deepen_with_identity
from course.networks.line_networks import SCANS, scan_network, udl_network
from course.networks.mlp import KINDS, block_count, gate_bias_for_depth, mlp, nearest_depth
from course.networks.resnets import cifar_resnet, imagenet_resnet, mnist_resnet, preact_resnet
from course.networks.shortcuts import SHORTCUTS, shortcut_mlp
from course.networks.vdcnn import KMaxPool, vdcnn

__all__ = [
    "KINDS", "SCANS", "SHORTCUTS", "TECHNIQUES", "KMaxPool", "block_count", "cifar_resnet", "deepen_with_identity",
    "five_techniques", "gate_bias_for_depth", "highway_conv_cifar", "highway_conv_mnist", "imagenet_resnet", "mlp",
    "mnist_resnet", "nearest_depth", "preact_resnet", "scan_network", "shortcut_mlp", "small_alexnet", "udl_network",
    "vdcnn",
]  # fmt: skip
