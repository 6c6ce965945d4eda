import torch


def drop_path(x, rate, training):
    if not training:
        return x
    rows = []
    for row in x:
        alive = torch.rand(1).item() >= rate and rate < 1
        rows.append(row / (1 - rate) if alive else 0 * row)
    return torch.stack(rows)
