"""Right answers to `autocorrelation`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def autocorrelation(series, lags):
    z = series - series.mean()
    sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]
    return torch.stack(sums) / (z * z).sum()
""", """
def autocorrelation(series, lags):
    mean = sum(series.tolist()) / len(series)
    z = [value - mean for value in series.tolist()]
    whole = sum(value**2 for value in z)
    return [sum(z[i] * z[i + k] for i in range(len(z) - k)) / whole for k in range(lags + 1)]
"""]  # fmt: skip

MISTAKES = [
    Mistake("not_centred", "the mean is taken away first.",
            old="z = series - series.mean()", new="z = series"),
    Mistake("per_pair", "both sums are sums: at a longer lag there are fewer products, and that is meant.",
            old="return torch.stack(sums) / (z * z).sum()",
            new="return torch.stack([s / (len(z) - k) for k, s in enumerate(sums)]) / (z * z).mean()"),
    Mistake("own_means", "one mean and one sum of squares, those of the whole series, serve every lag.",
            old="""z = series - series.mean()
    sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]
    return torch.stack(sums) / (z * z).sum()""",
            new="""pieces = [(series[: len(series) - k], series[k:]) for k in range(lags + 1)]
    return torch.stack([torch.corrcoef(torch.stack(pair))[0, 1] for pair in pieces])"""),
    Mistake("lag_0_missing", "one number is missing: the first is that of lag 0.",
            old="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]",
            new="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(1, lags + 1)]"),
    Mistake("from_lag_1", "it begins with lag 0, where the value is 1.",
            old="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]",
            new="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(1, lags + 2)]"),
    Mistake("last_lag_missing", "lags = 4 means five numbers: lags 0, 1, 2, 3 and 4.",
            old="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]",
            new="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(max(lags, 1))]"),
    Mistake("around_the_end", "the series has an end: nothing comes round from the other side.",
            old="sums = [(z[: len(z) - k] * z[k:]).sum() for k in range(lags + 1)]",
            new="sums = [(z * z.roll(-k)).sum() for k in range(lags + 1)]"),
    Mistake("not_divided", "divide by the sum of squares, so that lag 0 gives 1.",
            old="return torch.stack(sums) / (z * z).sum()", new="return torch.stack(sums)"),
]  # fmt: skip
