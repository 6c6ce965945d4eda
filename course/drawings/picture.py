"""A drawing in a notebook: inline SVG that follows the page's theme, and for motion a Play button below it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from importlib.resources import files

from course import themes
from course.views import svg
from course.views.drawing import Drawing, Shape, group

WIDTH = 700


@dataclass(frozen=True)
class Scene:
    """One state of a drawing that moves. words: what is to be seen in it. stop: a step of a reader who wants no
    motion.
    """

    shapes: tuple[Shape, ...]
    words: str
    stop: bool = True


@dataclass(frozen=True)
class Picture(Drawing):
    """A drawing of the course. The first of its scenes is the one at rest; `seconds` is how long each of them stays."""

    scenes: tuple[Scene, ...] = ()
    seconds: float = 0.0

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"{self.title}. {self.description}"

    @cached_property
    def html(self) -> str:
        """The drawing as an element that brings its colours along: light, dark where the page is, light on paper."""
        drawn = svg(self, "css", self.width)
        style = themes.following(".course-drawing", drawn, "ink2", "on-ink", "focus") + _file("drawings.css")
        name = escape(f"Drawing: {self.title}", quote=True)
        wide = f'<div class="wide" hidden="hidden" tabindex="0" role="region" aria-label="{name}">{drawn}</div>'
        caption = f'<figcaption aria-hidden="true">{escape(self.title)}</figcaption>'
        play = self._controls() if len(self.scenes) > 1 else ""
        return f'<figure class="course-drawing"><style>{style}</style>{self._untrusted()}{wide}{caption}{play}</figure>'

    def _untrusted(self) -> str:
        """What a reader sees who does not trust the notebook: there Jupyter leaves out styles and SVG but for the words
        in it, so the style is what shows the drawing, and hides this image of it.
        """
        drawn = b64encode(svg(self, "light", self.width).encode()).decode()
        return f'<img class="untrusted" alt="{escape(repr(self), quote=True)}" src="data:image/svg+xml;base64,{drawn}">'

    def _controls(self) -> str:
        """Play, and below it in words what is to be seen at rest; hidden where no script runs."""
        said = escape(self.scenes[0].words)
        return (
            f'<div class="controls" hidden="hidden" data-seconds="{self.seconds:g}"><button type="button">Play</button>'
            f'<span role="status">{said}</span></div><script>{_file("play.js")}</script>'
        )


def picture(
    alt: str | None,
    height: float,
    *shapes: Shape | Iterable[Shape],
    measured: str = "",
    scenes: tuple[Scene, ...] = (),
    seconds: float = 0.0,
) -> Picture:
    """A picture whose title and description are the first paragraph of a docstring. measured: a sentence behind it."""
    title, description = alt_text(alt)
    flat = [one for some in shapes for one in ((some,) if isinstance(some, Shape) else some)]
    moving = [
        group(
            *scene.shapes,
            class_="scene",
            display="none" if i else None,
            data_stop=scene.stop * 1,
            data_words=scene.words,
        )
        for i, scene in enumerate(scenes)
    ]
    return Picture(
        title, WIDTH, height, (*flat, *moving), f"{description} {measured}".strip(), scenes=scenes, seconds=seconds
    )


def alt_text(docstring: str | None) -> tuple[str, str]:
    """Title and description: the first sentence of the first paragraph, and what follows it."""
    title, _, description = " ".join((docstring or "").split("\n\n")[0].split()).partition(". ")
    return title.rstrip("."), description


@cache
def _file(name: str) -> str:
    return (files("course.drawings") / name).read_text(encoding="utf-8")
