"""A Plotly figure that is seen where there is no Plotly: in an export, on a page without JavaScript, as text."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from course import views
from course.views import Lines, Map

WIDTH = 760  # pixels of the picture


class Figure(go.Figure):  # type: ignore[misc]  # Plotly has no types
    """A Plotly figure that carries the picture of its view, and says in words what it is."""

    _ipython_display_: Any = None  # Plotly's own shows what its renderer has and nothing else,
    _repr_html_: Any = None  # and its HTML is a script

    def __init__(self, figure: go.Figure | dict[str, Any] | None = None, view: Lines | Map | None = None,
                 theme: str = "light"):  # fmt: skip
        super().__init__(figure)
        self._view, self._theme = view, theme

    @property
    def view(self) -> Lines | Map | None:
        """The figure as data; None for one that was made of Plotly alone."""
        return self._view

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **more: Any) -> dict[str, Any]:
        """Plotly's form for whoever draws it, the picture for everybody else, and the words."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(include, exclude, **more)
        if self._view is not None:
            bundle["image/svg+xml"] = views.svg(self._view, self._theme, WIDTH)
        return bundle | {"text/plain": repr(self)}

    def __repr__(self) -> str:
        """One line: what it shows."""
        if self._view is None:
            return f"<figure: {self.layout.title.text or 'untitled'}>"
        labels = [line.label for line in self._view.lines if line.label] if isinstance(self._view, Lines) else []
        return f"<figure: {self._view.title}, by {self._view.x_title}{': ' * bool(labels)}{', '.join(labels)}>"
