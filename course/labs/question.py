"""`predict`: a question before the curves. The answer is kept beside the outcome; without a page nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakValueDictionary

from course.labs.display import Displayed
from course.labs.questions import QUESTIONS

_asked: WeakValueDictionary[str, Prediction] = WeakValueDictionary()  # the course's own, by name, as last asked


class Prediction(Displayed):
    """A question with a few options. `answer` is the chosen option's text, None until the reader has locked one in.

    right: the place of the option that was found right; measured: a function to the words that say what was found. It
    is called when the question is done, never before: until then nothing says how it ends.
    """

    def __init__(
        self,
        question: str,
        options: Sequence[str],
        right: int | None = None,
        measured: Callable[[], str] | None = None,
    ):
        super().__init__()
        options = list(options)
        if isinstance(question, str) and question and len(options) >= 2 and all(isinstance(o, str) for o in options):
            self.question, self.options = question, options
        else:
            raise ValueError(
                f"predict needs a question and two or more options, all text, or one of the course's names for its own "
                f"questions; got {question!r} and {options!r}"
            )
        self.right, self.measured = right, measured
        self.answer: str | None = None
        self.done = False  # answered or skipped

    def answer_with(self, chosen: int | None) -> None:
        """Lock in an option by its place, or skip with None. Raises ValueError for a place that is not there."""
        if chosen is not None and not 0 <= chosen < len(self.options):
            raise ValueError(f"the question has {len(self.options)} options, got number {chosen}")
        self.answer = None if chosen is None else self.options[chosen]
        self.done = True
        self._changed()

    @property
    def outcome(self) -> str:
        """What was measured, and whether it was predicted; empty until the question is done, or if nothing is kept."""
        if not self.done or self.measured is None or self.right is None:
            return ""
        if self.answer is None:
            return self.measured()
        return f"{self.measured()}; {'' if self.answer == self.options[self.right] else 'not '}as predicted"

    def __repr__(self) -> str:
        said = f"you predicted: {self.answer}" if self.answer else ", ".join(self.options)
        return f"{self.question} {said}" + (f"; measured: {self.outcome}" if self.outcome else "")


def predict(question: str, options: Sequence[str] = ()) -> Prediction:
    """Ask before a result is shown. At the end of a cell it is a card; as `question=` of a lab it hides the curves.

    question: its text, with two or more options; or the name of one of the course's questions alone, whose text and
    options stand in the card, and whose outcome it shows after the answer. Nothing waits for the answer, so a notebook
    that runs without a reader runs on. Raises ValueError without a question, with fewer than two options, or for a name
    that is not there.

    >>> predict("Which ends lower?", ["10 layers", "50 layers"])
    Which ends lower? 10 layers, 50 layers
    """
    if options or not isinstance(question, str) or question not in QUESTIONS:
        return Prediction(question, options)
    known = QUESTIONS[question]
    asked = _asked[question] = Prediction(known.text, known.options, known.right, known.measured)
    return asked


def asked(name: str) -> Prediction | None:
    """The course's question of this name as it was last asked; None if it was not. Raises ValueError for a name that
    is not there.
    """
    if name not in QUESTIONS:
        raise ValueError(f"there is no question {name!r}; there are: {', '.join(QUESTIONS)}")
    return _asked.get(name)
