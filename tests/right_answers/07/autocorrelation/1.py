import torch


def autocorrelation(series, lags):
    z = series - series.mean()
    sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]
    return torch.stack(sums) / (z * z).sum()
