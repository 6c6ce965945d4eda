"""What is shown closed: a result below a question, which the reader opens."""

from __future__ import annotations

from html import escape
from typing import Any


class Folded:
    """Something that shows itself as HTML, behind a line that opens it."""

    def __init__(self, shown: Any, title: str):
        self.shown, self.title = shown, title

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle: dict[str, str] = getattr(self.shown, "_repr_mimebundle_", dict)()
        html_of = getattr(self.shown, "_repr_html_", None) or (lambda: f"<pre>{escape(str(self.shown))}</pre>")
        inside = getattr(self.shown, "still", "") or bundle.get("text/html") or html_of()
        html = f"<details><summary>{escape(self.title)}</summary>{inside}</details>"
        return {"text/html": html, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"{self.title}\n{self.shown}"


def folded(shown: Any, title: str = "What was measured: open it after your prediction") -> Folded:
    """A table, a drawing, a figure (its still picture) or words, closed until the reader opens it: below a prediction
    it gives nothing away.

    >>> folded("10 layers: 0.0017", "Measured")
    Measured
    10 layers: 0.0017
    """
    return Folded(shown, title)
