"""Right answers to `fit_identity`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def fit_identity(block, x, steps, rate):
    losses = []
    for _ in range(steps):
        block.zero_grad()
        loss = ((block(x) - x) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad
    return losses
""", """
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
"""]  # fmt: skip

MISTAKES = [
    Mistake("gradients_add_up", "gradients add up in .grad: clear them before each step.",
            old="""for _ in range(steps):
        block.zero_grad()""",
            new="for _ in range(steps):"),
    Mistake("loss_after_the_step", "the first loss is that of the block as it was given, before any step.",
            old="""losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad""",
            new="""with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad
        losses.append(((block(x) - x) ** 2).mean().item())"""),
    Mistake("summed", "the error is the mean over all numbers of the output, not their sum.",
            old="loss = ((block(x) - x) ** 2).mean()", new="loss = ((block(x) - x) ** 2).sum()"),
    Mistake("towards_zero", "the block shall return its input: the target is x, not 0.",
            old="loss = ((block(x) - x) ** 2).mean()", new="loss = (block(x) ** 2).mean()"),
    Mistake("no_step", "the losses do not fall: after the gradients, the parameters have to move.",
            old="""losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad""",
            new="losses.append(loss.item())"),
    Mistake("uphill", "against the gradient, not along it.",
            old="parameter -= rate * parameter.grad", new="parameter += rate * parameter.grad"),
    Mistake("one_too_few", "one loss for each step.",
            old="for _ in range(steps):", new="for _ in range(steps - 1):"),
    Mistake("trains_a_copy", "train the block that you are given: it has to have learned afterwards.",
            old="    losses = []",
            new="""    import copy

    block = copy.deepcopy(block)
    losses = []"""),
    Mistake("cleared_afterwards", "the block may bring gradients of before: clear them before the first step as well.",
            old="""block.zero_grad()
        loss = ((block(x) - x) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad""",
            new="""loss = ((block(x) - x) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in block.parameters():
                parameter -= rate * parameter.grad
        block.zero_grad()"""),
]  # fmt: skip
