# hint: own_means
import torch


def autocorrelation(series, lags):
    pieces = [(series[: len(series) - k], series[k:]) for k in range(lags + 1)]
    return torch.stack([torch.corrcoef(torch.stack(pair))[0, 1] for pair in pieces])
