# hint: averaged
from torch.nn import functional as F


def shortcut_a(x, channels):
    return F.pad(F.avg_pool2d(x, 2), (0, 0, 0, 0, 0, channels - x.shape[1]))
