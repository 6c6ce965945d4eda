# hint: eps_forgotten
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(0)
    variance = x.var(0, correction=0)
    return gamma * (x - mean) / variance.sqrt() + beta
