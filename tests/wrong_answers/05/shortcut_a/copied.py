# hint: copied
import torch


def shortcut_a(x, channels):
    small = x[:, :, ::2, ::2]
    return torch.cat([small] * channels, dim=1)[:, :channels]
