"""What stands in the notebook for whoever reads it where no kernel runs: GitHub, an export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from course import views, wording
from course.labs import Lab, LabRun, Prediction
from course.views import NamedRun, View

WIDTH = 900  # pixels


class Fallback:
    """Views as one picture, one below the other in the light theme, and the same in words; without views the words as
    HTML, if there is any.
    """

    def __init__(self, views: Sequence[View], text: str, html: str = ""):
        self.views, self.text, self.html = views, text, html

    @classmethod
    def of_question(cls, asked: Prediction) -> Fallback:
        """The question, and what was predicted or what there was to choose from."""
        said = f"You predicted: <b>{_coded(asked.answer)}</b>" if asked.answer else _coded(" · ".join(asked.options))
        found = f"<br>Measured: <b>{_coded(asked.outcome)}</b>" if asked.outcome else ""
        return cls((), repr(asked), f'<p class="course-still"><b>{_coded(asked.question)}</b><br>{said}{found}</p>')

    @classmethod
    def of_lab(cls, lab: Lab) -> Fallback:
        """The loss curves of what is on a lab's chart."""
        begun = [lab_run for lab_run in map(LabRun.snapshot, lab.on_chart) if lab_run.run.records]
        named = [NamedRun(lab_run.label, lab_run.number, lab_run.family, lab_run.run) for lab_run in begun]
        said = [f"{one.number} {one.label}: {one.run.status}, training loss {wording.number(one.run.loss)}"
                for one in named]  # fmt: skip
        return cls([views.of_lab(named, log=lab.scale == "log")], "\n".join(said) or "No run yet: press Train.")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        shown = {"text/html": self.html} if self.html else {"image/svg+xml": self.svg()}
        return shown | {"text/plain": self.text}

    def svg(self) -> str:
        """All views, one below the other."""
        return views.column(self.views, WIDTH, "light")


def _coded(words: str) -> str:
    """HTML of words in which code stands between backticks."""
    return re.sub("`(.*?)`", r"<code>\1</code>", escape(words))
