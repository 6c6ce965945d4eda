"""Right answers to `HighwayLayer`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch
from torch import nn


class HighwayLayer(nn.Module):
    def __init__(self, width, gate_bias):
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, gate_bias)

    def forward(self, x):
        t = torch.sigmoid(self.gate(x))
        return t * torch.relu(self.transform(x)) + (1 - t) * x
""", """
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
"""]  # fmt: skip

MISTAKES = [
    Mistake("carry_for_transform", "T transforms: it multiplies relu(transform(x)), and 1 − T what is carried.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return (1 - t) * torch.relu(self.transform(x)) + t * x"),
    Mistake("no_relu", "what is transformed goes through a ReLU before it is mixed with x.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return t * self.transform(x) + (1 - t) * x"),
    Mistake("tanh_for_relu", "the transform ends in a ReLU, not in a tanh.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return t * torch.tanh(self.transform(x)) + (1 - t) * x"),
    Mistake("no_sigmoid", "a gate lies between 0 and 1: the sigmoid of its linear layer.",
            old="t = torch.sigmoid(self.gate(x))", new="t = self.gate(x)"),
    Mistake("gate_of_hidden", "the gate looks at the layer's input x, not at what the transform made of it.",
            old="""t = torch.sigmoid(self.gate(x))
        return t * torch.relu(self.transform(x)) + (1 - t) * x""",
            new="""hidden = torch.relu(self.transform(x))
        t = torch.sigmoid(self.gate(hidden))
        return t * hidden + (1 - t) * x"""),
    Mistake("plain_residual", "the input is weighted as well: by 1 − T, so that both shares add up to 1.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return t * torch.relu(self.transform(x)) + x"),
    Mistake("bias_not_set", "nn.Linear starts with a small random bias: fill gate.bias with gate_bias.",
            old="""self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, gate_bias)""",
            new="self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)"),
    Mistake("relu_outside", "ReLU belongs to the transform alone; what is carried keeps its sign.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return torch.relu(t * self.transform(x) + (1 - t) * x)"),
]  # fmt: skip
