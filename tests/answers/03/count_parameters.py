"""Right answers to `count_parameters`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
ALEXNET = {  # kind, outputs, kernel size, groups
    "conv1": ("conv", 96, 11, 1),
    "conv2": ("conv", 256, 5, 2),
    "conv3": ("conv", 384, 3, 1),
    "conv4": ("conv", 384, 3, 2),
    "conv5": ("conv", 256, 3, 2),
    "fc6": ("linear", 4096, 1, 1),
    "fc7": ("linear", 4096, 1, 1),
    "fc8": ("linear", 1000, 1, 1),
}


def count_parameters(removed):
    total, inputs, before = 0, 3, "conv"
    for name, (kind, outputs, kernel, groups) in ALEXNET.items():
        if name in removed:
            continue
        if kind == "linear" and before == "conv":
            inputs *= 6 * 6
        total += outputs * (inputs // groups * kernel**2 + 1)
        inputs, before = outputs, kind
    return total
""", """
from torch import nn


def count_parameters(removed):
    left = [name for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8") if name not in removed]
    sizes = {
        "conv1": (96, 11, 1),
        "conv2": (256, 5, 2),
        "conv3": (384, 3, 1),
        "conv4": (384, 3, 2),
        "conv5": (256, 3, 2),
    }
    units = {"fc6": 4096, "fc7": 4096, "fc8": 1000}
    layers, channels = [], 3
    for name in (n for n in left if n in sizes):
        out, k, groups = sizes[name]
        layers.append(nn.Conv2d(channels, out, k, groups=groups, device="meta"))
        channels = out
    features = channels * 36
    for name in (n for n in left if n in units):
        layers.append(nn.Linear(features, units[name], device="meta"))
        features = units[name]
    return sum(p.numel() for layer in layers for p in layer.parameters())
"""]  # fmt: skip

MISTAKES = [
    Mistake("no_biases", "every output, a channel or a unit, has a bias besides its weights.",
            old="total += outputs * (inputs // groups * kernel**2 + 1)",
            new="total += outputs * (inputs // groups * kernel**2)"),
    Mistake("groups_ignored", "with 2 groups each output channel sees only half of the input channels.",
            old="total += outputs * (inputs // groups * kernel**2 + 1)",
            new="total += outputs * (inputs * kernel**2 + 1)"),
    Mistake("not_rewired", "the layer after a removed one takes what the layer before it gives.",
            old="""if name in removed:
            continue
        if kind == "linear" and before == "conv":
            inputs *= 6 * 6
        total += outputs * (inputs // groups * kernel**2 + 1)""",
            new="""pass
        if kind == "linear" and before == "conv":
            inputs *= 6 * 6
        total += 0 if name in removed else outputs * (inputs // groups * kernel**2 + 1)"""),
    Mistake("pixels_forgotten", "the first fully connected layer sees 6 x 6 places of each channel.",
            old="inputs *= 6 * 6", new="pass"),
    Mistake("kernel_not_squared", "a kernel of size k has k * k weights for each pair of channels.",
            old="total += outputs * (inputs // groups * kernel**2 + 1)",
            new="total += outputs * (inputs // groups * kernel + 1)"),
    Mistake("only_fc6", "the first fully connected layer that is left sees 36 places, whichever it is.",
            old='if kind == "linear" and before == "conv":',
            new='if name == "fc6":'),
    Mistake("list_used_up", "the list that was given has changed: look whether a name is in it, and leave it there.",
            old="""if name in removed:
            continue""",
            new="""if name in removed:
            removed.remove(name)
            continue"""),
]  # fmt: skip
