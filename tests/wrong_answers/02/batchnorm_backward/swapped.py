# hint: swapped
def batchnorm_backward(grad_y, x, gamma, eps):
    deviation = (x.var(0, correction=0) + eps).sqrt()
    normal = (x - x.mean(0)) / deviation
    g = gamma * grad_y
    grad_x = (g - g.mean(0) - normal * (g * normal).mean(0)) / deviation
    return grad_x, grad_y.sum(0), (grad_y * normal).sum(0)
