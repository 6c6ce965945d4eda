# hint: beta_scaled
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(0)
    variance = x.var(0, correction=0)
    return gamma * ((x - mean) / (variance + eps).sqrt() + beta)
