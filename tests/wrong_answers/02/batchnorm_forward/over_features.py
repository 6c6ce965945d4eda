# hint: over_features
def batchnorm_forward(x, gamma, beta, eps):
    mean = x.mean(1, keepdim=True)
    variance = x.var(1, correction=0, keepdim=True)
    return gamma * (x - mean) / (variance + eps).sqrt() + beta
