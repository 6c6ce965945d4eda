"""Right answers to `cifar_resnet`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
from torch import nn


def cifar_resnet(n, block):
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    before = 16
    for channels in (16, 32, 64):
        for i in range(n):
            stride = 2 if i == 0 and channels > 16 else 1
            layers.append(block(before, channels, stride))
            before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
""", """
from torch import nn


class Net(nn.Module):
    def __init__(self, n, block):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        stages = [block(16, 16, 1) for _ in range(n)]
        stages += [block(16, 32, 2)] + [block(32, 32, 1) for _ in range(n - 1)]
        stages += [block(32, 64, 2)] + [block(64, 64, 1) for _ in range(n - 1)]
        self.stages = nn.ModuleList(b for b in stages if isinstance(b, nn.Module))
        self.last = nn.Linear(64, 10)

    def forward(self, x):
        x = self.norm(self.stem(x)).relu()
        for stage in self.stages:
            x = stage(x)
        return self.last(x.mean(dim=[2, 3]))


def cifar_resnet(n, block):
    return Net(n, block)
"""]  # fmt: skip

MISTAKES = [
    Mistake("stride_everywhere", "the first stage keeps the image's size; only stages 2 and 3 begin with stride 2.",
            old="stride = 2 if i == 0 and channels > 16 else 1", new="stride = 2 if i == 0 else 1"),
    Mistake("stride_at_the_end", "it is the first block of a stage that halves the image.",
            old="stride = 2 if i == 0 and channels > 16 else 1",
            new="stride = 2 if i == n - 1 and channels < 64 else 1"),
    Mistake("two_n_blocks", "a stage has n blocks of two layers each, so that the depth is 6n + 2.",
            old="for i in range(n):", new="for i in range(2 * n):"),
    Mistake("stem_bias", "the first convolution has no bias: batch norm follows.",
            old="layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]",
            new="layers = [nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU()]"),
    Mistake("wrong_channels", "the stages have 16, 32 and 64 channels.",
            old="for channels in (16, 32, 64):", new="for channels in (16, 64, 64):"),
    Mistake("no_relu", "a ReLU is missing after the first batch norm.",
            old="layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]",
            new="layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)]"),
    Mistake("max_pooling", "the mean of each channel is asked for, not its largest value.",
            old="return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))",
            new="return nn.Sequential(*layers, nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(64, 10))"),
    Mistake("no_norm", "batch norm is missing after the first convolution.",
            old="layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]",
            new="layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.ReLU()]"),
    Mistake("not_pooled", "the classifier takes 64 numbers: the mean of each channel.",
            old="return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))",
            new="return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 8 * 8, 10))"),
    Mistake("channels_not_changed", "the first block of a stage takes the channels of the stage before.",
            old="layers.append(block(before, channels, stride))",
            new="layers.append(block(channels, channels, stride))"),
    Mistake("before_per_stage", "only the first block of a stage takes in the channels of the stage before.",
            old="            before = channels", new="        before = channels"),
    Mistake("before_never",
            "16 channels come into the first blocks alone; later ones take in what comes out before them.",
            old="""layers.append(block(before, channels, stride))
            before = channels""",
            new="layers.append(block(before, channels, stride))"),
    Mistake("squeezed", "squeeze() takes the first dimension as well where there is one image: nn.Flatten() keeps it.",
            old=RIGHT[0],
            new="""
from torch import nn


class Squeeze(nn.Module):
    def forward(self, x):
        return x.squeeze()


def cifar_resnet(n, block):
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    before = 16
    for channels in (16, 32, 64):
        for i in range(n):
            layers.append(block(before, channels, 2 if i == 0 and channels > 16 else 1))
            before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), Squeeze(), nn.Linear(64, 10))
"""),
    Mistake("detached", "no gradient comes back through here: detach, no_grad, item and NumPy cut it off.",
            old=RIGHT[0],
            new="""
from torch import nn


class Pool(nn.Module):
    def forward(self, x):
        return x.detach().mean(dim=(2, 3))


def cifar_resnet(n, block):
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    before = 16
    for channels in (16, 32, 64):
        for i in range(n):
            layers.append(block(before, channels, 2 if i == 0 and channels > 16 else 1))
            before = channels
    return nn.Sequential(*layers, Pool(), nn.Linear(64, 10))
"""),
    Mistake("straight_through", "where a ReLU gives 0, no gradient passes: nn.ReLU() sees to that.",
            old=RIGHT[0],
            new="""
from torch import nn


class Clip(nn.Module):
    def forward(self, x):
        x.data.clamp_(min=0)
        return x


def cifar_resnet(n, block):
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), Clip()]
    before = 16
    for channels in (16, 32, 64):
        for i in range(n):
            layers.append(block(before, channels, 2 if i == 0 and channels > 16 else 1))
            before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
"""),
]  # fmt: skip
