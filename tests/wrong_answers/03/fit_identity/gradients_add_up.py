# hint: gradients_add_up
import torch


def fit_identity(block, x, steps, rate):
    losses = []
    for _ in range(steps):
        loss = ((block(x) - x) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad
    return losses
