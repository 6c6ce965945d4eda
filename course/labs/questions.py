"""The questions that chapters ask before a result, with what was found: read from the recordings, where there are any.

They stand here and not in the notebooks, where the answer would stand beside the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import mean, median

from course import data, networks, papers, wording

LATER = 38  # highway layers after the tenth, of 50


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
    """How many times lower the one mean is than the other, in two digits.

    >>> times("course-identity-block", "plain, rate 0.3", "residual, rate 0.3")
    '56 times lower'
    """
    return f"{float(f'{average(claim, high) / average(claim, low):.2g}'):,.0f} times lower"


def listed(claim: str, groups: Mapping[str, str], written: Callable[[float], str] = wording.number) -> str:
    """Means of groups, as the tables of the claims have them, each under the name that the question has for it."""
    seeds = max(len(papers.values(claim)[group]) for group in groups)
    found = ", ".join(f"{name} {written(average(claim, group))}" for group, name in groups.items())
    return found if seeds == 1 else f"{found} (mean of {seeds} seeds)"


def hundredths(value: float) -> str:
    """A number in two decimal places, without the sign of a zero."""
    return wording.decimals(round(value, 2) + 0.0, 2)


def deleted() -> str:
    """How many blocks of a highway network cost more than a point each, in the recorded seeds."""
    cheap = papers.values("srivastava2015-gates-digits")["later blocks that cost less than a point"]
    costly = sorted({round(LATER * (1 - share)) for share in cheap})
    return f"{' or '.join(map(str, costly))} of the {LATER}, in three seeds"


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
        ("about 10 %", "about 10⁻⁶", "exactly 0"),
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
        ("about a half", "about a fiftieth", "about 10⁻¹⁵"),
        2,
        lambda: listed("course-second-moment", {"Glorot": "the share that is left:"}),
    ),
    "two pictures": Question(
        "Plain, 50 layers, before any training: after layer 49, what is the mean cosine between two digits?",
        ("about 0: as unrelated as the digits are", "about 0.3", "nearly 1"),
        2,
        lambda: f"{wording.number(middle('course-collapse', 'plain, layer 49'))}, the median of five seeds",
    ),
    "to do nothing": Question(
        "The lab trains eight plain blocks in a row, and eight residual ones, for 100 steps at a rate of 0.3. How do "
        "the errors of the two stacks compare at the end?",
        ("alike", "the residual stack's is about 10 times lower", "50 times lower or more"),
        2,
        lambda: f"the residual stack's is {times('course-identity-stack', 'plain, rate 0.3', 'residual, rate 0.3')}",
    ),
    "half-open gates": Question(
        "A highway network of 50 layers, gate bias 0, −2 and by the bias rule (−3.95), each at the learning rate that "
        "the rate rule finds. With which does it train?",
        ("all three", "only −2 and the bias rule", "only the bias rule", "none"),
        2,
        lambda: "training loss " + listed("srivastava2015-gate-bias-digits", {
            "depth 50, bias 0": "with 0", "depth 50, bias -2": "with −2", "depth 50, kept 0.4": "by the bias rule"}),
    ),
    "gates after training": Question(
        "The gate biases began at −3.95. Where do they lie after the training?",
        ("mostly above their start: the layers learn to work", "mostly below it: the layers learn to be selective",
         "about half of them above, half below"),
        1,
        lambda: listed(
            "srivastava2015-gates-digits", {"biases below their start": "below their start:"}, wording.percent),
    ),
    "one layer less": Question(
        f"Of the {LATER} highway layers after the tenth, how many raise the training error by more than one point when "
        "they are taken out, one at a time?",
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
        "20 layers, the same weights at the start, with and without shortcuts, each at its own rate. Which "
        "has the lower training loss after 50 epochs?",
        ("the plain one", "they are equal", "the residual one"),
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
    "a walk from the end": Question(
        "20 layers, trained. You walk away from the weights in random directions, until the loss is 1. Compared with "
        "the plain network without batch norm, from the residual one you come …",
        ("less far", "about as far", "about one and a half times as far", "three times as far or more"),
        3,
        lambda: "distance, of the weights' length: " + listed("course-loss-slices", {
            "plain 20": "plain", "residual 20": "residual"}),
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
        lambda: listed("veit2016-paths-digits", {"24 blocks, weighted by gradient": "number of blocks:"}),
    ),
    "one plain layer less": Question(
        "20 layers, trained. One hidden layer of the plain network is taken out. Its error becomes …",
        ("a few per cent higher", "about twice as high", "nearly that of guessing, 90 %"),
        2,
        lambda: (
            "in a convolutional network of 20 layers the test error rises by "
            f"{100 * average('veit2016-lesion-digits', 'plain 20'):.0f} points"
        ),
    ),
    "what a bias does": Question(
        "A sigmoid neuron over the plane has the value ½ along a straight line. What does the bias do to that line?",
        ("turns it", "moves it sideways", "makes the step steeper"),
        1,
        lambda: "the line keeps its direction and its distance from the origin changes",
    ),
    "XOR": Question(
        "How many hidden neurons does XOR need?",
        ("none", "1", "2", "8 or more"),
        2,
        lambda: "with one, a quarter of the points stays wrong; with two, none need be",
    ),
    "a wrong gradient": Question(
        "A ReLU whose gradient is wrong: it lets everything back, also where the unit was off. Can the network "
        "memorise 500 digits?",
        ("no, it cannot learn", "it gets stuck at some error", "yes"),
        2,
        lambda: "training error " + listed("course-overfit-500", {
            "right gradients": "with right gradients", "a wrong gradient": "with the wrong one"}),
    ),
    "more momentum": Question(
        "Learning rate 0.05, momentum 0.9. You raise the momentum to 0.99. What happens?",
        ("it learns faster", "as if the rate were ten times as large: it may diverge", "nothing much"),
        1,
        lambda: "the loss leaps up and ends near 2.3, that of guessing, as with ten times the rate",
    ),
    "large weights": Question(
        "Sigmoid units, initial weights eight times as large as usual, inputs shifted by 2. What will most units do?",
        ("answer to some pictures each", "stay near 0 or near 1 for nearly every picture", "all do the same"),
        1,
        lambda: "about nine activations in ten are saturated",
    ),
    "half of the units": Question(
        "100 training images. With half of the hidden units dropped, the training loss will be …, the test accuracy …",
        ("lower, lower", "lower, higher", "higher, lower", "higher, higher", "higher, about the same"),
        3,
        lambda: "training loss higher; test accuracy 89.5 % instead of 86.9 %, means of ten seeds",
    ),
    "without batch norm": Question(
        "Learning rates 0.1, 0.5, 2 and 8. At how many does the network without batch norm learn within 10 epochs?",
        ("at all four", "at two", "at none"),
        1,
        lambda: "training loss " + listed("batchnorm2015-rates-digits", {
            f"without, rate {rate}": f"at {rate}:" for rate in ("0.1", "0.5", "2", "8")}),
    ),
    "a random shift": Question(
        "Batch norm, and after it a random shift in each step. The network trains …",
        ("not at all", "as slowly as without batch norm",
         "worse than with batch norm alone, but far better than without"),
        2,
        lambda: "training loss " + listed("santurkar2018-shift-digits", {
            "batch norm, rate 0.5": "with batch norm", "shifted, rate 0.5": "with the shift as well",
            "without, rate 0.5": "without either"}),
    ),
    "to evaluation mode": Question(
        "A network of 100 layers with batch norm, one after another, after 5 epochs. Its training loss is about 2.3, "
        "that of guessing (ln 10), in training mode. In evaluation mode?",
        ("the same", "a little higher", "several times higher"),
        2,
        lambda: "9 with one seed, 17 and 251 with two others",
    ),
    "a quarter missing": Question(
        "50 layers, a quarter of the blocks missing in each step. After 15 epochs the loss of the steps is …",
        ("near 2.3, that of guessing", "about half of that", "below 0.1"),
        2,
        lambda: "training loss " + listed("huang2016-losses-digits", {
            "stochastic depth, in training": "with a quarter missing", "residual, in training": "with all blocks"}),
    ),
    "time saved": Question(
        "100 layers, the last block survives with ½. What is left of the time of an epoch with all blocks?",
        ("about 50 %", "about 75 %", "about 95 %"),
        1,
        lambda: listed("huang2016-time-digits", {"p_L = 0.5": "share of the time:"}, wording.percent),
    ),
    "eight blocks less": Question(
        "8 of 24 blocks go for good. With all blocks in training that adds about 8 points of test error. With "
        "stochastic depth?",
        ("more: it was never complete", "about half of that", "less than one point"),
        2,
        lambda: "rise of the test error: " + listed("huang2016-lesion-digits", {
            "residual": "all blocks in training", "stochastic depth": "stochastic depth"},
            lambda rise: f"{100 * rise:.1f} points"),
    ),
    "a short run": Question(
        "50 layers, 15 epochs of the digits, with and without stochastic depth. Which errs less on the test images?",
        ("the one with it, by a point or more", "the one without, by a point or more", "neither"),
        2,
        lambda: "test error: " + listed("huang2016-short-runs-digits", {
            "stochastic depth": "with it", "residual": "without"}, wording.percent),
    ),
    "signs along a line": Question(
        "256 points along the line, 24 layers. How often does the gradient change its sign?",
        ("about 6 times", "about 50 times", "about 128 times, as often as a coin"),
        2,
        lambda: "128 times in the lab's network, the mean over 50 functions; white noise: 128",
    ),
    "the public notebook": Question(
        "50 layers as in that notebook. What makes the gradient shatter?",
        ("He's variance for the weights", "centred units", "only both together"),
        1,
        lambda: "autocorrelation " + listed("balduzzi2017-public-notebook", {
            "He's variance": "with He's variance", "centred": "centred", "both": "with both"}, hundredths),
    ),
    "past the switches": Question(
        "A shortcut leads around the switches, and batch norm stands at the start of each branch. From block to block "
        "the correlation …",
        ("stays as it is", "falls by the same factor", "falls less and less"),
        2,
        lambda: listed("balduzzi2017-correlation", {
            "β = 1, 1": "after 1 block", "β = 1, 10": "10 blocks", "β = 1, 50": "50 blocks"}, hundredths),
    ),
    "more than theory says": Question(
        "24 blocks of two layers: each should keep two thirds of the agreement, and all 24 a sixteen-thousandth. We "
        "find hundreds of times as much. Who put it back?",
        ("digits resemble one another", "units are not centred", "each about half of it"),
        1,
        lambda: "mean correlation, random inputs: " + listed("balduzzi2017-residual-blocks", {
            "two layers, centred, 24": "centred", "two layers, not centred, 24": "not centred"},
            lambda value: wording.decimals(value, 3)),
    ),
    "198 layers": Question(
        "198 layers, 15 epochs, each network at its own rate. CReLU with looks-linear weights reaches a test accuracy "
        "of …",
        ("about 10 %, guessing", "about 96 %, as the linear one", "about 98 %"),
        2,
        lambda: listed(
            "balduzzi2017-figure-6-digits", {"CReLU + looks-linear, 198": "test accuracy"}, wording.percent),
    ),
    "agreement in a batch": Question(
        "Before training, first layer: the mean cosine between the gradients of two images of one class. In a plain "
        "ReLU network with batch norm, from 4 layers to 50, it …",
        ("stays", "halves", "falls to nearly nothing"),
        2,
        lambda: listed(
            "course-gradient-agreement", {"ReLU + BN, 4": "4 layers:", "ReLU + BN, 50": "50 layers:"}, hundredths),
    ),
    "one technique less": Question(
        "50 layers, all five techniques but one. Which one can be spared?",
        ("none of the five can be spared", "dropout or initialisation", "batch norm or identity"),
        1,
        lambda: "training loss " + listed("course-five-techniques", {
            f"without {name}": f"without {name}" for name in
            ("rectifier", "dropout", "batch norm", "identity", "initialisation")}),
    ),
}  # fmt: skip
