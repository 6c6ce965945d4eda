# hint: relu_alone
from torch.nn import functional as F


def crelu(x):
    return F.relu(x)
