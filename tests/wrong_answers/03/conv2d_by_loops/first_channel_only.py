# hint: first_channel_only
import torch


def conv2d_by_loops(x, weight, bias, stride, padding):
    channels, height, width = x.shape
    k = weight.shape[-1]
    padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = x
    rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1
    y = torch.zeros(len(weight), rows, columns)
    for o in range(len(weight)):
        for i in range(rows):
            for j in range(columns):
                window = padded[:, stride * i : stride * i + k, stride * j : stride * j + k]
                y[o, i, j] = bias[o] + (weight[o, 0] * window[0]).sum()
    return y
