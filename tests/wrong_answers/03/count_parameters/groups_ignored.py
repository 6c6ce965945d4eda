# hint: groups_ignored
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
        total += outputs * (inputs * kernel**2 + 1)
        inputs, before = outputs, kind
    return total
