"""What stands in the notebook for whoever reads it where no kernel runs: GitHub, an export."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from course.labs import LabRun, Prediction
from course.page import sheet
from course.page.picture import Picture
from course.views import View


class Fallback:
    """Views as one picture, and the same in words."""

    def __init__(self, views: Sequence[View], text: str, html: str = ""):
        self.views, self.text, self.html = views, text, html

    @classmethod
    def of_question(cls, p: Prediction) -> Fallback:
        said = f"You predicted: <b>{escape(p.answer)}</b>" if p.answer else escape(" · ".join(p.options))
        return cls((), repr(p), f'<p class="course-still"><b>{escape(p.question)}</b><br>{said}</p>')

    @classmethod
    def of_runs(cls, runs: Sequence[LabRun]) -> Fallback:
        """The loss curves of a lab's runs."""
        return _Runs(Picture(runs))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        shown = {"text/html": self.html} if self.html else {"image/svg+xml": self.svg()}
        return shown | {"text/plain": self.text}

    def svg(self) -> str:
        """All views, one below the other, in the light theme."""
        parts = [sheet.picture(view, 900, "light") for view in self.views]
        moved = (part.replace("<svg ", f'<svg y="{i * sheet.HEIGHT}" ', 1) for i, part in enumerate(parts))
        size = f'width="900" viewBox="0 0 900 {sheet.HEIGHT * len(parts)}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(moved)}</svg>'


class _Runs(Fallback):
    def __init__(self, picture: Picture):
        super().__init__((), picture.words())
        self.picture = picture

    def svg(self) -> str:
        return self.picture.svg()
