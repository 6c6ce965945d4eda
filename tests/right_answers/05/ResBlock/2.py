import torch
from torch import nn


class ResBlock(nn.Module):
    def __init__(self, channels, kernel_size):
        super().__init__()
        for i in "12":
            setattr(self, "conv" + i, nn.Conv2d(channels, channels, kernel_size, padding="same"))
            setattr(self, "bn" + i, nn.BatchNorm2d(channels))

    def forward(self, x):
        branch = self.bn1(self.conv1(x)).clamp(min=0)
        branch = self.bn2(self.conv2(branch))
        return torch.clamp(branch + x, min=0)
