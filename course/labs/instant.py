"""`InstantLab`: controls and a function from settings to views. For what follows a slider at once, or in a few seconds
of training that is watched frame by frame; networks that train for longer have `Lab`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any

from course import devices
from course.labs.controls import Control
from course.labs.engine import Engine
from course.training import Stop
from course.views import Frame

if TYPE_CHECKING:
    from course.page.instant import InstantPage

Settings = dict[str, Any]


class InstantLab:
    """One lab whose views follow its controls.

    name, title, about: as `Lab`. compute: takes the settings and returns a `Frame`; as a generator it yields one frame
    after another, the first before any training, and the page then has Train and Stop. `lecture = True`, set before the
    lab is shown, draws it for the last row.

    >>> from course.labs import InitLab
    >>> lab = InitLab()
    >>> lab.set(gain=1.0, layers=50)
    >>> lab.shown.summary.split(":")[0]
    'ReLU, gain 1 (Glorot), 50 layers'
    """

    def __init__(
        self,
        name: str,
        controls: tuple[Control, ...],
        compute: Callable[[Settings], Frame] | Callable[[Settings], Iterator[Frame]],
        title: str = "",
        about: str = "",
    ):
        self.name, self.controls, self.compute, self.about = name, controls, compute, about
        self.title = title or f"{name[0].upper()}{name[1:]} lab"
        self.trains = isgeneratorfunction(compute)
        self.settings: Settings = {c.name: c.default for c in controls}
        self.lecture = False
        self.trouble = ""  # why the last frame could not be computed
        self._shown: Frame | None = None
        self._engine = Engine()
        self._page: InstantPage | None = None

    def set(self, **settings: Any) -> None:
        """Move controls; what is shown follows. Raises ValueError for a control that the lab does not have or a value
        outside its range.
        """
        self.stop()
        self.wait()
        by_name = {c.name: c for c in self.controls}
        unknown = [name for name in settings if name not in by_name]
        if unknown:
            raise ValueError(f"the {self.name} lab has no control {unknown[0]!r}; it has {', '.join(by_name)}")
        self.settings |= {name: by_name[name].check(value) for name, value in settings.items()}
        self._shown = None
        if self._page is not None:
            self._page.tell()

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
        if self._page is not None:
            self._page.tell()
        return self.shown

    def start(self, **settings: Any) -> None:
        """Compute frame after frame on a thread of the lab's own, and return at once."""
        self.set(**settings)
        self.trouble = ""
        self._shown = self.shown  # now: computed by a reader later, it could come after the thread's last frame
        self._engine.start(self._work)

    def stop(self) -> None:
        """End what is under way before its next frame."""
        self._engine.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until what is under way has ended; False if it has not within `timeout` seconds."""
        return self._engine.wait(timeout)

    @property
    def busy(self) -> bool:
        """Whether frames are being computed."""
        return self._engine.busy

    def _work(self, stop: Stop) -> None:
        try:
            with devices.threads(1):
                for frame in self._frames():
                    self._shown = frame
                    if stop.is_set():
                        break
        except Exception as error:  # the page says it; what was shown stays
            self.trouble = str(error) or type(error).__name__

    def _frames(self) -> Iterator[Frame]:
        made = self.compute(dict(self.settings))
        return iter([made]) if isinstance(made, Frame) else made

    def _ipython_display_(self) -> None:
        from course.page.instant import InstantPage

        self._page = self._page or InstantPage(self)
        self._page.display()

    def __repr__(self) -> str:
        return f"<{self.name} lab; {self.shown.summary}>"
