"""Depth before 2015: Krizhevsky et al. 2012, Simonyan and Zisserman 2014, Szegedy et al. 2014, as the lectures use
them.
"""

from course.papers.claim import Claim

IMAGENET = "needs ImageNet and days on GPUs"
CLAIMS = (
    Claim("krizhevsky2012-imagenet", "Krizhevsky et al. 2012", "AlexNet, 8 layers: top-5 error of one network",
          "18.2 % on validation images (as the lectures quote it)", cannot=IMAGENET, chapters=(3,)),
    Claim("simonyan2014-imagenet", "Simonyan and Zisserman 2014", "VGG, 19 layers: top-5 error of one network",
          "7.1 % (version 5 of the paper)", cannot=IMAGENET, chapters=(3,)),
    Claim("szegedy2014-imagenet", "Szegedy et al. 2014", "GoogLeNet, 22 layers: top-5 error",
          "6.7 %, an ensemble; one network 7.89 %", cannot=IMAGENET, chapters=(3,)),
)  # fmt: skip
