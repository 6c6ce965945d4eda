"""What a deck is made of: the cells of a worked notebook, each with its slide type, in the sections that are wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course import release

SECTION = re.compile(r"^## (\d+\.\d+)\b", re.M)


@dataclass(frozen=True)
class Cell:
    """A cell. slide: its slide type. section: such as "3.4", empty before the first. seconds: planned for its slide, 0
    unless said. say: what the speaker says and does there, as Markdown. views, kinds: of a lab's pictures, and of
    the networks that it has to choose from, those that a slide shows; all if empty.
    """

    id: str
    source: str
    code: bool
    slide: str
    tags: frozenset[str]
    section: str
    seconds: int
    say: str = ""
    views: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether what it computes is for the hall."""
        return self.code and self.slide not in ("skip", "notes")


@dataclass(frozen=True)
class Chapter:
    """A chapter's cells. name: the notebook's, such as "03_plain_vs_deep"."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def sections(self) -> list[str]:
        """The numbers of its sections, in their order."""
        return list(dict.fromkeys(cell.section for cell in self.cells if cell.section))

    def wanted(self, sections: Sequence[str] = ()) -> list[Cell]:
        """The title and the cells of these sections, or of all. Raises ValueError for a section that is not there."""
        for section in sections:
            if section not in self.sections:
                raise ValueError(f"{self.name} has no section {section!r}; there are {', '.join(self.sections)}")
        return [cell for cell in self.cells if not sections or cell.section in ("", *sections)]


def read(path: Path) -> Chapter:
    """A chapter from its worked notebook. Raises ValueError for a file that is none."""
    return Chapter(path.stem, tuple(_cells(path)))


def _cells(path: Path) -> Iterator[Cell]:
    section = ""
    for cell in release.read(path)["cells"]:
        source, code = "".join(cell["source"]), cell["cell_type"] == "code"
        found = None if code else SECTION.search(source)
        section = found[1] if found else section
        plan = cell["metadata"].get("slideshow", {})
        tags = frozenset(cell["metadata"].get("tags", ()))
        kind, seconds, say = plan.get("slide_type", "-"), plan.get("seconds", 0), plan.get("say", "")
        views, kinds = tuple(plan.get("views", ())), tuple(plan.get("kinds", ()))
        yield Cell(cell["id"], source, code, kind, tags, section, seconds, say, views, kinds)
