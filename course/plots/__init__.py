"""Plotly figures from records and measurements. Pure: data in, figure out; each takes `theme="light"` or `"dark"`.

The same figures as data, and as SVG, are in `course.views`.
"""

from course.plots.charts import curves, draw, heatmap, layers, loss_against_depth
from course.plots.following import stylesheet
from course.plots.still import Figure, pictured
from course.plots.template import template

__all__ = ["Figure", "curves", "draw", "heatmap", "layers", "loss_against_depth", "pictured", "stylesheet", "template"]
