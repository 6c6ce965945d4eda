# hint: one_too_few
import torch


def fit_identity(block, x, steps, rate):
    losses = []
    for _ in range(steps - 1):
        block.zero_grad()
        loss = ((block(x) - x) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad
    return losses
