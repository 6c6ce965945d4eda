import torch
import torch.nn as nn


class HighwayLayer(nn.Module):
    def __init__(self, width, gate_bias):
        super().__init__()
        self.gate = nn.Linear(width, width)
        self.transform = nn.Linear(width, width)
        with torch.no_grad():
            self.gate.bias[:] = gate_bias

    def forward(self, inputs):
        share = 1 / (1 + torch.exp(-self.gate(inputs)))
        hidden = self.transform(inputs).clamp(min=0)
        return inputs + share * (hidden - inputs)
