# hint: tanh_for_relu
import torch
from torch import nn


class HighwayLayer(nn.Module):
    def __init__(self, width, gate_bias):
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, gate_bias)

    def forward(self, x):
        t = torch.sigmoid(self.gate(x))
        return t * torch.tanh(self.transform(x)) + (1 - t) * x
