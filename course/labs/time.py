"""The time lab: what blocks that stay at home save, measured on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from course import blocks, wording
from course.labs.controls import Controls, Number, Settings
from course.labs.instant import InstantLab
from course.papers.huang2016 import seconds_of_an_epoch
from course.views import Frame, Line, Lines

LAST = (1.0, 0.8, 0.65, 0.5, 0.35, 0.2)
SECONDS_PER_LAYER = 0.2  # of all measurements, on one core


class TimeLab(InstantLab):
    """Seconds of an epoch against the survival probability of the last block, beside the line that one expects."""

    name, title = "time", "Time lab"
    about = "fully connected, 50 units, digits; an epoch at each survival probability of the last block, faster of two"
    controls = Controls((
        Number("layers", "Layers", 10, 200, 100, whole=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded, anew = ({},), "Train measures this machine"

    def seconds(self, settings: Settings) -> float:
        return SECONDS_PER_LAYER * float(settings["layers"])

    def compute(self, settings: Settings) -> Iterator[Frame]:
        depth = settings["layers"] - settings["layers"] % 2
        found: dict[float, float] = {}
        yield _shown(found, depth)
        for last in LAST:
            found[last] = min(seconds_of_an_epoch(last, depth, settings["seed"] + k) for k in range(2))
            yield _shown(found, depth)


def _shown(found: dict[float, float], depth: int) -> Frame:
    count = (depth - 2) // 2
    shares = {last: blocks.expected_blocks(blocks.survival_probabilities(count, last)) / count for last in LAST}
    whole = found.get(1.0, 1.0)
    expected = Line("expected", LAST, [whole * shares[last] for last in LAST], "other")
    measured = Line("measured", list(found), list(found.values()), "stochastic_depth", "points")
    title = "Seconds of an epoch" if found else "Time of an epoch, relative to all blocks"
    view = Lines(title, "survival probability of the last block", (expected, measured), low=0,
                 high=1.2 * max(whole, *found.values(), 0) if found else 1.0, x=(0.15, 1.05),
                 references={"all blocks": whole})  # fmt: skip
    if not found:
        return Frame((view,), f"{count} blocks of two layers. Press Train to measure.")
    last, seconds = list(found.items())[-1]
    words = (
        f"Last block survives with {last:g}: {shares[last]:.0%} of {count} blocks compute on average; an epoch takes "
        f"{wording.number(seconds)} s, {seconds / whole:.0%} of the time with all blocks."
    )
    return Frame((view,), words)
