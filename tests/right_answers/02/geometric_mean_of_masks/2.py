import torch


def geometric_mean_of_masks(h, weight, bias):
    n = len(h)
    product = torch.ones(len(bias), dtype=torch.float64)
    for code in range(2**n):
        kept = [h[i] if code >> i & 1 else 0 * h[i] for i in range(n)]
        p = torch.softmax(weight.double() @ torch.stack(kept).double() + bias.double(), 0)
        product = product * p ** (1 / 2**n)
    return (product / product.sum()).float()
