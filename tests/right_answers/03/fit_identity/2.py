import torch
import torch.nn.functional as F


def fit_identity(module, inputs, count, step_size):
    optimizer = torch.optim.SGD(module.parameters(), lr=step_size)
    errors = torch.zeros(count)
    for k in range(count):
        error = F.mse_loss(module(inputs), inputs)
        errors[k] = error.detach()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
    return errors
