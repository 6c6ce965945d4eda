"""A drawing as data: shapes that name their colours, so that one drawing is right in every theme.

A colour is "@" and its name: of a kind ("@plain_bn"), or of the page and what stands on it ("@page", "@ink2").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """One SVG element: its attributes as SVG names them, and inside it text or shapes."""

    tag: str
    attributes: dict[str, Any]
    inside: tuple[Shape | str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """Shapes on a ground of `width` x `height`, from (0, `top`).

    title: its name for those who cannot see it; a drawing without one is an ornament. description: what is to be seen,
    in a sentence or two. attributes: of the whole, such as a class.
    """

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    description: str = ""
    top: float = 0.0
    attributes: dict[str, Any] = field(default_factory=dict)
    share: float = 1.0  # of the row's width


def shape(tag: str, *inside: Shape | str, **attributes: Any) -> Shape:
    """An element. `stroke_width=2` is stroke-width, `class_` is class; what is None is left out."""
    named = {k.rstrip("_").replace("_", "-"): v for k, v in attributes.items() if v is not None}
    return Shape(tag, named, inside)


def group(*inside: Shape, **attributes: Any) -> Shape:
    """Shapes that share attributes."""
    return shape("g", *inside, **attributes)


def line(d: str, colour: str, width: float = 1, dash: Sequence[float] = (), **more: Any) -> Shape:
    """A path that is drawn and not filled. dash: lengths in pixels, none for a solid line."""
    return shape(
        "path",
        d=d,
        fill="none",
        stroke=colour,
        stroke_width=None if width == 1 else width,
        stroke_dasharray=" ".join(f"{length:g}" for length in dash) or None,
        **more,
    )


def through(points: Iterable[Point]) -> str:
    """The `d` of a line through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def note(x: float, y: float, words: str, at: str = "start", size: float = 12, **more: Any) -> Shape:
    """Small words in the second ink, as beside an axis."""
    return text(x, y, words, at=at, size=size, colour="@ink2", **more)


def text(
    x: float,
    y: float,
    *words: str | Shape,
    at: str = "start",
    size: float | None = None,
    colour: str | None = None,
    bold: bool = False,
    halo: bool = False,
    **more: Any,
) -> Shape:
    """Words with their foot at (x, y). at: which end of them is there: start, middle or end. halo: a rim in page
    colour, over lines.
    """
    rim = {"stroke": "@page", "stroke_width": 5, "stroke_linejoin": "round", "paint_order": "stroke"} if halo else {}
    return shape(
        "text",
        *words,
        x=x,
        y=y,
        text_anchor=None if at == "start" else at,
        font_size=size,
        fill=colour,
        font_weight=700 if bold else None,
        **rim,
        **more,
    )
