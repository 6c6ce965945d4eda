import torch


def largest_stable_learning_rate(train, start):
    for halvings in range(31):
        losses = torch.tensor(train(start / 2**halvings))
        if bool(torch.isfinite(losses).all()) and not losses[-1] > losses[0]:
            return start * 0.5**halvings
    raise ValueError(start)
