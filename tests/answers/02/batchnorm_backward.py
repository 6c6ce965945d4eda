"""Right answers to `batchnorm_backward`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
def batchnorm_backward(grad_y, x, gamma, eps):
    deviation = (x.var(0, correction=0) + eps).sqrt()
    normal = (x - x.mean(0)) / deviation
    g = gamma * grad_y
    grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation
    return grad_x, (grad_y * normal).sum(0), grad_y.sum(0)
""", """
def batchnorm_backward(dy, x, gamma, eps):
    m = len(x)
    mu, var = x.mean(0), ((x - x.mean(0)) ** 2).mean(0)
    xhat = (x - mu) * (var + eps) ** -0.5
    dxhat = dy * gamma
    dvar = (dxhat * (x - mu)).sum(0) * -0.5 * (var + eps) ** -1.5
    dmu = -dxhat.sum(0) * (var + eps) ** -0.5
    dx = dxhat * (var + eps) ** -0.5 + dvar * 2 * (x - mu) / m + dmu / m
    return [dx, (dy * xhat).sum(0), dy.sum(0)]
"""]  # fmt: skip

MISTAKES = [
    Mistake("statistics_constant", "mean and variance depend on x as well: two more terms.",
            old="grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation", new="grad_x = g / deviation"),
    Mistake("mean_constant", "moving one x moves the batch's mean: the mean of the incoming gradient is subtracted.",
            old="grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation",
            new="grad_x = (g - normal * (g * normal).mean(0)) / deviation"),
    Mistake("variance_constant",
            "moving one x changes the batch's variance: a term in proportion to the normalised x.",
            old="grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation",
            new="grad_x = (g - g.mean(0)) / deviation"),
    Mistake("gamma_forgotten", "what reaches the normalised value is gamma times the gradient from above.",
            old="g = gamma * grad_y", new="g = grad_y"),
    Mistake("gamma_of_x", "gamma multiplies the normalised x, so its gradient sums grad_y times that.",
            old="return grad_x, (grad_y * normal).sum(0), grad_y.sum(0)",
            new="return grad_x, (grad_y * x).sum(0), grad_y.sum(0)"),
    Mistake("swapped", "the gradient of gamma comes second, that of beta third.",
            old="return grad_x, (grad_y * normal).sum(0), grad_y.sum(0)",
            new="return grad_x, grad_y.sum(0), (grad_y * normal).sum(0)"),
    Mistake("means_for_sums", "one gamma and one beta serve all examples: their gradients are sums over the batch.",
            old="return grad_x, (grad_y * normal).sum(0), grad_y.sum(0)",
            new="return grad_x, (grad_y * normal).mean(0), grad_y.mean(0)"),
    Mistake("eps_forgotten", "eps stands under the root here as in the forward pass.",
            old="(x.var(0, correction=0) + eps).sqrt()",
            new="x.var(0, correction=0).sqrt()"),
    Mistake("unbiased", "the variance is that of the batch, divided by the number of examples, as in the forward pass.",
            old="x.var(0, correction=0)",
            new="x.var(0)"),
    Mistake("in_place", "the x that was given has changed: -= and the like write into it.",
            old="normal = (x - x.mean(0)) / deviation",
            new="normal = x.sub_(x.mean(0)).div_(deviation)"),
    Mistake("grad_y_in_place", "the grad_y that was given has changed: *= and the like write into it.",
            old="""g = gamma * grad_y
    grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation
    return grad_x, (grad_y * normal).sum(0), grad_y.sum(0)""",
            new="""grad_gamma, grad_beta, g = (grad_y * normal).sum(0), grad_y.sum(0), grad_y
    g *= gamma
    grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation
    return grad_x, grad_gamma, grad_beta"""),
]  # fmt: skip
