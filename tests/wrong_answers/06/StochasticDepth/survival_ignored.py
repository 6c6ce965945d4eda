# hint: survival_ignored
import torch
from torch import nn


class StochasticDepth(nn.Module):
    def __init__(self, branch, survival):
        super().__init__()
        self.branch, self.survival = branch, survival

    def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)
        if torch.rand(()) < 0.75:
            return x + self.branch(x)
        return x
