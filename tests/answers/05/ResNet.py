"""Right answers to `ResNet`, and usual mistakes in the first of them."""

from course.exercises.chapter05 import TIED
from course.exercises.mistakes import Mistake

RIGHT = ["""
from torch import nn
from torch.nn import functional as F


class ResNet(nn.Module):
    def __init__(self, block, count, channels, classes):
        super().__init__()
        self.conv0 = nn.Conv2d(1, channels, 1)
        self.body = nn.Sequential(*(block(channels, 3) for _ in range(count)))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.body(F.relu(self.conv0(x)))
        return self.fc(x.mean(dim=(2, 3)))
""", """
import torch
from torch import nn


class ResNet(nn.Module):
    def __init__(self, block, count, channels, classes):
        super().__init__()
        self.conv0 = nn.Conv2d(1, channels, kernel_size=1, bias=True)
        self.body = nn.ModuleList()
        while len(self.body) < count:
            self.body.append(block(channels, 3))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, classes)

    def forward(self, pictures):
        h = torch.relu(self.conv0(pictures))
        for one in self.body:
            h = one(h)
        return self.fc(torch.flatten(self.pool(h), 1))
"""]  # fmt: skip

MISTAKES = [
    Mistake("tied_to_28", TIED,
            old="return self.fc(x.mean(dim=(2, 3)))", new="return self.fc(F.avg_pool2d(x, 28).flatten(1))"),
    Mistake("one_block_repeated", "the same block stands there several times: each place needs a block of its own.",
            old="self.body = nn.Sequential(*(block(channels, 3) for _ in range(count)))",
            new="self.body = nn.Sequential(*[block(channels, 3)] * count)"),
    Mistake("python_list", "a Python list hides its blocks from PyTorch: nn.Sequential or nn.ModuleList shows them.",
            old="""self.body = nn.Sequential(*(block(channels, 3) for _ in range(count)))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.body(F.relu(self.conv0(x)))""",
            new="""self.body = [block(channels, 3) for _ in range(count)]
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = F.relu(self.conv0(x))
        for block in self.body:
            x = block(x)"""),
    Mistake("no_first_relu", "a ReLU is missing after the first convolution.",
            old="x = self.body(F.relu(self.conv0(x)))", new="x = self.body(self.conv0(x))"),
    Mistake("no_bias", "the first convolution has a bias.",
            old="self.conv0 = nn.Conv2d(1, channels, 1)", new="self.conv0 = nn.Conv2d(1, channels, 1, bias=False)"),
    Mistake("no_bias_at_the_end", "the linear layer has a bias.",
            old="self.fc = nn.Linear(channels, classes)", new="self.fc = nn.Linear(channels, classes, bias=False)"),
    Mistake("softmax", "the linear layer's numbers go out as they are: a softmax comes with the loss.",
            old="return self.fc(x.mean(dim=(2, 3)))", new="return F.softmax(self.fc(x.mean(dim=(2, 3))), dim=1)"),
    Mistake("max_pooling", "each channel's mean is wanted, not its maximum.",
            old="return self.fc(x.mean(dim=(2, 3)))", new="return self.fc(x.amax(dim=(2, 3)))"),
    Mistake("one_block_less", "count the blocks: one is missing.",
            old="self.body = nn.Sequential(*(block(channels, 3) for _ in range(count)))",
            new="self.body = nn.Sequential(*(block(channels, 3) for _ in range(count - 1)))"),
    Mistake("squeezed", "squeeze() takes the first dimension as well where there is one image: name the dimensions.",
            old="return self.fc(x.mean(dim=(2, 3)))",
            new="return self.fc(F.adaptive_avg_pool2d(x, 1).squeeze())"),
    Mistake("height_squared", "an image need not be square: divide by height times width.",
            old="return self.fc(x.mean(dim=(2, 3)))",
            new="return self.fc(x.sum(dim=(2, 3)) / x.shape[2] ** 2)"),
    Mistake("other_kernel", "a block is made by block(channels, 3): the kernel size is 3.",
            old="block(channels, 3)",
            new="block(channels, 1)"),
    Mistake("detached", "no gradient comes back through here: detach, no_grad, item and NumPy cut it off.",
            old="self.body(F.relu(self.conv0(x)))",
            new="self.body(F.relu(self.conv0(x.detach())))"),
]  # fmt: skip
