# hint: per_pair
import torch


def autocorrelation(series, lags):
    z = series - series.mean()
    sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]
    return torch.stack([s / (len(z) - k) for k, s in enumerate(sums)]) / (z * z).mean()
