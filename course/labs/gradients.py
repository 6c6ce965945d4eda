"""The gradients lab: the gradient of a random network along a line, its autocorrelation and its covariance."""

from __future__ import annotations

import torch
from torch import Tensor

from course import measure, networks, wording
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.papers.balduzzi2017 import brown, flips, grid
from course.views import Frame, Line, Lines, Map

LAGS, READ_OUTS, EVERY = 30, 50, 4  # the covariance is drawn for every fourth point
NAMES = {
    "feedforward": "ReLU, centred",
    "not_centred": "ReLU, not centred",
    "no_biases": "ReLU, no biases",
    "residual": "residual + BN",
    "looks_linear": "CReLU + looks-linear",
    "linear": "linear",
}
KINDS = ("plain", "plain", "plain", "residual", "looks_linear", "linear")  # whose colours they take


class GradientsLab(InstantLab):
    """df/dx between -2 and 2, how it resembles itself at a distance, and between which points it does."""

    name, title = "gradients", "Gradients lab"
    about = f"untrained, 200 units wide, He weights; 256 points; {READ_OUTS} functions read off the last layer"
    controls = Controls((
        Options("kind", "Network", tuple(NAMES), "feedforward", tuple(NAMES.values()), role="kind",
               kinds=KINDS),
        Number("layers", "Layers", 1, 50, 24, whole=True),
        Number("beta", "β, scale of a branch", 0.01, 1, 1.0, log=True, only_for="residual"),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    def compute(self, settings: Settings) -> Frame:
        kind, layers = settings["kind"], settings["layers"]
        network = networks.scan_network(kind, layers, settings["beta"], seed=settings["seed"])
        # in double precision: of a gradient that is the same everywhere rounding would be all that moves
        hidden = measure.line_gradient(network[:-1].double(), grid().double())  # (points, units)
        read_outs = torch.randn(hidden.shape[1], READ_OUTS, generator=torch.Generator().manual_seed(settings["seed"]))
        series = (hidden @ read_outs.double()).T.float()
        one = series[0] / series[0].abs().max()
        reference = brown(READ_OUTS, settings["seed"])
        lags = list(range(LAGS + 1))
        correlation = measure.autocorrelation(series, LAGS)
        steady = bool(correlation.isnan().any())  # a gradient that is the same everywhere is perfectly like itself
        if steady:
            correlation = torch.ones(LAGS + 1)
        colour = KINDS[list(NAMES).index(kind)]
        views = (
            Lines("Gradient df/dx, relative", "x", (Line("gradient", grid().tolist(), one.tolist(), colour),), low=-1,
                  high=1, x=(-2, 2)),
            Lines("Autocorrelation of the gradient", "lag, points of 256",
                  (Line("this network", lags, correlation.tolist(), colour),
                   Line("brown noise", lags, measure.autocorrelation(reference, LAGS).tolist(), "other")),
                  low=-0.2, high=1, x=(0, LAGS), references={"white noise": 0.0}),
            Map("Correlation of the gradients at two points", "x", "x", _alike(hidden[::EVERY]), -1, 1, (-2, 2),
                (-2, 2), diverging=True, share=0.8, square=True),
        )  # fmt: skip
        scale = f", β {wording.number(settings['beta'])}" if kind == "residual" else ""
        same = " The gradient is the same at every point." if steady else ""
        depth = f"{layers} layer{'s' * (layers > 1)}{scale}"
        brown10 = measure.autocorrelation(reference, [10]).item()
        words = (
            f"{NAMES[kind]}, {depth}: the gradient changes its sign {flips(series):.0f} times from −2 to "
            f"2 (white noise: 128); its autocorrelation is {wording.decimals(correlation[1].item())} at lag 1, and "
            f"{wording.decimals(correlation[10].item())} at lag 10, where brown noise has {wording.decimals(brown10)}."
            f"{same}"
        )
        return Frame(views, words)


def _alike(hidden: Tensor) -> list[list[float]]:
    """Correlations over all functions that can be read off: of the units' derivatives at two points."""
    rows = hidden / hidden.norm(dim=1, keepdim=True).clamp(min=1e-30)
    found: list[list[float]] = (rows @ rows.T).tolist()
    return found
