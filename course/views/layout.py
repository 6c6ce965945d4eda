"""Where views stand that are shown together: rows, with the width and height of each view."""

from __future__ import annotations

from collections.abc import Sequence

from course.views import pictures, tiles
from course.views.chart import HEIGHT
from course.views.figures import Lines, Map, View

GAP = 20  # pixels between two views
MOST_ACROSS = 4  # views in a row: more would be too narrow to be read
WIDE, WIDER, TALLER = 950, 1050, 80  # from one width to the other a row that is alone grows by so many pixels
THUMBNAIL = 190  # pixels of the height of a small map
NARROW_LINES, NARROW_MAP, NARROW_SQUARE = 330, 240, 360  # pixels below which a view is not put beside another
NARROW_SMALL = 165
Row = list[tuple[View, tuple[float, float]]]  # views with width and height


def rows(views: Sequence[View], width: float) -> list[Row]:
    """Rows of views, side by side where `width` allows, in rows of fewer elsewhere, of three the last below the others.
    Thumbnails stand below all others, in rows of their own.
    """
    large = [view for view in views if not is_small(view)]
    small = [view for view in views if is_small(view)]
    return [row for group in (large, small) if group for row in _rows_of(group, width)]


def _rows_of(views: Sequence[View], width: float) -> list[Row]:
    """The rows of views that are all large, or all small."""
    count = len(views)
    counts = (n for n in range(min(count, MOST_ACROSS), 0, -1) if n == 1 or count % n == 0 or (n, count) == (2, 3))
    across = next(n for n in counts if n == 1 or _least(views[:n]) <= width)
    growth = min(max((width - WIDE) / (WIDER - WIDE), 0), 1) if across == count else 0
    found = []
    for some in (views[i : i + across] for i in range(0, count, across)):
        tall = HEIGHT + TALLER * (1 if all(map(_is_square, some)) else growth)
        height = THUMBNAIL if is_small(views[0]) else tall
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


def is_small(view: View) -> bool:
    """Whether it is a thumbnail."""
    return isinstance(view, Map) and view.small
