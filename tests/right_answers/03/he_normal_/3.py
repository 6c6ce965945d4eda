import torch


def he_normal_(tensor):
    n = 1
    for size in tensor.shape[1:]:
        n *= size
    tensor.data.copy_(torch.randn(tensor.shape, dtype=torch.float64) * (2 / n) ** 0.5)
    return tensor
