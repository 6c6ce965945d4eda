# hint: space_padded
from torch.nn import functional as F


def shortcut_a(x, channels):
    return F.pad(x[:, :, ::2, ::2], (1, 1, 1, 1))
