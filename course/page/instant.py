"""An instant lab on the page: it asks with its settings, theme and width, and gets its views as SVG.

The kernel speaks only when it is asked, or from a cell that moves the controls: this works wherever widgets do. While a
lab trains the page asks ten times a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from course.page import messages, sheet
from course.page.style import script, stylesheet

if TYPE_CHECKING:
    from course.labs.instant import InstantLab

STILL = 900  # pixels, the width of the picture that stands in for the lab


class InstantControls(anywidget.AnyWidget):
    """Controls, and the views that the kernel draws."""

    _esm = script("instant.js")
    _css = stylesheet()
    declaration = traitlets.Dict().tag(sync=True)


class InstantPage:
    """One instant lab's widget."""

    def __init__(self, lab: InstantLab):
        self.lab = lab
        self.widget = InstantControls(declaration=messages.instant(lab))
        self.widget.on_msg(self._hear)
        self._theme, self._width = "light", float(STILL)
        self._still: Any = None

    def display(self) -> None:
        """Show the lab in the cell that runs, and below it a picture for whoever reads it without a kernel."""
        from IPython.display import display

        display(self.widget)
        self._still = display(Still(self.lab), display_id=True)

    def tell(self) -> None:
        """Send what is to be seen now."""
        self.widget.send(self._state() | {"settings": self.lab.settings})

    def _state(self) -> dict[str, Any]:
        lab = self.lab
        busy = lab.busy  # before the frame: if it ends while the frame is drawn, the page asks once more
        shown = lab.shown
        views = sheet.pictures(shown, self._width, self._theme)
        return {"views": views, "words": shown.words, "busy": busy, "trouble": lab.trouble}

    def _hear(self, widget: Any, said: dict[str, Any], buffers: Any) -> None:
        """What the page says. An error becomes a line on the page, never a traceback in a log."""
        self._theme, self._width = said.get("theme", self._theme), float(said.get("width", self._width))
        try:
            getattr(self, f"_on_{said['do']}")(said)
            answer = self._state()
        except Exception as error:
            answer = {"trouble": str(error) or type(error).__name__, "busy": self.lab.busy}
        self.widget.send(answer)

    def _on_show(self, said: dict[str, Any]) -> None:
        if said["settings"] != self.lab.settings:
            page, self.lab._page = self.lab._page, None  # the answer says it; no second message
            try:
                self.lab.set(**said["settings"])
            finally:
                self.lab._page = page
        if said.get("final") and self._still is not None:
            self._still.update(Still(self.lab))

    def _on_train(self, said: dict[str, Any]) -> None:
        self._on_show(said)
        self.lab.start()

    def _on_stop(self, said: dict[str, Any]) -> None:
        self.lab.stop()
        self.lab.wait(1)

    def _on_pull(self, said: dict[str, Any]) -> None:
        """The answer is all that is wanted."""


class Still:
    """The lab's views as one picture, for whoever reads the notebook where no kernel runs."""

    def __init__(self, lab: InstantLab):
        self.shown = lab.shown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": self.shown.words}

    def svg(self) -> str:
        """All views, one below the other, in the light theme."""
        parts = [sheet.picture(view, STILL, "light") for view in self.shown.views]
        moved = (part.replace("<svg ", f'<svg y="{i * sheet.HEIGHT}" ', 1) for i, part in enumerate(parts))
        size = f'width="{STILL}" viewBox="0 0 {STILL} {sheet.HEIGHT * len(parts)}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(moved)}</svg>'
