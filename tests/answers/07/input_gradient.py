"""Right answers to `input_gradient`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def input_gradient(network, x):
    x = x.detach().clone().requires_grad_()
    y = network(x[:, None]).sum()
    return torch.autograd.grad(y, x)[0]
""", """
import torch


def input_gradient(network, x):
    slopes = []
    for value in x.tolist():
        point = torch.tensor([[value]], dtype=x.dtype, requires_grad=True)
        slopes.append(torch.autograd.grad(network(point)[0, 0], point)[0].item())
    return torch.tensor(slopes, dtype=torch.float64)
"""]  # fmt: skip

MISTAKES = [
    Mistake("mean", "this is the derivative of the mean, smaller by the number of points; take that of the sum.",
            old="y = network(x[:, None]).sum()", new="y = network(x[:, None]).mean()"),
    Mistake("added_up", "one number for each point is asked for, not their sum.",
            old="return torch.autograd.grad(y, x)[0]", new="return torch.autograd.grad(y, x)[0].sum()"),
    Mistake("of_the_square", "the derivative of y is wanted, not that of its square.",
            old="y = network(x[:, None]).sum()", new="y = network(x[:, None]).square().sum()"),
    Mistake("left_in_parameters",
            "the parameters have got gradients: torch.autograd.grad returns the one that you want.",
            old="return torch.autograd.grad(y, x)[0]", new="""y.backward()
    return x.grad"""),
    Mistake("by_differences", "these are differences between neighbours; autograd gives the derivative itself.",
            old="""x = x.detach().clone().requires_grad_()
    y = network(x[:, None]).sum()
    return torch.autograd.grad(y, x)[0]""",
            new="""with torch.no_grad():
        y = network(x[:, None])[:, 0]
    return torch.cat([y.diff() / x.diff(), torch.zeros(1)])"""),
    Mistake("column", "the shape should be that of x, (N,).",
            old="""x = x.detach().clone().requires_grad_()
    y = network(x[:, None]).sum()
    return torch.autograd.grad(y, x)[0]""",
            new="""x = x[:, None].detach().clone().requires_grad_()
    return torch.autograd.grad(network(x).sum(), x)[0]"""),
    Mistake("requires_grad_left",
            "x is marked now, and the caller did not ask for it: make a copy before requires_grad_().",
            old="x = x.detach().clone().requires_grad_()",
            new="x.requires_grad_()"),
    Mistake("squeezed", "squeeze() leaves no dimension where there is one point: the result has shape (N,).",
            old="return torch.autograd.grad(y, x)[0]",
            new="return torch.autograd.grad(y, x)[0].squeeze()"),
    Mistake("frozen", "the parameters of the network no longer learn: torch.autograd.grad leaves them alone anyway.",
            old="    y = network",
            new="""    network.requires_grad_(False)
    y = network"""),
]  # fmt: skip
