"""The deck: one HTML file with everything in it, which needs a browser and nothing else."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from course import __version__, release
from course.lecture import chapter, running, slides
from course.lecture.slides import Slide
from course.page.style import script
from course.page.style import stylesheet as lab_stylesheet
from course.records import atomic
from course.report import style

FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/([\w-]+)\.woff2\)[^}]*\}")
SOURCES = re.compile(r"src:[^;}]*")
# of a live lab; all else is one for all of them
OWN = ("declared", "rates", "recordings", "still", "places", "films", "unknown")


@dataclass(frozen=True)
class Deck:
    """A chapter's slides. name: the notebook's."""

    name: str
    slides: tuple[Slide, ...]

    @property
    def title(self) -> str:
        """The chapter's, without marks."""
        return re.sub(r"<[^>]*>", "", self.slides[0].title)

    @property
    def seconds(self) -> int:
        """What is planned for all of them; 0 where nothing is."""
        return sum(slide.seconds for slide in self.slides)

    @property
    def live(self) -> int:
        """How many labs train in their slides."""
        return sum(slide.lab is not None for slide in self.slides)

    def write(self, folder: Path) -> Path:
        """Write `folder/name.html`."""
        path = folder / f"{self.name}.html"
        with atomic(path) as file:
            file.write(self.html())
        return path

    def html(self) -> str:
        """The page."""
        template = style.templates("course.lecture").get_template("deck.html")
        live: dict[str, Any] = {slide.name: slide.lab for slide in self.slides if slide.lab}
        return template.render(
            title=self.title,
            slides=self.slides,
            Markup=Markup,
            style=Markup("\n".join([style.stylesheet(own("deck.css")), lab_stylesheet()])),
            vendor_style=Markup(_vendored("reveal.js/reveal.css") + _katex_style()),
            libraries=[Markup(_vendored(name)) for name in LIBRARIES],
            labs=_json({name: {key: lab[key] for key in OWN if key in lab} for name, lab in live.items()}),
            shared=_json({key: value for lab in live.values() for key, value in lab.items() if key not in OWN}),
            script=Markup(script("../lecture/deck.js")),
            version=__version__,
        )


LIBRARIES = ("reveal.js/reveal.js", "reveal.js/notes.js", "katex/katex.min.js", "katex/auto-render.min.js")


def decks(root: Path, number: str = "", sections: Sequence[str] = ()) -> Iterator[Deck]:
    """The deck of a chapter such as "03", or one after another of all; of these sections only, if any are given.

    What the slides show is computed, which takes up to half a minute a chapter. Raises ValueError for a chapter or a
    section that is not there, and where a cell fails.
    """
    for path in release.chapters(root, number):
        read = chapter.read(path)
        cells = read.wanted(sections)
        found = running.results(read.cells, [cell for cell in cells if cell.shown])
        yield Deck(read.name, tuple(slides.made(cells, found)))


def _katex_style() -> str:
    """KaTeX's rules with the fonts that came along in them; the others, which the course does not write, are gone."""
    fonts = files("course.lecture") / "vendor" / "katex"

    def embedded(face: re.Match[str]) -> str:
        font = fonts / f"{face[1]}.woff2"
        if not font.is_file():
            return ""
        data = base64.b64encode(font.read_bytes()).decode("ascii")
        return SOURCES.sub(f'src:url(data:font/woff2;base64,{data}) format("woff2")', face[0])

    return FACE.sub(embedded, _vendored("katex/katex.min.css"))


def _vendored(name: str) -> str:
    """A library's file, for a script element, which nothing in it may end."""
    return own(f"vendor/{name}").replace("</script", "<\\/script")


@cache
def own(name: str) -> str:
    """A file beside this module."""
    return (files("course.lecture") / name).read_text(encoding="utf-8")


def _json(value: Any) -> Markup:
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))
