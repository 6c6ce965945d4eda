# hint: in_place
import torch
from torch.nn import functional as F


def crelu(x):
    return torch.cat([F.relu_(x), F.relu(-x)], dim=1)
