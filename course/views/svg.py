"""The one writer of SVG: a view, or several, as text in a theme."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from course import themes
from course.views import chart, pictures, tiles
from course.views.chart import HEIGHT
from course.views.drawing import Drawing, Shape, group, shape
from course.views.figures import Lines, Map, View

GAP = 20  # pixels between two views
MOST_ACROSS = 4  # views in a row: more would be too narrow to be read
WIDE, WIDER, TALLER = 950, 1050, 80  # from one width to the other a row that is alone grows by so many pixels
THUMBNAIL = 190  # pixels of the height of a small map
NARROW_LINES, NARROW_MAP, NARROW_SQUARE = 330, 240, 360  # pixels below which a view is not put beside another
NARROW_SMALL = 210
Row = list[tuple[View, tuple[float, float]]]  # views with width and height


def svg(view: View, theme: str = "light", width: float = 700, height: float = HEIGHT) -> str:
    """The picture of a view. A `Drawing` keeps its own width and height, a `Map` that is square its form.

    theme: "light" or "dark", with the theme's ground; or "css" for a page that defines the colours as variables
    (`--ink`, `--k-plain`), and its own ground, which a `Map` cannot have. Raises ValueError for any other.
    """
    return write(_picture(_drawn(view, width, theme, height), theme), theme)


def row(views: Sequence[View], width: float, theme: str = "light") -> list[str]:
    """Each view as a picture: side by side where `width` allows, in rows of fewer elsewhere, of three the last below
    the others. Thumbnails stand below all others, in rows of their own.
    """
    return [svg(view, theme, *size) for some in _rows(views, width) for view, size in some]


def _rows(views: Sequence[View], width: float) -> list[Row]:
    """The rows, first those of large views."""
    large = [view for view in views if not _is_small(view)]
    small = [view for view in views if _is_small(view)]
    return [row for group in (large, small) if group for row in _rows_of(group, width)]


def _rows_of(views: Sequence[View], width: float) -> list[Row]:
    """The rows of views that are all large, or all small."""
    count = len(views)
    rows = (n for n in range(min(count, MOST_ACROSS), 0, -1) if n == 1 or count % n == 0 or (n, count) == (2, 3))
    across = next(n for n in rows if n == 1 or _least(views[:n]) <= width)
    growth = min(max((width - WIDE) / (WIDER - WIDE), 0), 1) if across == count else 0
    found = []
    for some in (views[i : i + across] for i in range(0, count, across)):
        tall = HEIGHT + TALLER * (1 if all(map(_is_square, some)) else growth)
        height = THUMBNAIL if _is_small(views[0]) else tall
        widths = _widths(some, width - GAP * (len(some) - 1), height)
        found.append([(view, (own, height)) for view, own in zip(some, widths, strict=True)])
    return found


def _widths(some: Sequence[View], room: float, height: float) -> list[float]:
    """By their shares; beside others square maps and pictures take no more than they need, and leave them the rest."""
    even = [room * view.share / sum(each.share for each in some) for view in some]
    taken = [min(own, _needed(view, height)) for view, own in zip(some, even, strict=True)]
    others = sum(view.share for view, own in zip(some, taken, strict=True) if not own)
    if not others:
        return even
    return [own or (room - sum(taken)) * view.share / others for view, own in zip(some, taken, strict=True)]


def _needed(view: View, height: float) -> float:
    """Pixels that a view needs whose form is given; 0 for one that fills what it gets."""
    if isinstance(view, Map) and view.pictures:
        return pictures.width_needed(view, height)
    return tiles.width_of_square(height) if _is_square(view) else 0.0


def column(views: Sequence[View], width: float, theme: str = "light") -> str:
    """All views as one picture, one below the other; thumbnails side by side."""
    alone: list[Row] = [[(view, (width, HEIGHT))] for view in views if not _is_small(view)]
    drawn, moved, top = [], [], 0.0
    for some in [*alone, *_rows([view for view in views if _is_small(view)], width)]:
        row, left = [_drawn(view, own, theme, height) for view, (own, height) in some], 0.0
        for each in row:
            moved.append(group(*each.shapes, transform=f"translate({left:g} {top - each.top:g})"))
            left += each.width + GAP
        drawn += row
        top += max(each.height for each in row)
    titles, said = "; ".join(d.title for d in drawn), " ".join(d.description for d in drawn if d.description)
    return svg(Drawing(titles, width, top, tuple(moved), said), theme)


def _least(views: Sequence[View]) -> float:
    return sum(_narrow(view) + GAP for view in views) - GAP


def _narrow(view: View) -> float:
    if isinstance(view, Lines):
        return NARROW_LINES
    if not isinstance(view, Map):
        return NARROW_MAP
    if view.small:
        return NARROW_SMALL
    return min(NARROW_SQUARE, _needed(view, HEIGHT) or NARROW_MAP + tiles.room_of_margin(view))


def _is_square(view: View) -> bool:
    return isinstance(view, Map) and view.square


def _is_small(view: View) -> bool:
    return isinstance(view, Map) and view.small


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
