"""A prediction that stands alone: its card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from course.labs import Prediction
from course.page.fallback import Fallback
from course.page.page import Page, Widget
from course.page.style import script, stylesheet


class Card(Widget):
    """A question and its options; afterwards the answer and the outcome."""

    _esm = script("predict.js")
    _css = stylesheet()
    question = traitlets.Dict().tag(sync=True)
    answer = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    outcome = traitlets.Unicode("").tag(sync=True)
    done = traitlets.Bool(False).tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)


class CardPage(Page):
    """One question's widget."""

    def __init__(self, prediction: Prediction):
        self.prediction = prediction
        asked = {"text": prediction.question, "options": prediction.options}
        said = {"answer": prediction.answer, "outcome": prediction.outcome, "done": prediction.done}
        super().__init__(prediction, Card(question=asked, **said))

    def follow(self) -> None:
        """Show what has been answered."""
        self.widget.answer, self.widget.outcome = self.prediction.answer, self.prediction.outcome
        self.widget.done = self.prediction.done  # last: it makes the page look at the others
        self.refresh()

    def fallback(self) -> Fallback:
        """The question, and the answer if there is one."""
        return Fallback.of_question(self.prediction)

    def heard(self, said: Mapping[str, Any]) -> None:
        """What the card says."""
        self.widget.error = self.act(said)

    def on_answer(self, chosen: int | None) -> None:
        """An option was locked in, or the question skipped."""
        self.prediction.answer_with(chosen)
