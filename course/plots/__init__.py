"""Plotly figures from records and measurements. Pure: data in, figure out; each takes `theme="light"` or `"dark"`.

What the figures share with the report, and what needs no Plotly, is in `course.summaries`.
"""

from plotly.graph_objects import Figure

from course.plots.depths import loss_against_depth
from course.plots.frame import template
from course.plots.layerwise import layers
from course.plots.maps import heatmap
from course.plots.runs import curves

__all__ = ["Figure", "curves", "heatmap", "layers", "loss_against_depth", "template"]
