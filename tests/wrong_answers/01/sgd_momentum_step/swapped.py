# hint: swapped
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity = momentum * velocity + gradient
    return velocity, weights - rate * velocity
