"""He, Zhang, Ren, Sun 2015, Deep Residual Learning for Image Recognition (arXiv 1512.03385): the plain networks."""

from course.papers.claim import Claim, above
from course.recipes import Recipe, Steps
from course.sweeps import Job

PAPER = "He et al. 2015"
SMALL = Recipe(epochs=50)


def on_digits(depth: int, plain: bool) -> Job:
    """His CIFAR family with 8, 16 and 32 maps on the 8x8 digits, batch norm everywhere, by the rule."""
    network = {"depth": depth, "plain": plain, "width": 8, "inputs": 1}
    return Job(network, SMALL, builder="cifar_resnet")


def on_cifar(depth: int) -> Job:
    """The paper's own: 164 epochs of 128 images, rate 0.1 divided by 10 at one half and three quarters."""
    recipe = Recipe(
        epochs=164, batch_size=128, learning_rate=0.1, weight_decay=1e-4, schedule=Steps(), augment=("crop", "flip")
    )
    return Job({"depth": depth, "plain": True}, recipe, {"name_or_folder": "cifar10"}, False, "cifar_resnet")


CLAIMS = (
    Claim(
        "he2015-figure-1-digits",
        PAPER,
        "plain networks with batch norm: 56 layers train to a far higher training loss than 20",
        "drawn in fig. 1 and 6, not tabulated",
        {"plain 20": on_digits(20, True), "plain 56": on_digits(56, True), "residual 56": on_digits(56, False)},
        holds=above(0.3, "plain 56", 0.2, "plain 20"),
        inequality="plain 56 above 0.3, plain 20 below 0.2, three deviations apart",
        kinds={"plain 20": "plain_bn", "plain 56": "plain_bn", "residual 56": "residual"},
        chapters=(3, 5),
    ),
    Claim(
        "he2015-cifar10",
        PAPER,
        "CIFAR-10: the training error of plain-56 is above that of plain-20",
        "drawn in fig. 1 and 6, not tabulated",
        {f"plain {depth}": on_cifar(depth) for depth in (20, 56)},
        holds=above(0.1, "plain 56", 1.0, "plain 20"),
        inequality="plain 56 above plain 20, three deviations apart",
        cannot="needs CIFAR-10 and a GPU for some hours",
        chapters=(3,),
    ),
    Claim(
        "he2015-imagenet",
        PAPER,
        "ImageNet, top-1 error: plain-34 is worse than plain-18, ResNet-34 better than ResNet-18",
        "plain 27.94 and 28.54 %, residual 27.88 and 25.03 % (table 2)",
        cannot="needs ImageNet and days on several GPUs",
        chapters=(3, 5),
    ),
)
