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
    """df/dx between -2 and 2, beside that of one layer, how it resembles itself at a distance, and where it does."""

    name, title = "gradients", "Gradients lab"
    about = (
        f"untrained, 200 units wide, He weights; 256 points; {READ_OUTS} outputs, random sums of the last layer's units"
    )
    controls = Controls((
        Options("kind", "Network", tuple(NAMES), "feedforward", tuple(NAMES.values()), role="kind",
               kinds=KINDS),
        Number("layers", "Layers", 1, 50, 24, whole=True),
        Number("beta", "β, scale of a branch", 0.01, 1, 1.0, log=True, only_for="residual"),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    def compute(self, settings: Settings) -> Frame:
        kind, layers = settings["kind"], settings["layers"]
        hidden, series = _along(settings, layers)
        reference = brown(READ_OUTS, settings["seed"])
        lags = list(range(LAGS + 1))
        correlation = measure.autocorrelation(series, LAGS)
        steady = bool(correlation.isnan().any())  # a gradient that is the same everywhere is perfectly like itself
        if steady:
            correlation = torch.ones(LAGS + 1)
        colour = KINDS[list(NAMES).index(kind)]
        views = (
            _gradient(layers, series[0], colour),
            _gradient(1, _along(settings, 1)[1][0], colour),
            Lines("Autocorrelation of the gradient", "lag: points apart",
                  (Line("this network", lags, correlation.tolist(), colour),
                   Line("brown noise", lags, measure.autocorrelation(reference, LAGS).tolist(), "other")),
                  low=-0.2, high=1, x=(0, LAGS), references={"white noise": 0.0}),
            Map("Correlation of the gradients at two points", "x", "x", _alike(hidden[::EVERY]), -1, 1, (-2, 2),
                (-2, 2), diverging=True, square=True),
        )  # fmt: skip
        scale = f", β {wording.number(settings['beta'])}" if kind == "residual" else ""
        same = " The gradient is the same at every point." if steady else ""
        walk = measure.autocorrelation(reference, [10])
        first, tenth, walked = (wording.decimals(found.item()) for found in (correlation[1], correlation[10], walk))
        words = (
            f"{NAMES[kind]}, {_counted(layers)}{scale}: the gradient changes its sign {flips(series):.0f} times from "
            f"−2 to 2 (white noise, of independent values: 128); its autocorrelation is {first} at lag 1, and {tenth} "
            f"at lag 10, where brown noise, a random walk, has {walked}.{same}"
        )
        return Frame(views, words)


def _along(settings: Settings, layers: int) -> tuple[Tensor, Tensor]:
    """Derivatives along the line: of each hidden unit (points, units), and of functions read off them (functions,
    points).
    """
    network = networks.scan_network(settings["kind"], layers, settings["beta"], seed=settings["seed"])
    # in double precision: of a gradient that is the same everywhere rounding would be all that moves
    hidden = measure.line_gradient(network[:-1].double(), grid().double())
    read_outs = torch.randn(hidden.shape[1], READ_OUTS, generator=torch.Generator().manual_seed(settings["seed"]))
    return hidden, (hidden @ read_outs.double()).T.float()


def _gradient(layers: int, values: Tensor, colour: str) -> Lines:
    """One gradient along the line, by its largest value."""
    line = Line("gradient", grid().tolist(), (values / values.abs().max()).tolist(), colour)
    return Lines(f"{_counted(layers)}: gradient df/dx, relative", "x", (line,), low=-1, high=1, x=(-2, 2))


def _counted(layers: int) -> str:
    return wording.counted(layers, "layer")


def _alike(hidden: Tensor) -> list[list[float]]:
    """Correlations over all functions that can be read off: of the units' derivatives at two points."""
    rows = hidden / hidden.norm(dim=1, keepdim=True).clamp(min=1e-30)
    found: list[list[float]] = (rows @ rows.T).tolist()
    return found
