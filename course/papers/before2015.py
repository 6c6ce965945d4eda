"""Depth before 2015: Krizhevsky et al. 2012, Simonyan and Zisserman 2014, Szegedy et al. 2014, as the lectures use
them; and layers taken away from a small network, where it can be measured.
"""

from course import networks
from course.papers.claim import Claim
from course.papers.digits import by_rule

ILSVRC = (  # network and its place that year, layers with weights, top-5 error in per cent: as in the claims below,
    ("AlexNet 2012 (1st)", 8, 18.2),
    ("VGG 2014 (2nd)", 19, 7.1),
    ("GoogLeNet 2014 (1st)", 22, 6.7),
    ("ResNet 2015 (1st)", 152, 3.57),  # from its table 5
)
IMAGENET = "needs ImageNet and days on GPUs"
REMOVED = (
    ("nothing", ()),
    ("fc6", ("fc6",)),
    ("fc5, fc6", ("fc5", "fc6")),
    ("conv3, conv4", ("conv3", "conv4")),
    ("all four", ("conv3", "conv4", "fc5", "fc6")),
)


def layers_removed(seed: int) -> dict[str, float]:
    """Test error of a small AlexNet on the digits, by the rule, without some of its layers."""
    return {
        name: 1 - by_rule(networks.small_alexnet(without, seed=seed), seed).test_accuracy for name, without in REMOVED
    }


CLAIMS = (
    Claim("krizhevsky2012-imagenet", "Krizhevsky et al. 2012", "AlexNet, 8 layers: top-5 error of one network",
          "18.2 % on validation images (as the lectures quote it)", cannot=IMAGENET, chapters=(3,)),
    Claim("course-layers-removed", "this course",
          "on the digits a small AlexNet spares four of its seven layers, and 95 % of its parameters",
          experiment=layers_removed, measured="test error, fraction",
          holds=lambda values: max(map(max, values.values())) < 0.06, inequality="each below 0.06", chapters=(3,)),
    Claim("simonyan2014-imagenet", "Simonyan and Zisserman 2014", "VGG, 19 layers: top-5 error of one network",
          "7.1 % on validation images (version 5 of the paper)", cannot=IMAGENET, chapters=(3,)),
    Claim("szegedy2014-imagenet", "Szegedy et al. 2014", "GoogLeNet, 22 layers: top-5 error",
          "6.7 %, an ensemble; one network 7.89 %", cannot=IMAGENET, chapters=(3,)),
)  # fmt: skip
