# hint: in_place
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(0)
    variance = x.var(0, correction=0)
    x -= mean
    return gamma * x / (variance + eps).sqrt() + beta
