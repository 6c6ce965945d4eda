"""An instant lab on the page: it asks with its settings, theme and width, and gets its views as SVG.

The kernel speaks only when it is asked, or from a cell that moves the controls: this works wherever widgets do. While a
lab trains the page asks ten times a second.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import traitlets

from course import views, wording
from course.labs import InstantLab
from course.page.declared import declared_instant
from course.page.fallback import WIDTH, Fallback
from course.page.page import Page, Widget
from course.page.protocol import InstantState
from course.page.spare import model_of
from course.page.style import script, stylesheet


class InstantControls(Widget):
    """Controls, and the views that the kernel draws; or the page, where the kernel is gone."""

    _esm = script("instant.js")
    _css = stylesheet()
    declaration = traitlets.Dict().tag(sync=True)
    engine = traitlets.Unicode().tag(sync=True)  # the model of what computes where the kernel is gone; empty for none


class InstantPage(Page):
    """One instant lab's widget."""

    def __init__(self, lab: InstantLab):
        self.lab = lab
        self._theme, self._width = "light", float(WIDTH)
        self._hearing = 0  # the thread on which a message is heard: what changes there is answered anyway
        super().__init__(lab, InstantControls(declaration=declared_instant(lab), engine=model_of(lab)))

    def follow(self) -> None:
        """Send what is to be seen now, moved by a line of Python."""
        if self._hearing != threading.get_ident():
            self.widget.send(self.state() | {"settings": self.lab.settings})
            self.refresh()

    def state(self) -> InstantState:
        """What is to be seen now."""
        lab = self.lab
        busy = lab.busy  # before the frame: if it ends while the frame is drawn, the page asks once more
        shown = lab.shown
        pictures = views.row(shown.views, self._width, self._theme)
        return {"views": pictures, "summary": shown.summary, "busy": busy, "plays": lab.plays, "error": lab.error}

    def fallback(self) -> Fallback:
        """The views of the present settings."""
        return Fallback(self.lab.shown.views, self.lab.shown.summary)

    def heard(self, said: Mapping[str, Any]) -> None:
        """What the page says, as `protocol.InstantSaid`; the answer is what is to be seen then."""
        self._theme, self._width = said.get("theme", self._theme), float(said.get("width", self._width))
        self._hearing = threading.get_ident()
        error = self.act({name: said[name] for name in ("do", "settings", "final") if name in said})
        self._hearing = 0
        try:
            state = self.state()
        except Exception as failed:  # what cannot be computed leaves nothing to draw
            error = error or wording.reason(failed)
            state = {"views": [], "summary": "", "busy": self.lab.busy, "plays": False, "error": error}
        self.widget.send(state | {"error": error or state["error"]})

    def on_show(self, settings: dict[str, Any], final: bool = False) -> None:
        """The controls stand so; finally, when a slider has come to rest."""
        if self.lab.controls.after(settings) != self.lab.settings:
            self.lab.set(**settings)
        if final:
            self.refresh()

    def on_play(self, settings: dict[str, Any], final: bool = False) -> None:
        """The page was opened, and its reader likes motion."""
        if self.lab.plays:
            self.lab.play()

    def on_train(self, settings: dict[str, Any], final: bool = False) -> None:
        """Train was pressed."""
        if self.lab.asking:
            raise ValueError("Answer the question first, or skip it.")
        self.on_show(settings, final)
        self.lab.start()

    def on_stop(self, settings: dict[str, Any], final: bool = False) -> None:
        """Stop was pressed, maybe just after a control was moved."""
        self.on_show(settings, final)
        self.lab.stop()
        self.lab.wait(1)

    def on_pull(self, settings: dict[str, Any], final: bool = False) -> None:
        """The answer is all that is wanted; when training has ended the picture is the last one."""
        if not self.lab.busy:
            self.refresh()
