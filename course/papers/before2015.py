"""Depth before 2015: Krizhevsky et al. 2012, Simonyan and Zisserman 2014, Szegedy et al. 2014, as the lectures use
them.
"""

from course.papers.claim import Claim

ILSVRC = (  # network, layers with weights, top-5 error in per cent: as in the claims below, ResNet from its table 5
    ("AlexNet 2012", 8, 18.2),
    ("VGG 2014", 19, 7.1),
    ("GoogLeNet 2014", 22, 6.7),
    ("ResNet 2015", 152, 3.57),
)
IMAGENET = "needs ImageNet and days on GPUs"
CLAIMS = (
    Claim("krizhevsky2012-imagenet", "Krizhevsky et al. 2012", "AlexNet, 8 layers: top-5 error of one network",
          "18.2 % on validation images (as the lectures quote it)", cannot=IMAGENET, chapters=(3,)),
    Claim("simonyan2014-imagenet", "Simonyan and Zisserman 2014", "VGG, 19 layers: top-5 error of one network",
          "7.1 % (version 5 of the paper)", cannot=IMAGENET, chapters=(3,)),
    Claim("szegedy2014-imagenet", "Szegedy et al. 2014", "GoogLeNet, 22 layers: top-5 error",
          "6.7 %, an ensemble; one network 7.89 %", cannot=IMAGENET, chapters=(3,)),
)  # fmt: skip
