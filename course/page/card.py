"""A prediction that stands alone: its card."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from course.labs import Prediction
from course.page.fallback import Fallback
from course.page.hearing import hear
from course.page.style import script, stylesheet


class Card(anywidget.AnyWidget):
    """A question and its options; afterwards the answer."""

    _esm = script("predict.js")
    _css = stylesheet()
    question = traitlets.Dict().tag(sync=True)
    answer = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    done = traitlets.Bool(False).tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)


class CardPage:
    """One question's widget."""

    def __init__(self, prediction: Prediction):
        self.prediction = prediction
        asked = {"text": prediction.question, "options": prediction.options}
        self.widget = Card(question=asked, answer=prediction.answer, done=prediction.done)
        self.widget.on_msg(self._hear)
        self._fallback: Any = None
        prediction.watch(self.follow)

    def display(self) -> None:
        """Show the question in the cell that runs, and below it the same for whoever reads without a kernel."""
        from IPython.display import display

        display(self.widget)
        self._fallback = display(self._picture(), display_id=True)

    def follow(self) -> None:
        """Show what has been answered."""
        self.widget.answer, self.widget.done = self.prediction.answer, self.prediction.done
        if self._fallback is not None:
            self._fallback.update(self._picture())

    def _picture(self) -> Fallback:
        return Fallback.of_question(self.prediction)

    def _hear(self, widget: Any, said: Any, buffers: Any) -> None:
        self.widget.error = hear(self, said)

    def on_answer(self, chosen: int | None) -> None:
        """An option was locked in, or the question skipped."""
        self.prediction.answer_with(chosen)
