# hint: in_place
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity.mul_(momentum).add_(gradient)
    return weights.sub_(rate * velocity), velocity
