import torch


def path_lengths(blocks):
    row = torch.tensor([1.0], dtype=torch.float64)
    for _ in range(blocks):
        zero = torch.zeros(1, dtype=torch.float64)
        row = torch.cat([row, zero]) + torch.cat([zero, row])
    return row
