"""Figures as data, and one renderer that draws them as SVG."""

from course.views.figures import Line, Lines, Map, Shown, View

__all__ = ["Line", "Lines", "Map", "Shown", "View"]
