"""What all pages have in common: a widget, the picture that stands in for it, and one rule for what they are told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from anywidget import AnyWidget

from course import wording
from course.labs import Displayed
from course.page.fallback import Fallback


class Widget(AnyWidget):
    """A widget that says in words what it is, to whoever reads the notebook as text."""

    words = ""

    def __repr__(self) -> str:
        return self.words


class Page(ABC):
    """A lab or a question on the page. A message with `do: VERB` calls `on_VERB` with what else it holds."""

    def __init__(self, shown: Displayed, widget: Widget):
        self.widget = widget
        title = getattr(shown, "title", "Your prediction")
        widget.words = (
            f"{title}: live where a kernel runs; below is its last state, as a picture where the notebook is trusted "
            "(jupyter trust FILE)."
        )
        self._shown_fallback: Any = None
        widget.on_msg(lambda _, said, __: self.heard(said))
        shown.watch(self.follow, self.keep)

    @abstractmethod
    def follow(self) -> None:
        """Something has changed that the page does not know."""

    @abstractmethod
    def heard(self, said: Mapping[str, Any]) -> None:
        """A message of the page: act, and answer from inside its handler."""

    @abstractmethod
    def fallback(self) -> Fallback:
        """What is to be seen now, for whoever reads the notebook without a kernel."""

    def display(self) -> None:
        """Show the widget in the cell that runs, and below it the picture that a page with a kernel hides."""
        from IPython.display import display

        display(self.widget)
        self._shown_fallback = display(self.fallback(), display_id=True)

    def keep(self) -> None:
        """Return once the picture shows the present state: an export may begin when the cell has ended."""
        self.refresh()

    def refresh(self) -> None:
        """Bring the picture up to date."""
        if self._shown_fallback is not None:
            self._shown_fallback.update(self.fallback())

    def act(self, said: Mapping[str, Any]) -> str:
        """Do what a message says. Returns what was wrong with it: an error becomes a line on the page, never a
        traceback in a log.
        """
        rest = dict(said)
        verb = rest.pop("do", None)
        handler = getattr(self, f"on_{verb}", None)
        if handler is None:
            return f"the page said {verb!r}, which is no verb of {type(self).__name__}: load the page again"
        try:
            handler(**rest)
        except Exception as error:
            return wording.reason(error)
        return ""
