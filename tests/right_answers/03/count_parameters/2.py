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
