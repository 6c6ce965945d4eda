# hint: width_padded
from torch.nn import functional as F


def shortcut_a(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, channels - x.shape[1]))
