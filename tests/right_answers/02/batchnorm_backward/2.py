def batchnorm_backward(dy, x, gamma, eps):
    m = len(x)
    mu, var = x.mean(0), ((x - x.mean(0)) ** 2).mean(0)
    xhat = (x - mu) * (var + eps) ** -0.5
    dxhat = dy * gamma
    dvar = (dxhat * (x - mu)).sum(0) * -0.5 * (var + eps) ** -1.5
    dmu = -dxhat.sum(0) * (var + eps) ** -0.5
    dx = dxhat * (var + eps) ** -0.5 + dvar * 2 * (x - mu) / m + dmu / m
    return [dx, (dy * xhat).sum(0), dy.sum(0)]
