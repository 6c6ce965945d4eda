import torch


def looks_linear_(weight):
    half = weight.shape[1] // 2
    q, _ = torch.linalg.qr(torch.randn(max(weight.shape[0], half), min(weight.shape[0], half)))
    w = q if weight.shape[0] >= half else q.T
    weight.data[:, :half] = w
    weight.data[:, half:] = -w
    return weight
