"""Figures as data, and one renderer that draws them as SVG."""

from course.views.figures import Frame, Line, Lines, Map, View

__all__ = ["Frame", "Line", "Lines", "Map", "View"]
