"""Figures as data, and one renderer that draws them as SVG: `svg(view, theme, width)`."""

from course.views.depths import loss_against_depth
from course.views.drawing import Drawing, Shape
from course.views.figures import Frame, Line, Lines, Map, View
from course.views.layerwise import layers
from course.views.maps import heatmap
from course.views.naming import NamedRun
from course.views.runs import curves, of_lab
from course.views.storing import restored, stored
from course.views.svg import column, row, svg

__all__ = [
    "Drawing",
    "Frame",
    "Line",
    "Lines",
    "Map",
    "NamedRun",
    "Shape",
    "View",
    "column",
    "curves",
    "heatmap",
    "layers",
    "loss_against_depth",
    "of_lab",
    "restored",
    "row",
    "stored",
    "svg",
]
