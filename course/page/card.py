"""The card of a prediction that stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from course.page.style import script, stylesheet

if TYPE_CHECKING:
    from course.labs.question import Prediction


class Card(anywidget.AnyWidget):
    """A question and its options; afterwards the answer."""

    _esm = script("predict.js")
    _css = stylesheet()
    question = traitlets.Dict().tag(sync=True)
    answer = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    done = traitlets.Bool(False).tag(sync=True)

    def __init__(self, prediction: Prediction):
        asked = {"text": prediction.question, "options": prediction.options}
        super().__init__(question=asked, answer=prediction.answer, done=prediction.done)
        self.prediction = prediction
        self.on_msg(self._hear)

    def _hear(self, widget: Any, said: dict[str, Any], buffers: Any) -> None:
        self.prediction.answer_with(said["chosen"])
        self.answer, self.done = self.prediction.answer, True
