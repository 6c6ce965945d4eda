# hint: gamma_forgotten
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(0)
    variance = x.var(0, correction=0)
    return (x - mean) / (variance + eps).sqrt() + beta
