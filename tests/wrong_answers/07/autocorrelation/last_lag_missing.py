# hint: last_lag_missing
import torch


def autocorrelation(series, lags):
    z = series - series.mean()
    sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(max(lags, 1))]
    return torch.stack(sums) / (z * z).sum()
