"""A Plotly figure that is seen where there is no Plotly: in an export, on a page without JavaScript, as text."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly.colors import sample_colorscale, unlabel_rgb

from course import themes, views
from course.views import Drawing, Lines, Map
from course.views.drawing import Shape, note, shape, text

WIDTH = 760  # pixels of the picture
STYLE = (
    f".course-figure{{background:var(--page);font:14px {themes.tokens()['font']['ui']}}}"
    ".course-figure svg{max-width:100%;height:auto}"
)
TALL = 320  # of the pixels that `pictured` draws, at most


class Figure(go.Figure):  # type: ignore[misc]  # Plotly has no types
    """A Plotly figure that carries the picture of its view, and says in words what it is."""

    _ipython_display_: Any = None  # Plotly's own shows what its renderer has and nothing else,
    _repr_html_: Any = None  # and its HTML is a script

    def __init__(self, figure: go.Figure | dict[str, Any] | None = None, view: Lines | Map | Drawing | None = None,
                 theme: str = "light"):  # fmt: skip
        super().__init__(figure)
        self._view, self._theme = view, theme

    @property
    def view(self) -> Lines | Map | Drawing | None:
        """The figure as data; None for one that was made of Plotly alone."""
        return self._view

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **more: Any) -> dict[str, Any]:
        """Plotly's form for whoever draws it, the picture for everybody else, and the words."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(include, exclude, **more)
        if self._view is not None:
            bundle["image/svg+xml"] = views.svg(self._view, self._theme, WIDTH)
        return bundle | {"text/plain": repr(self)}

    @property
    def still(self) -> str:
        """The picture of its view as an element that follows the page's theme, a map's in the figure's own; empty
        without a view.
        """
        if self._view is None:
            return ""
        if isinstance(self._view, Map):
            return str(views.svg(self._view, self._theme, WIDTH))
        drawn = views.svg(self._view, "css", WIDTH)
        style = themes.following(".course-figure", drawn) + STYLE
        return f'<div class="course-figure"><style>{style}</style>{drawn}</div>'

    def __repr__(self) -> str:
        """One line: what it shows."""
        if self._view is None:
            return f"<figure: {self.layout.title.text or 'untitled'}>"
        if isinstance(self._view, Drawing):
            return f"<figure: {self._view.title}>"
        labels = [line.label for line in self._view.lines if line.label] if isinstance(self._view, Lines) else []
        return f"<figure: {self._view.title}, by {self._view.x_title}{': ' * bool(labels)}{', '.join(labels)}>"


def pictured(figure: go.Figure) -> Figure:
    """What `px.imshow` has drawn, of one image, and with it the picture for places that have no Plotly.

    Raises ValueError for a figure of anything else.
    """
    trace, layout = next(iter(figure.data), None), figure.layout
    if isinstance(trace, go.Image) and trace.source:
        source = str(trace.source)
        with Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))) as image:
            columns, rows = image.size
    elif isinstance(trace, go.Heatmap) and np.ndim(trace.z) == 2:
        rows, columns = np.shape(trace.z)
        source = _png(np.asarray(trace.z, dtype=float), layout.coloraxis)
    else:
        raise ValueError("pictured takes a figure that px.imshow has made of one image")
    title, x_title, y_title = (axis.title.text or "" for axis in (layout, layout.xaxis, layout.yaxis))
    side = min(WIDTH / columns, TALL / rows)
    wide, tall, left = columns * side, rows * side, (WIDTH - columns * side) / 2
    image_of = shape("image", x=left, y=30, width=wide, height=tall, href=source, style="image-rendering:pixelated")
    words: tuple[Shape, ...] = (
        text(left, 18, title, size=14, bold=True, colour="@ink"),
        note(left + wide, tall + 48, x_title, "end"),
        note(left, tall + 48, f"top to bottom: {y_title}" if y_title else ""),
    )
    return Figure(figure, Drawing(title, WIDTH, tall + 58, (image_of, *words)))


def _png(values: Any, scale: Any) -> str:
    """Values in the colours of a scale, as an address that holds the picture; what is not a number is left empty."""
    low = np.nanmin(values) if scale.cmin is None else scale.cmin
    high = np.nanmax(values) if scale.cmax is None else scale.cmax
    if scale.cmid is not None:
        reach = max(high - scale.cmid, scale.cmid - low)
        low, high = scale.cmid - reach, scale.cmid + reach
    shares = np.clip((values - low) / (high - low or 1), 0, 1)
    colours = sample_colorscale([list(stop) for stop in scale.colorscale], np.nan_to_num(shares).ravel().tolist())
    pixels = np.array([[*unlabel_rgb(colour), 255] for colour in colours]).reshape(*values.shape, 4)
    pixels[np.isnan(values)] = 0
    kept = io.BytesIO()
    Image.fromarray(pixels.round().astype("uint8"), "RGBA").save(kept, "PNG")
    return f"data:image/png;base64,{base64.b64encode(kept.getvalue()).decode('ascii')}"
