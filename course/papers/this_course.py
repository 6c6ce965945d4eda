"""What the course itself claims, on the embedded digits: 15 epochs, width 50, each network at the rule's rate."""

from course.papers.claim import Claim, above
from course.recipes import Recipe
from course.sweeps import Job

PAPER = "this course"


def mlp(kind: str, depth: int) -> Job:
    """A network of the depth lab."""
    return Job({"kind": kind, "depth": depth, "width": 50}, Recipe(epochs=15))


CLAIMS = (
    Claim(
        "course-degradation",
        PAPER,
        "a plain network of 50 layers ends with a higher training loss than one of 10",
        groups={f"plain {depth}": mlp("plain", depth) for depth in (10, 50)},
        holds=above(1.0, "plain 50", 0.1, "plain 10"),
        inequality="plain 50 above 1, plain 10 below 0.1, three deviations apart",
        chapters=(3,),
    ),
    Claim(
        "course-batch-norm",
        PAPER,
        "batch norm alone does not rescue a plain network of 50 layers",
        groups={f"plain + BN {depth}": mlp("plain_bn", depth) for depth in (10, 50)},
        holds=above(1.0, "plain + BN 50", 0.2, "plain + BN 10"),
        inequality="plain + BN 50 above 1, plain + BN 10 below 0.2, three deviations apart",
        chapters=(3,),
    ),
)
