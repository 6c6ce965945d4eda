"""Right answers to `ResBlock`, and usual mistakes in the first of them."""

from course.exercises.chapter05 import HALF, SMALLER
from course.exercises.mistakes import Mistake

RIGHT = ["""
from torch import nn
from torch.nn import functional as F


class ResBlock(nn.Module):
    def __init__(self, channels, kernel_size):
        super().__init__()
        padding = kernel_size // 2
        self.conv1 = nn.Conv2d(channels, channels, kernel_size, padding=padding)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size, padding=padding)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(x + y)
""", """
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
""", """
from torch import nn
from torch.nn import functional as F


class ResBlock(nn.Module):
    def __init__(self, channels, kernel_size):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(channels, channels, kernel_size, padding=kernel_size // 2) for _ in "12")
        self.bn1, self.bn2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.branch = nn.Sequential(self.conv1, self.bn1, nn.ReLU(), self.conv2, self.bn2)

    def forward(self, x):
        return F.relu(self.branch(x) + x)
"""]  # fmt: skip

MISTAKES = [
    Mistake("no_padding", SMALLER,
            old="padding = kernel_size // 2", new="padding = 0"),
    Mistake("added_after_relu", "the sum comes first, the second ReLU after it.",
            old="return F.relu(x + y)", new="return x + F.relu(y)"),
    Mistake("no_shortcut", "the input x is not added anywhere.",
            old="return F.relu(x + y)", new="return F.relu(y)"),
    Mistake("no_inner_relu", "a ReLU is missing between the two convolutions.",
            old="y = F.relu(self.bn1(self.conv1(x)))", new="y = self.bn1(self.conv1(x))"),
    Mistake("no_last_relu", "a ReLU is missing after the sum.",
            old="return F.relu(x + y)", new="return x + y"),
    Mistake("one_norm", "each convolution has a batch norm of its own.",
            old="y = self.bn2(self.conv2(y))", new="y = self.bn1(self.conv2(y))"),
    Mistake("norm_after_sum", "batch norm belongs to the branch, before the sum; otherwise it changes x as well.",
            old="""y = self.bn2(self.conv2(y))
        return F.relu(x + y)""",
            new="return F.relu(self.bn2(x + self.conv2(y)))"),
    Mistake("fixed_kernel", "the kernel's size is given as kernel_size; here it is always 3.",
            old="padding = kernel_size // 2", new="kernel_size, padding = 3, 1"),
    Mistake("fixed_padding", HALF,
            old="padding = kernel_size // 2", new="padding = 1"),
    Mistake("relu_before_norm", "between the second convolution and its batch norm there is no ReLU.",
            old="y = self.bn2(self.conv2(y))", new="y = self.bn2(F.relu(self.conv2(y)))"),
    Mistake("no_bias", "both convolutions have a bias.",
            old="""self.conv1 = nn.Conv2d(channels, channels, kernel_size, padding=padding)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size, padding=padding)""",
            new="""self.conv1 = nn.Conv2d(channels, channels, kernel_size, padding=padding, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size, padding=padding, bias=False)"""),
    Mistake("in_place", "the output is right, but something here writes into the x that was given.",
            old="return F.relu(x + y)", new="""x += y
        return F.relu(x)"""),
    Mistake("detached", "the shortcut lets the gradient through unchanged, which is the point of it: no detach.",
            old="return F.relu(x + y)",
            new="return F.relu(x.detach() + y)"),
    Mistake("branch_detached", "the branch has to learn and to hand gradients back: no detach.",
            old="return F.relu(x + y)",
            new="return F.relu(x + y.detach())"),
    Mistake("squeezed", "squeeze() takes the first dimension away where there is one image: the shape is that of x.",
            old="return F.relu(x + y)",
            new="return F.relu(x + y).squeeze()"),
]  # fmt: skip
