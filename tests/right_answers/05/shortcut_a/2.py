import torch


def shortcut_a(x, channels):
    n, old, height, width = x.shape
    new = torch.zeros(n, channels, (height + 1) // 2, (width + 1) // 2, dtype=torch.float64)
    for row in range(0, height, 2):
        for column in range(0, width, 2):
            new[:, :old, row // 2, column // 2] = x[:, :, row, column]
    return new
