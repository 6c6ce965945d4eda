# hint: nesterov
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity = momentum * velocity + gradient
    return weights - rate * (gradient + momentum * velocity), velocity
