# hint: no_relu
from torch import nn


def cifar_resnet(n, block):
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)]
    before = 16
    for channels in (16, 32, 64):
        for i in range(n):
            stride = 2 if i == 0 and channels > 16 else 1
            layers.append(block(before, channels, stride))
            before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
