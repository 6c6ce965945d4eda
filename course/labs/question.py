"""`predict`: a question before the curves. The answer is kept beside the outcome; without a page nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any


class Prediction:
    """A question with a few options. `answer` is the chosen option's text, None until the reader has locked one in."""

    def __init__(self, question: str, options: Sequence[str]):
        options = list(options)
        if isinstance(question, str) and question and len(options) >= 2 and all(isinstance(o, str) for o in options):
            self.question, self.options = question, options
        else:
            given = f"predict needs a question and two or more options, all text; got {question!r} and {options!r}"
            raise ValueError(given)
        self.answer: str | None = None
        self.done = False  # answered or skipped
        self._widget: Any = None
        self._still: Any = None

    def answer_with(self, chosen: int | None) -> None:
        """Lock in an option by its place, or skip with None. Raises ValueError for a place that is not there."""
        if chosen is not None and not 0 <= chosen < len(self.options):
            raise ValueError(f"the question has {len(self.options)} options, got number {chosen}")
        self.answer = None if chosen is None else self.options[chosen]
        self.done = True
        if self._still is not None:
            self._still.update(_Still(self))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        from course.page.card import Card

        self._widget = self._widget or Card(self)
        display(self._widget)
        self._still = display(_Still(self), display_id=True)

    def __repr__(self) -> str:
        said = f"you predicted: {self.answer}" if self.answer else ", ".join(self.options)
        return f"{self.question} {said}"


def predict(question: str, options: Sequence[str]) -> Prediction:
    """Ask before a result is shown. At the end of a cell it is a card; as `question=` of a lab it hides the curves.

    Nothing waits for the answer, so a notebook that runs without a reader runs on. Raises ValueError without a question
    or with fewer than two options.

    >>> predict("Which ends lower?", ["10 layers", "50 layers"])
    Which ends lower? 10 layers, 50 layers
    """
    return Prediction(question, options)


class _Still:
    """What stands in the notebook where no kernel runs."""

    def __init__(self, prediction: Prediction):
        self.prediction = prediction

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        p = self.prediction
        said = f"You predicted: <b>{escape(p.answer)}</b>" if p.answer else escape(" · ".join(p.options))
        html = f'<p class="course-still"><b>{escape(p.question)}</b><br>{said}</p>'
        return {"text/html": html, "text/plain": repr(p)}
