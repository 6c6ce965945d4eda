"""`InstantLab`: controls and a function from settings to views. For what follows a slider at once, or in a few seconds
of training that is watched frame by frame; networks that train for longer have `Lab`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from inspect import isgeneratorfunction
from typing import Any

from course import devices, wording
from course.labs.base import BaseLab
from course.labs.controls import Settings
from course.training import Stop
from course.views import Frame


class InstantLab(BaseLab):
    """One lab whose views follow its controls.

    A lab is a class that declares: `name` and `controls` (see `BaseLab`), and `compute`.

    >>> from course.labs import InitLab
    >>> lab = InitLab()
    >>> lab.set(gain=1.0, layers=50)
    >>> lab.shown.summary.split(":")[0]
    'ReLU, gain 1 (Glorot), 50 layers'
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: Frame | None = None

    @abstractmethod
    def compute(self, settings: Settings) -> Frame | Iterator[Frame]:
        """What is to be seen. As a generator it yields one frame after another, the first before any training, and the
        page then has Train and Stop.
        """

    @property
    def trains(self) -> bool:
        """Whether there is something to train, frame by frame."""
        return isgeneratorfunction(self.compute)

    def set(self, **settings: Any) -> None:
        """Move controls; what is shown follows. Raises ValueError for a control that the lab does not have or a value
        outside its range.
        """
        self.stop()
        self._engine.wait()
        self.controls.set(**settings)
        self._shown = None
        self._changed()

    @property
    def shown(self) -> Frame:
        """The views for the present settings; of a lab that trains the last frame, the first before Train."""
        if self._shown is None:
            with devices.threads(1):
                self._shown = next(self._frames())
        return self._shown

    def train(self, **settings: Any) -> Frame:
        """Compute all frames in the caller's thread and return the last."""
        self.set(**settings)
        with devices.threads(1):
            for frame in self._frames():
                self._shown = frame
        self._changed()
        self._settle()
        return self.shown

    def start(self, **settings: Any) -> None:
        """Compute frame after frame on a thread of the lab's own, and return at once."""
        self.set(**settings)
        self.error = ""
        self._shown = self.shown  # now: computed by a reader later, it could come after the thread's last frame
        self._engine.start(self._work)

    def _work(self, stop: Stop) -> None:
        try:
            with devices.threads(1):
                for frame in self._frames():
                    self._shown = frame
                    if stop.is_set():
                        break
        except Exception as error:  # the page says it; what was shown stays
            self.error = wording.reason(error)

    def _frames(self) -> Iterator[Frame]:
        made = self.compute(dict(self.settings))
        return iter([made]) if isinstance(made, Frame) else made

    def __repr__(self) -> str:
        return f"<{self.name} lab; {self.shown.summary}>"
