# hint: no_step
import torch


def fit_identity(block, x, steps, rate):
    losses = []
    for _ in range(steps):
        block.zero_grad()
        loss = ((block(x) - x) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
    return losses
