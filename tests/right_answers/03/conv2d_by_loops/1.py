import torch.nn.functional as F


def conv2d_by_loops(x, weight, bias, stride, padding):
    return F.conv2d(x[None], weight, bias, stride, padding)[0]
