"""`predict`: a question before the curves. The answer is kept beside the outcome; without a page nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence

from course.labs.display import Displayed


class Prediction(Displayed):
    """A question with a few options. `answer` is the chosen option's text, None until the reader has locked one in."""

    def __init__(self, question: str, options: Sequence[str]):
        super().__init__()
        options = list(options)
        if isinstance(question, str) and question and len(options) >= 2 and all(isinstance(o, str) for o in options):
            self.question, self.options = question, options
        else:
            given = f"predict needs a question and two or more options, all text; got {question!r} and {options!r}"
            raise ValueError(given)
        self.answer: str | None = None
        self.done = False  # answered or skipped

    def answer_with(self, chosen: int | None) -> None:
        """Lock in an option by its place, or skip with None. Raises ValueError for a place that is not there."""
        if chosen is not None and not 0 <= chosen < len(self.options):
            raise ValueError(f"the question has {len(self.options)} options, got number {chosen}")
        self.answer = None if chosen is None else self.options[chosen]
        self.done = True
        self._changed()

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
