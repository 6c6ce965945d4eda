"""The one writer of SVG: a view, or several, as text in a theme."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from course import themes
from course.views import chart, layout, pictures, tiles
from course.views.chart import HEIGHT
from course.views.drawing import Drawing, Shape, group, shape
from course.views.figures import Lines, View


def svg(view: View, theme: str = "light", width: float = 700, height: float = HEIGHT) -> str:
    """The picture of a view. A `Drawing` keeps its own width and height, a `Map` that is square its form.

    theme: "light" or "dark", with the theme's ground; or "css" for a page that defines the colours as variables
    (`--ink`, `--k-plain`), and its own ground, which a `Map` cannot have. Raises ValueError for any other.
    """
    return write(_picture(_drawn(view, width, theme, height), theme), theme)


def row(views: Sequence[View], width: float, theme: str = "light") -> list[str]:
    """Each view as a picture, in the order and the sizes of `layout.rows`."""
    return [svg(view, theme, *size) for some in layout.rows(views, width) for view, size in some]


def column(views: Sequence[View], width: float, theme: str = "light") -> str:
    """All views as one picture, one below the other; thumbnails side by side."""
    alone: list[layout.Row] = [[(view, (width, HEIGHT))] for view in views if not layout.is_small(view)]
    drawn, moved, top = [], [], 0.0
    for some in [*alone, *layout.rows([view for view in views if layout.is_small(view)], width)]:
        across, left = [_drawn(view, own, theme, height) for view, (own, height) in some], 0.0
        for each in across:
            moved.append(group(*each.shapes, transform=f"translate({left:g} {top - each.top:g})"))
            left += each.width + layout.GAP
        drawn += across
        top += max(each.height for each in across)
    titles, said = "; ".join(d.title for d in drawn), " ".join(d.description for d in drawn if d.description)
    return svg(Drawing(titles, width, top, tuple(moved), said), theme)


def _drawn(view: View, width: float, theme: str, height: float = HEIGHT) -> Drawing:
    if isinstance(view, Drawing):
        return view
    if isinstance(view, Lines):
        return chart.draw(view, width, height)
    return pictures.draw(view, width, theme, height) if view.pictures else tiles.draw(view, width, theme, height)


def _picture(drawing: Drawing, theme: str) -> Shape:
    """The drawing as one element with its name, its type and, unless the page has one, its ground."""
    named: dict[str, Any] = {"role": "img", "aria_label": drawing.title} if drawing.title else {"aria_hidden": "true"}
    size = {"width": drawing.width, "height": drawing.height}
    alone = theme != "css"
    ground = [shape("rect", y=drawing.top, fill="@page", **size)] if alone else []
    type_ = f"font:14px {themes.tokens()['font']['ui']};font-variant-numeric:tabular-nums lining-nums"
    said = [shape("desc", drawing.description)] if drawing.description else []
    return shape(
        "svg",
        *said,
        *ground,
        *drawing.shapes,
        xmlns="http://www.w3.org/2000/svg" if alone else None,
        viewBox=f"0 {drawing.top:g} {drawing.width:g} {drawing.height:g}",
        fill="@ink",
        style=type_ if alone else None,
        **size,
        **named,
        **drawing.attributes,
    )


def write(drawn: Shape, theme: str) -> str:
    """One element as text, everything in it escaped. Raises ValueError for an unknown theme."""
    attributes = "".join(f' {name}="{_value(value, theme)}"' for name, value in drawn.attributes.items())
    inside = "".join(
        escape(part, quote=False) if isinstance(part, str) else write(part, theme) for part in drawn.inside
    )
    return f"<{drawn.tag}{attributes}>{inside}</{drawn.tag}>" if inside else f"<{drawn.tag}{attributes}/>"


def _value(value: Any, theme: str) -> str:
    if isinstance(value, str):
        return escape(colour(value[1:], theme) if value.startswith("@") else value, quote=True)
    return f"{round(value, 2):g}"


def colour(name: str, theme: str) -> str:
    """A colour of the page ("ink2"), of a kind ("plain"), for what stands on a kind's ("on_plain"), or a step of a map
    ("seq0" to "seq16", "div0" to "div16").
    """
    kind = name.removeprefix("on_")
    variable = (
        name.replace("_", "-")
        if name.replace("_", "-") in themes.variables("light")
        else f"{'k' if kind == name else 'on'}-{themes.family(kind)}"
    )
    return f"var(--{variable})" if theme == "css" else themes.variables(theme)[variable]
