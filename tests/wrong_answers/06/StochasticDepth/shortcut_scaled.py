# hint: shortcut_scaled
import torch
from torch import nn


class StochasticDepth(nn.Module):
    def __init__(self, branch, survival):
        super().__init__()
        self.branch, self.survival = branch, survival

    def forward(self, x):
        if not self.training:
            return self.survival * (x + self.branch(x))
        if torch.rand(()) < self.survival:
            return x + self.branch(x)
        return x
