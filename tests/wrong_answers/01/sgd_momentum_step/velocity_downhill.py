# hint: velocity_downhill
def sgd_momentum_step(weights, velocity, gradient, rate, momentum):
    velocity = momentum * velocity - rate * gradient
    return weights + velocity, velocity
