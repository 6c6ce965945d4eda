# hint: lag_0_missing
import torch


def autocorrelation(series, lags):
    z = series - series.mean()
    sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(1, lags + 1)]
    return torch.stack(sums) / (z * z).sum()
