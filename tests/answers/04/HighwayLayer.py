"""Right answers to `HighwayLayer`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

FILLED = "nn.Linear starts with a small random bias: fill gate.bias with gate_bias, do not add to it."

DRAWN = "only gate.bias is filled: all other weights stay as PyTorch draws them."

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
""", """
import torch
from torch import nn


class HighwayLayer(nn.Module):
    def __init__(self, width, gate_bias):
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)
        self.gate.bias.data.fill_(gate_bias)
        self.hidden = nn.Sequential(self.transform, nn.ReLU())

    def forward(self, x):
        t = self.gate(x).sigmoid()
        return torch.lerp(x, self.hidden(x), t)
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
    Mistake("bias_not_set", FILLED,
            old="""self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, gate_bias)""",
            new="self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)"),
    Mistake("relu_outside", "ReLU belongs to the transform alone; what is carried keeps its sign.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return torch.relu(t * self.transform(x) + (1 - t) * x)"),
    Mistake("bias_frozen", "gate.bias has to learn: fill it, and leave requires_grad as it is.",
            old="nn.init.constant_(self.gate.bias, gate_bias)",
            new="""nn.init.constant_(self.gate.bias, gate_bias)
        self.gate.bias.requires_grad_(False)"""),
    Mistake("bias_added", FILLED,
            old="nn.init.constant_(self.gate.bias, gate_bias)",
            new="self.gate.bias.data += gate_bias"),
    Mistake("both_biases", "gate_bias belongs to the gate alone: transform.bias stays as it is.",
            old="nn.init.constant_(self.gate.bias, gate_bias)",
            new="""nn.init.constant_(self.gate.bias, gate_bias)
        nn.init.constant_(self.transform.bias, gate_bias)"""),
    Mistake("carry_detached", "what is carried lets its gradient through: no detach.",
            old="(1 - t) * x",
            new="(1 - t) * x.detach()"),
    Mistake("in_place", "the x that was given has changed: *= and the like write into it.",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="""y = t * torch.relu(self.transform(x))
        return y + x.mul_(1 - t)"""),
    Mistake("squeezed", "squeeze() takes the first dimension away where there is one row: (1, width) stays (1, width).",
            old="return t * torch.relu(self.transform(x)) + (1 - t) * x",
            new="return (t * torch.relu(self.transform(x)) + (1 - t) * x).squeeze()"),
    Mistake("transform_bias_zero", DRAWN,
            old="nn.init.constant_(self.gate.bias, gate_bias)",
            new="""nn.init.constant_(self.gate.bias, gate_bias)
        nn.init.zeros_(self.transform.bias)"""),
    Mistake("gate_weights_zero", DRAWN,
            old="nn.init.constant_(self.gate.bias, gate_bias)",
            new="""nn.init.constant_(self.gate.bias, gate_bias)
        nn.init.zeros_(self.gate.weight)"""),
    Mistake("overflows", "for large a this divides infinity by infinity: torch.sigmoid(a) does not.",
            old="t = torch.sigmoid(self.gate(x))",
            new="""t = self.gate(x).exp()
        t = t / (1 + t)"""),
]  # fmt: skip
