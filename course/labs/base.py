"""What all labs have in common: a name, controls, one thread at most, and watchers, told when anything changes."""

from __future__ import annotations

from abc import ABC
from typing import Any, ClassVar

from course.labs.controls import Controls, Settings
from course.labs.display import Displayed
from course.labs.engine import Engine


class BaseLab(Displayed, ABC):
    """A declaration that method calls drive; who wants to see it watches.

    name: also the folder of its recordings. title: stands above it, the name unless given. about: one line beside the
    title. controls: what can be set. `lecture = True`, set before the lab is shown, draws it for the last row.
    """

    name: ClassVar[str]
    title: str = ""
    about: str = ""
    controls: Controls = Controls()
    lecture: bool = False

    def __init__(self) -> None:
        super().__init__()
        self.title = self.title or f"{self.name[0].upper()}{self.name[1:]} lab"
        self.controls = self.controls.of(f"the {self.name} lab")
        self.error = ""  # why nothing was trained or shown, if nothing was
        self._engine = Engine()

    @property
    def settings(self) -> Settings:
        """Where the controls stand."""
        return self.controls.settings

    def set(self, **settings: Any) -> None:
        """Move controls. Raises ValueError for a control that the lab does not have or a value outside its range."""
        self.controls.set(**settings)
        self._changed()

    @property
    def busy(self) -> bool:
        """Whether something is under way on the lab's thread."""
        return self._engine.busy

    def stop(self) -> None:
        """End what is under way before its next step or frame; what it has is kept."""
        self._engine.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until what is under way has ended; False if it has not within `timeout` seconds. Without one, wait also
        until its last picture stands in the notebook, for an export that begins when the cell has ended.
        """
        ended = self._engine.wait(timeout)
        if timeout is None:
            self._settle()
        return ended
