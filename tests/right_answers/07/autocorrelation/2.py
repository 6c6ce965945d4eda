def autocorrelation(series, lags):
    mean = sum(series.tolist()) / len(series)
    z = [value - mean for value in series.tolist()]
    whole = sum(value**2 for value in z)
    return [sum(z[i] * z[i + k] for i in range(len(z) - k)) / whole for k in range(lags + 1)]
