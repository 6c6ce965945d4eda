"""He, Zhang, Ren, Sun 2016, Identity Mappings in Deep Residual Networks (arXiv 1603.05027): what a shortcut must be."""

from __future__ import annotations

from statistics import median

from course import networks
from course.papers.claim import Claim, Values
from course.papers.digits import losses

PAPER = "He et al. 2016"
DEPTH = 50


def shortcuts(seed: int) -> dict[str, float]:
    """Training loss after 15 epochs of the digits, 50 layers, each shortcut at its own rate by the rule; infinite where
    every rate diverged.
    """
    return losses({name: networks.shortcut_mlp(name, DEPTH, seed=seed) for name in networks.SHORTCUTS}, seed)


def identity_is_best(values: Values) -> bool:
    """The identity, with either block, ends low, a gate of −6 above it, everything else far above both."""
    whole = max(*values["identity"], *values["preactivation"])
    broken = [v for name in ("half", "dropout", "projection", "gate_0", "none") for v in values[name]]
    gated = median(values["gate_6"])
    return whole < 0.1 and min(broken) > 0.2 and min(broken) > 5 * whole and whole < gated < min(broken)


CLAIMS = (
    Claim(
        "he2016-shortcuts-digits",
        PAPER,
        "the shortcut must be the identity: scaled, dropped, projected or gated the deep network trains worse or not "
        "at all; a gate biased to −6 comes nearest",
        "ResNet-110, error: identity 6.61, gate −6 6.91, 1×1 12.22, gate 0 12.86 %; ×½ and dropout fail (table 1)",
        experiment=shortcuts,
        holds=identity_is_best,
        inequality="identity and pre-activation below 0.1, gate −6 above, all others above 0.2 and five times these",
        chapters=(5,),
    ),
    Claim(
        "he2016-cifar",
        PAPER,
        "CIFAR-10, 1,001 layers: full pre-activation errs less than the original block",
        "4.92 against 7.61 % (table 3); at 110 layers 6.37 against 6.61 %",
        cannot="needs CIFAR-10 and two GPUs for a day",
        chapters=(5,),
    ),
)
