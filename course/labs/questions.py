"""The questions that chapters ask before a result, with what was found: read from the recordings, where there are any.

They stand here and not in the notebooks, where the answer would stand beside the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import mean, median

from course import data, networks, papers, wording


@dataclass(frozen=True)
class Question:
    """A question, its options, the place of the right one, and a function to the words that say what was measured. What
    stands between backticks is code.
    """

    text: str
    options: tuple[str, ...]
    right: int
    measured: Callable[[], str]


def middle(claim: str, group: str) -> float:
    """The median over the recorded seeds."""
    return median(papers.values(claim)[group])


def average(claim: str, group: str) -> float:
    """The mean over the recorded seeds."""
    return mean(papers.values(claim)[group])


def times(claim: str, high: str, low: str) -> str:
    """How many times lower the one median is than the other, in two digits.

    >>> times("course-identity-block", "plain, rate 0.3", "residual, rate 0.3")
    '56 times lower'
    """
    return f"{float(f'{middle(claim, high) / middle(claim, low):.2g}'):,.0f} times lower"


def listed(claim: str, groups: Mapping[str, str], written: Callable[[float], str] = wording.number) -> str:
    """Medians of groups, each under the name that the question has for it."""
    return ", ".join(f"{name} {written(middle(claim, group))}" for group, name in groups.items())


def deleted() -> str:
    """How much of a highway network can be taken out, block by block."""
    cheap = papers.values("srivastava2015-gates-digits")["later blocks that cost less than a point"]
    return (
        f"of the blocks after the tenth {100 * min(cheap):.0f} to {100 * max(cheap):.0f} % cost less than a point each"
    )


def named() -> str:
    """How many of the drawn pictures the network names whose weights are kept."""
    network, pictures = networks.cifar_resnet(20), data.drawn_pictures()
    network.load_state_dict(papers.weights("he2015-resnet-20-cifar10"))
    right = (network.eval()(pictures.x).argmax(1) == pictures.y).sum().item()
    return f"{right} of {len(pictures)}"


QUESTIONS = {
    "layers removed": Question(
        "A small AlexNet on the digits: which loss of layers raises its test error most?",
        ("fc5 and fc6: most of the parameters", "conv3 and conv4: few parameters", "all four", "none by much"),
        3,
        lambda: "test error " + listed("course-layers-removed", {
            "nothing": "whole", "fc5, fc6": "without `fc5` and `fc6`", "conv3, conv4": "without `conv3` and `conv4`",
            "all four": "without all four"}, wording.percent),
    ),
    "10 or 50 layers": Question(
        "10 and 50 layers, plain, each at the rate that the rule gives it. Which ends with the lower training loss?",
        ("10 layers", "50 layers: it can represent everything that 10 can", "about the same"),
        0,
        lambda: f"10 layers end {times('course-degradation', 'plain 50', 'plain 10')}",
    ),
    "a hasty referee": Question(
        "A rule that keeps four rates after 2 of 15 epochs and two after 5: for which networks does it choose badly?",
        ("for none: what leads early leads late", "for shallow ones, which need large rates",
         "for deep plain ones, which need small rates"),
        2,
        lambda: "in the worst cases deep networks without shortcuts, whose best rate was a smaller one",
    ),
    "layers that do nothing": Question(
        "On the test images, how far apart are the outputs of `shallow` and `deep`?",
        ("about 10 %", "about 1e-6", "exactly 0"),
        2,
        lambda: f"largest difference {average('course-deepened-equal', '50 layers against 10'):.0f}",
    ),
    "deepened or from scratch": Question(
        "Which ends with a lower training loss than the 10-layer network had after its 15 epochs?",
        ("both", "only the deepened one", "neither"),
        1,
        lambda: listed("course-identity-construction", {
            "10 layers": "10 layers", "50, deepened and trained on": "deepened", "50, from scratch": "from scratch"}),
    ),
    "Glorot and ReLU": Question(
        "Glorot's weights, ReLU, 50 layers: what is left of the second moment at the end?",
        ("about a half", "about a fiftieth", "about 1e-15"),
        2,
        lambda: listed("course-second-moment", {"Glorot": "the share that is left:"}),
    ),
    "two pictures": Question(
        "Plain, 50 layers, before any training: after layer 49, what is the mean cosine between two digits?",
        ("about 0: as unrelated as the digits are", "about 0.3", "nearly 1"),
        2,
        lambda: listed("course-collapse", {"plain, layer 49": "in the median of five seeds"}),
    ),
    "to do nothing": Question(
        "The lab trains both blocks for 100 steps at a rate of 0.3. How do their errors compare at the end?",
        ("alike", "the residual block's is about 10 times lower", "30 times lower or more"),
        2,
        lambda: f"the residual block's is {times('course-identity-block', 'plain, rate 0.3', 'residual, rate 0.3')}",
    ),
    "half-open gates": Question(
        "50 highway layers, gate bias 0, −2 and by the bias rule (about −3.9), each at its best learning rate. Which "
        "train?",
        ("all three", "only −2 and the bias rule", "only the bias rule", "none"),
        2,
        lambda: "training loss " + listed("srivastava2015-gate-bias-digits", {
            "depth 50, bias 0": "with 0", "depth 50, bias -2": "with −2", "depth 50, kept 0.4": "by the bias rule"}),
    ),
    "gates after training": Question(
        "The gate biases began at −3.95. After the training more than two thirds of them lie …",
        ("above their start: the layers learn to work", "below it: the layers learn to be selective",
         "neither: about half and half"),
        1,
        lambda: listed(
            "srivastava2015-gates-digits", {"biases below their start": "below their start:"}, wording.percent),
    ),
    "one layer less": Question(
        "Of the 48 highway layers, how many raise the training error by more than one point when they are taken out, "
        "one at a time?",
        ("nearly all", "about half", "five to ten", "at most one"),
        3,
        deleted,
    ),
    "a thousand layers": Question(
        "1,000 layers, 5 epochs, 110 steps of gradient descent. The training loss ends …",
        ("near 2.3, the loss of guessing", "near 1", "below 0.1"),
        2,
        lambda: listed("course-thousand-layers", {"highway 1,000": "training loss"}),
    ),
    "plain or residual": Question(
        "20 layers, the same weights at the start, with and without shortcuts, each at its own rate. After 5 epochs …",
        ("the plain one has the lower loss", "they are equal", "the residual one has the lower loss"),
        2,
        lambda: "after 50 epochs: " + listed("he2015-figure-1-digits", {
            "plain 20": "plain", "residual 20": "residual"}),
    ),
    "twenty drawings": Question(
        "The network has seen photographs only, and names 85 % of new ones. How many of 20 drawings will it name?",
        ("two or so, as if guessing", "about half", "more than two thirds"),
        2,
        named,
    ),
    "a matrix on the shortcut": Question(
        "50 layers, a matrix in every shortcut: the network can learn everything that the identity can, and more. It "
        "trains …",
        ("better than with the identity", "as well", "worse"),
        2,
        lambda: "training loss " + listed("he2016-shortcuts-digits", {
            "identity": "with the identity", "projection": "with a matrix"}),
    ),
    "the gradient's paths": Question(
        "A trained network of 24 blocks; the mean path has 12. Weighted by the gradient that comes through them, it "
        "has …",
        ("about 20 blocks", "about 12", "about 5"),
        2,
        lambda: listed("veit2016-paths-digits", {"24 blocks, weighed by gradient": "number of blocks:"}),
    ),
    "one plain layer less": Question(
        "20 layers, trained. One hidden layer of the plain network is taken out. Its error on the training images "
        "becomes …",
        ("a few per cent higher", "about twice as high", "nearly that of guessing, 90 %"),
        2,
        lambda: (
            "in a convolutional network of 20 layers the test error rises by "
            f"{100 * middle('veit2016-lesion-digits', 'plain 20'):.0f} points"
        ),
    ),
}  # fmt: skip
