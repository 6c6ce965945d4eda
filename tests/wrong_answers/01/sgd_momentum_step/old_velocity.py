# hint: old_velocity
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    return weights - rate * velocity, momentum * velocity + gradient
