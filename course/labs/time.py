"""The time lab: what blocks that stay at home save, measured on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from course import blocks, wording
from course.labs.controls import Controls, Number, Options, Settings
from course.labs.instant import InstantLab
from course.papers.huang2016 import seconds_of_an_epoch
from course.views import Frame, Line, Lines

LAST = (1.0, 0.8, 0.65, 0.5, 0.35, 0.2)
NAMES = tuple(f"{last:g}" for last in LAST)
EPOCHS, EVERY = 3, 11  # that are measured; steps between two frames
SECONDS_PER_LAYER = 0.12  # of all measurements, on one core
Found = dict[float, float]  # seconds of an epoch, by the survival probability of the last block


class TimeLab(InstantLab):
    """The survival probability of each block; and seconds of an epoch against that of the last, beside the line that
    one expects. What was measured stays until Train measures anew, so all films show one measurement.
    """

    name, title = "time", "Time lab"
    about = "fully connected, 50 units, digits; the networks take their steps in turn; the median step of three epochs"
    controls = Controls((
        Options("last", "Survival probability of the last block", NAMES, "0.5"),
        Number("layers", "Layers", 10, 200, 100, whole=True),
        Number("seed", "Seed", 0, 1000, 0, whole=True, small=True),
    ))  # fmt: skip

    recorded = ({}, *({"last": name} for name in NAMES if name != "0.5"))
    anew = "Train measures this machine"

    def __init__(self, question: str = "") -> None:
        super().__init__(question)
        self._measured: dict[tuple[int, int], list[Found]] = {}  # frame by frame, by depth and seed

    def seconds(self, settings: Settings) -> float:
        return SECONDS_PER_LAYER * float(settings["layers"])

    def train(self, **settings: Any) -> Frame:
        """Measure anew in the caller's thread and return the last frame."""
        self._forget()
        return super().train(**settings)

    def start(self, **settings: Any) -> None:
        """Measure anew on a thread of the lab's own, and return at once."""
        self._forget()
        super().start(**settings)

    def compute(self, settings: Settings) -> Iterator[Frame]:
        depth, seed, chosen = _depth(settings), settings["seed"], float(settings["last"])
        yield _shown({}, depth, chosen)
        known: list[Found] = []
        measured = islice(seconds_of_an_epoch(LAST, depth, seed, EPOCHS), EVERY - 1, None, EVERY)
        for found in self._measured.get((depth, seed), measured):
            known.append(found)
            yield _shown(found, depth, chosen)
        self._measured[depth, seed] = known

    def _forget(self) -> None:
        self.stop()
        self._engine.wait()
        self._measured.clear()

    def _opening(self) -> Frame:
        depth, last = _depth(self.settings), float(self.settings["last"])
        if self.asking:
            return Frame((_blocks(depth, last),), f"{_count(depth)} blocks of two layers. What of the time is left?")
        known = self._measured.get((depth, self.settings["seed"]))
        return _shown(known[-1], depth, last) if known else super()._opening()


def _depth(settings: Settings) -> int:
    return int(settings["layers"]) // 2 * 2


def _count(depth: int) -> int:
    return (depth - 2) // 2


def _share(depth: int, last: float) -> float:
    """The share of the blocks that a step computes on average."""
    count = _count(depth)
    return blocks.expected_blocks(blocks.survival_probabilities(count, last)) / count


def _blocks(depth: int, last: float, **more: Any) -> Lines:
    """A bar for each block, as high as it is likely to be there."""
    count = _count(depth)
    bars = Line("", range(1, count + 1), blocks.survival_probabilities(count, last), "stochastic_depth", "bars")
    return Lines("Survival probability of each block", "block", (bars,), low=0, high=1, x=(0, count + 1), share=0.8,
                 **more)  # fmt: skip


def _shown(found: Found, depth: int, chosen: float) -> Frame:
    share = _share(depth, chosen)
    each = _blocks(depth, chosen, references={f"mean {wording.percent(share)}": share})
    return Frame((each, _times(found, depth, chosen)), f"{_expected(depth, chosen)} {_measured(found, chosen)}")


def _times(found: Found, depth: int, chosen: float) -> Lines:
    """Seconds of an epoch, expected and measured, with a line down from what one expects of the chosen one."""
    whole = found.get(1.0, 1.0)
    at_chosen = whole * _share(depth, chosen)
    lines = (
        Line("expected", LAST, [whole * _share(depth, last) for last in LAST], "other"),
        Line("", [chosen], [at_chosen], "other", whiskers=[(0, at_chosen)]),
        Line("measured", list(found), list(found.values()), "stochastic_depth", "points"),
    )
    title = "Seconds of an epoch" if found else "Time of an epoch, relative to all blocks"
    return Lines(title, "survival probability of the last block", lines, low=0,
                 high=1.2 * max(whole, *found.values(), 0) if found else 1.0, x=(0.15, 1.05),
                 references={"all blocks": whole})  # fmt: skip


def _expected(depth: int, last: float) -> str:
    count, share = _count(depth), _share(depth, last)
    if last == 1:
        return f"Last block survives with 1: all {count} blocks compute, always."
    return (
        f"Last block survives with {last:g}: of {count} blocks {wording.decimals(count * share, 1)} compute on "
        f"average, so one expects {wording.percent(share)} of the time with all blocks."
    )


def _measured(found: Found, last: float) -> str:
    if last not in found:
        return "Press Train to measure."
    seconds, whole = found[last], found[1.0]
    if last == 1:
        return f"Measured: {wording.decimals(seconds, 3)} s."
    spent = wording.percent(seconds / whole)
    return f"Measured: {wording.decimals(seconds, 3)} s of {wording.decimals(whole, 3)} s, {spent}."
