"""Views as SVG, under the names by which the page knows them: `course.views` draws."""

from __future__ import annotations

from course import views
from course.views import Frame, View
from course.views.chart import HEIGHT
from course.views.tiles import coloured

__all__ = ["HEIGHT", "coloured", "picture", "pictures"]


def pictures(shown: Frame, width: float, theme: str) -> list[str]:
    """Each view as one SVG element: side by side where `width` allows."""
    return views.row(shown.views, width, theme)


def picture(view: View, width: float, theme: str) -> str:
    """One view as an SVG element with its own ground, styles and name."""
    return views.svg(view, theme, width)
