# hint: around_the_end
import torch


def autocorrelation(series, lags):
    z = series - series.mean()
    sums = [(z * z.roll(-k)).sum() for k in range(lags + 1)]
    return torch.stack(sums) / (z * z).sum()
