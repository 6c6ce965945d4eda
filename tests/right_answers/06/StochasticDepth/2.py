import torch
from torch import nn


class StochasticDepth(nn.Module):
    def __init__(self, branch, survival):
        super().__init__()
        self.f = branch
        self.p = survival

    def forward(self, x):
        if self.training and torch.bernoulli(torch.tensor(float(self.p))) == 0:
            return x
        weight = 1.0 if self.training else self.p
        return weight * self.f(x) + x
