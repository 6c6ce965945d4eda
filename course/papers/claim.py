"""What a claim is: a statement, what was published, which runs measure ours, and the inequality that they must keep."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from statistics import median, stdev

from course.sweeps import Job

Values = Mapping[str, list[float]]  # of each group, one for each seed


@dataclass(frozen=True)
class Claim:
    """A statement of a paper, or of this course, as data.

    id: names its recordings. published: the figure with its place in the paper; empty for the course's own claims.
    groups: what is trained, by name, each with the recipe's seed 0; reads: the attribute of such a run that is
    measured. kinds: whose colour a group takes, where its network does not say so. experiment: for a claim about
    anything else, a function from a seed to one number for each group, or to a list that is kept beside these;
    `measured` names the number. holds: whether the values keep the claim; `inequality` says the same in words. cannot:
    why nothing of it can be recorded on a small machine. chapters: where its table stands. fewest_seeds: with fewer it
    is not judged; one only where a run takes hours. keeps_weights: the trained networks are recorded too.
    """

    id: str
    paper: str
    statement: str
    published: str = ""
    groups: Mapping[str, Job] = field(default_factory=dict)
    reads: str = "loss"
    experiment: Callable[[int], Mapping[str, float | list[float]]] | None = None
    measured: str = "training loss"
    holds: Callable[[Values], bool] = lambda values: True
    inequality: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    cannot: str = ""
    chapters: tuple[int, ...] = ()
    fewest_seeds: int = 3
    keeps_weights: bool = False

    def jobs(self, seeds: tuple[int, ...]) -> list[tuple[str, Job]]:
        """(group, job) of every run for these seeds."""
        return [
            (group, changed(job, recipe=job.recipe.replace(seed=seed)))
            for group, job in self.groups.items()
            for seed in seeds
        ]


def above(low: float, deep: str, high: float, shallow: str) -> Callable[[Values], bool]:
    """Every loss of `deep` lies above every one of `shallow`, the medians above `low` and below `high`, and they are at
    least three standard deviations over seeds apart, the larger of the two, in logarithms.
    """

    def holds(values: Values) -> bool:
        if min(map(min, (values[deep], values[shallow]))) <= 0:
            return False
        worst, best = ([math.log(v) for v in values[group]] for group in (deep, shallow))
        distance = median(worst) - median(best)
        clear = min(worst) > max(best) and distance >= 3 * max(stdev(worst), stdev(best))
        return clear and median(worst) > math.log(low) and median(best) < math.log(high)

    return holds
