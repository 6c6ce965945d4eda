# hint: averaged
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return weights - rate * velocity, velocity
