"""A lecturer's folder for a stick: decks, labs, PDFs, notes, and a page that leads to them. It needs only a browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from course import wording
from course.lecture import markup, printing
from course.lecture.deck import Deck, decks, own
from course.page.alone import PAGES
from course.records import atomic
from course.report import style

TITLE = "Training very deep networks"
LEAD = f"""# {TITLE}

Everything here opens from this folder, in any browser, with the network off. Try it once on the machine of the lecture:
open a chapter's slides, press F for full screen, and on a slide with a lab the space bar. A network must train.
"""


@dataclass(frozen=True)
class Link:
    """A file of the kit: its path from the folder, and what the page calls it."""

    path: str
    words: str


@dataclass(frozen=True)
class Row:
    """What the page has of one chapter, or one lab."""

    title: str
    links: tuple[Link, ...]


def kit(root: Path, out: Path, number: str = "", browser: str = "") -> Iterator[Path]:
    """Write the kit of a chapter such as "03", or of all, and give each file when it is there; the last is start.html.

    browser: a Chromium that prints the PDFs; without one there are none. What else is in the folder stays. Raises
    ValueError for a chapter that is not there.
    """
    chapters = []
    for deck in decks(root, number):
        links = []
        for path, words in _chapter(root, out, deck, browser):
            yield path
            links.append(Link(path.relative_to(out).as_posix(), words))
        chapters.append(Row(deck.title, tuple(links)))
    labs = []
    for name, kind in PAGES.items():
        lab = kind()
        lab.lecture = True
        path = lab.save_html(_place(out / "labs") / f"{name.replace(' ', '-')}.html")
        yield path
        labs.append(Row(lab.title, (Link(path.relative_to(out).as_posix(), "open"),)))
    how = _text(root / "docs" / "present.md", out / "present.html", [("Chapters", chapters)])
    yield how
    first = Row("Keys, votes, and what to do when something fails", (Link(how.name, "how to present"),))
    lists = [("Before the lecture", [first]), ("Chapters", chapters), ("Labs that work by themselves", labs)]
    yield _page(out / "start.html", TITLE, LEAD, lists)


def _chapter(root: Path, out: Path, deck: Deck, browser: str) -> Iterator[tuple[Path, str]]:
    """Its files, each with what the page calls it."""
    written = deck.write(_place(out / "slides"))
    planned = f", {deck.seconds / 60:.0f} minutes" if deck.seconds else ""
    yield written, f"{wording.counted(len(deck.slides), 'slide')}{planned}"
    if browser:
        yield printing.pdf(written, browser), "PDF"
    number = deck.name[:2]
    notes = root / "solutions" / f"{number}_instructor_notes.md"
    if notes.is_file():
        yield _text(notes, _place(out / "notes") / f"{number}.html"), "notes for teachers"


def _text(source: Path, path: Path, lists: Sequence[tuple[str, list[Row]]] = ()) -> Path:
    """A Markdown file of the course as a page."""
    text = source.read_text(encoding="utf-8")
    home = "start.html" if path.name == "present.html" else "../start.html"
    return _page(path, text.partition("\n")[0].lstrip("# "), text, lists, home)


def _page(path: Path, title: str, text: str, lists: Sequence[tuple[str, list[Row]]], home: str = "") -> Path:
    template, rules = style.templates("course.lecture").get_template("kit.html"), own("kit.css")
    look, body = Markup(style.stylesheet(rules)), Markup(markup.html(text))
    html = template.render(title=title, body=body, lists=lists, home=home, style=look)
    with atomic(path) as file:
        file.write(html)
    return path


def _place(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
