# hint: unbiased
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(0)
    variance = x.var(0)
    return gamma * (x - mean) / (variance + eps).sqrt() + beta
