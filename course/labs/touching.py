"""Touching a network: layers of what a lab has trained are left out or swapped, and it is measured again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from course import measure
from course.labs.arrangement import Arrangement, Change
from course.labs.lab_run import LabRun
from course.training import evaluate


class Touching(ABC):
    """The part of a lab that changes trained networks. All take the number of a run, the last unless one is given, and
    raise ValueError where its layers cannot be touched. What was measured stays in the run's `changes`.
    """

    touched: LabRun | None = None  # the run that was changed last, as long as nothing else has happened

    def leave_out(self, *layers: int, number: int | None = None) -> Change:
        """Leave layers out as well, and measure on the test images: their input passes on as it is. A layer in a block
        with a shortcut takes the block with it, and the shortcut stays.

        >>> from course.labs import DepthLab
        >>> lab = DepthLab()
        >>> run = lab.train(kind="rezero", depth=4, epochs=1, learning_rate=0.05)
        >>> lab.leave_out(2).label, lab.leave_out(3).label
        ('without layer 2', 'without layers 2–3')
        """
        return self._touch(number, lambda now: now.left_out(layers))

    def put_back(self, *layers: int, number: int | None = None) -> Change:
        """Put layers back that were left out; without any the whole network, each layer at its place."""
        return self._touch(number, lambda now: now.put_back(layers))

    def swap(self, one: int, other: int, number: int | None = None) -> Change:
        """Let two layers, or their blocks, change places, and measure on the test images; once more puts them back."""
        return self._touch(number, lambda now: now.swapped(one, other))

    def _touch(self, number: int | None, changed: Callable[[Arrangement], Arrangement]) -> Change:
        lab_run = self._run(number)
        if lab_run.untouchable or lab_run.arrangement is None:
            raise ValueError(lab_run.untouchable)
        arrangement = changed(lab_run.arrangement)
        change = _measured(lab_run, arrangement)
        lab_run.arrangement = arrangement
        if not arrangement.whole and change.label not in [known.label for known in lab_run.changes]:
            lab_run.changes = [*lab_run.changes, change]
        self.touched = lab_run
        self._changed()
        return change

    @abstractmethod
    def _run(self, number: int | None) -> LabRun: ...

    @abstractmethod
    def _changed(self) -> None: ...


def _measured(lab_run: LabRun, arrangement: Arrangement) -> Change:
    model, data = lab_run.run.model, lab_run.data
    assert model is not None and data is not None, "a run that can be touched has both"
    with measure.rearrange_blocks(model, arrangement.order, arrangement.out):
        return Change(arrangement.label or "whole", *evaluate(model, data.test, lab_run.run.recipe))
