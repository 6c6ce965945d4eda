# hint: uphill
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity = momentum * velocity + gradient
    return weights + rate * velocity, velocity
