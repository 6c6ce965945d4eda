"""Right answers to `sgd_momentum_step`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity = momentum * velocity + gradient
    return weights - rate * velocity, velocity
""", """
import torch


def sgd_momentum_step(w, v, g, alpha, beta):
    new_v, new_w = torch.empty_like(v), torch.empty_like(w)
    for index in range(v.numel()):
        new_v.view(-1)[index] = g.reshape(-1)[index] + beta * v.reshape(-1)[index]
        new_w.view(-1)[index] = w.reshape(-1)[index] - alpha * new_v.view(-1)[index]
    return new_w, new_v
"""]  # fmt: skip

MISTAKES = [
    Mistake("averaged", "momentum here is a sum of gradients, not an average: no factor (1 − β).",
            old="velocity = momentum * velocity + gradient",
            new="velocity = momentum * velocity + (1 - momentum) * gradient"),
    Mistake("nesterov", "the step goes along the new velocity, without looking ahead.",
            old="return weights - rate * velocity, velocity",
            new="return weights - rate * (gradient + momentum * velocity), velocity"),
    Mistake("rate_in_velocity", "the velocity is made of gradients alone; the rate comes in when the weights move.",
            old="""velocity = momentum * velocity + gradient
    return weights - rate * velocity, velocity""",
            new="""velocity = momentum * velocity + rate * gradient
    return weights - velocity, velocity"""),
    Mistake("old_velocity", "first the velocity is brought up to date, then the weights move along it.",
            old="""velocity = momentum * velocity + gradient
    return weights - rate * velocity, velocity""",
            new="return weights - rate * velocity, momentum * velocity + gradient"),
    Mistake("uphill", "against the gradient, not along it.",
            old="return weights - rate * velocity, velocity", new="return weights + rate * velocity, velocity"),
    Mistake("in_place", "return new tensors: the given ones belong to the caller.",
            old="""velocity = momentum * velocity + gradient
    return weights - rate * velocity, velocity""",
            new="""velocity.mul_(momentum).add_(gradient)
    return weights.sub_(rate * velocity), velocity"""),
    Mistake("swapped", "the new weights come first, the new velocity second.",
            old="return weights - rate * velocity, velocity", new="return velocity, weights - rate * velocity"),
    Mistake("velocity_downhill",
            "this velocity runs downhill, with the rate inside; in the formulas it sums gradients.",
            old="""velocity = momentum * velocity + gradient
    return weights - rate * velocity, velocity""",
            new="""velocity = momentum * velocity - rate * gradient
    return weights + velocity, velocity"""),
    Mistake("kept_without_momentum", "without momentum the velocity is the gradient: nothing of the old one stays.",
            old="velocity = momentum * velocity + gradient",
            new="velocity = momentum * velocity + gradient if momentum else velocity"),
]  # fmt: skip
