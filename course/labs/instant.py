"""`InstantLab`: controls and a function from settings to views. For what follows a slider at once, or in a few seconds
of training that is watched frame by frame; networks that train for longer have `Lab`.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from inspect import isgeneratorfunction
from typing import Any, ClassVar

from course import devices, wording
from course.labs import films, trained
from course.labs.base import BaseLab
from course.labs.controls import Settings
from course.labs.question import asked
from course.sweeps import Job
from course.training import Stop
from course.views import Frame

PLAYED = 3.0  # seconds that a film takes
NOTICED = 1.0  # seconds of training that nobody need be told of


class InstantLab(BaseLab):
    """One lab whose views follow its controls.

    A lab is a class that declares: `name` and `controls` (see `BaseLab`), and `compute`. If that trains, it may say how
    long (`seconds`) and which networks (`networks`). recorded: the settings whose films ship, each as it differs from
    those that the lab starts with; where the controls stand so it opens with the last frame, and Train plays them all.
    anew: what Train does instead, in a lab that needs no film but to open with. question: name of one of the course's,
    asked by a card above: until it is answered the lab opens before training.

    >>> from course.labs import InitLab
    >>> lab = InitLab()
    >>> lab.set(gain=1.0, layers=50)
    >>> lab.shown.summary.split(":")[0]
    'ReLU, gain 1 (Glorot), 50 layers'
    """

    recorded: ClassVar[tuple[Settings, ...]] = ()
    anew: ClassVar[str] = ""
    has_recordings = True  # whether those that ship hold for what is computed: not for a reader's own data

    def __init__(self, question: str = "") -> None:
        super().__init__()
        self._shown: Frame | None = None
        self._lock = threading.RLock()  # a cell and the page may ask at the same time, on threads of their own
        self._begun = False  # whether anything was moved, played or trained
        self.question = asked(question) if question else None
        if self.question is not None:
            self.question.watch(self._answered)

    @abstractmethod
    def compute(self, settings: Settings) -> Frame | Iterator[Frame]:
        """What is to be seen. As a generator it yields one frame after another, the first before any training, and the
        page then has Train and Stop.
        """

    def networks(self, settings: Settings) -> tuple[Job, ...]:
        """The trainings of the networks that are looked into, of those whose weights ship."""
        return ()

    def seconds(self, settings: Settings) -> float:
        """Estimated seconds from Train to the last frame, on one core."""
        return 0.0

    @property
    def trains(self) -> bool:
        """Whether there is something to train, frame by frame."""
        return isgeneratorfunction(self.compute)

    @property
    def asking(self) -> bool:
        """Whether a question is open, which what is trained would answer."""
        return self.question is not None and not self.question.done

    @property
    def plays(self) -> bool:
        """Whether there is a film to open with: nothing was moved or trained before, and no question is open."""
        return not self._begun and not self.asking and self.film() is not None

    def set(self, **settings: Any) -> None:
        """Move controls; what is shown follows. Raises ValueError for a control that the lab does not have or a value
        outside its range.
        """
        with self._lock:
            self.stop()
            self._engine.wait()
            self.controls.set(**settings)
            self._shown, self._begun = None, True
        self._changed()

    @property
    def shown(self) -> Frame:
        """The views for the present settings; of a lab that trains the last frame, before Train the first, or the last
        of its film.
        """
        with self._lock:
            if self._shown is None:
                self._shown = self._opening()
            return self._shown

    def _opening(self) -> Frame:
        film = self.film()
        if film is not None:
            return film[0 if self.asking else -1]
        untrained = trained.anew() if self.asking else nullcontext()
        with devices.threads(1), untrained:
            first = next(self._frames())
        wait = self.seconds(self.settings)
        return first if wait < NOTICED else _saying(first, f"Train takes about {wait:.0f} s.")

    def train(self, **settings: Any) -> Frame:
        """Compute all frames in the caller's thread and return the last; of a film that ships the last at once."""
        self.set(**settings)
        with devices.threads(1):
            for frame in self._frames():
                self._shown = frame
        self._changed()
        self._settle()
        return self.shown

    def start(self, **settings: Any) -> None:
        """Compute frame after frame on a thread of the lab's own, or play its film, and return at once."""
        with self._lock:
            self.set(**settings)
            self._start(None if self.anew else self.film())

    def play(self) -> None:
        """Play the film of the present settings on a thread, if there is one, and return at once."""
        with self._lock:
            self.set()
            if film := self.film():
                self._start(film)

    def _start(self, film: tuple[Frame, ...] | None) -> None:
        self.error = ""
        self._shown = self.shown  # now: computed by a reader later, it could come after the thread's last frame
        self._engine.start(lambda stop: self._work(stop, film))

    def _work(self, stop: Stop, film: tuple[Frame, ...] | None) -> None:
        try:
            with devices.threads(1):
                for frame in film or self._frames():
                    self._shown = frame
                    if stop.wait(PLAYED / len(film)) if film else stop.is_set():
                        break
        except Exception as error:  # the page says it; what was shown stays
            self.error = wording.reason(error)

    def _frames(self) -> Iterator[Frame]:
        film = None if self.anew else self.film()
        if film is not None:
            return iter(film)
        made = self.compute(dict(self.settings))
        return iter([made]) if isinstance(made, Frame) else made

    def film(self) -> tuple[Frame, ...] | None:
        """The recorded frames of the present settings, marked as such; None if there are none."""
        found = films.film(films.file(self.name, changed)) if (changed := self._recorded()) is not None else None
        if found is None:
            return None
        more = f"; {self.anew}" if self.anew else ""
        return tuple(_saying(frame, f"◎ Recorded {found.header['date']}{more}.") for frame in found.frames)

    def _recorded(self) -> Settings | None:
        """By what recorded settings differ from those at the start, where the controls stand so."""
        start = self.controls.start
        same = (changed for changed in self.recorded if start | changed == self.settings)
        return next(same, None) if self.has_recordings else None

    def _answered(self) -> None:
        """The question was answered: what was trained may be seen."""
        if not self.busy:
            self._shown = None
        self._changed()

    def __repr__(self) -> str:
        return f"<{self.name} lab; {self.shown.summary}>"


def _saying(frame: Frame, more: str) -> Frame:
    return replace(frame, summary=f"{frame.summary} {more}")
