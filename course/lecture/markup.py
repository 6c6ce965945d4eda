"""A chapter's Markdown for a hall: what is read at a desk is said, and a slide keeps the sentence that says most.

A cell tagged `slide` was written for the hall and stays whole. Of any other a paragraph keeps its first sentence, a
list the first sentence of each point; formulas and small tables stay. The full text is the speaker's note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from nbconvert.filters import markdown2html

ROOM = 70  # words on a slide
SHORT = 8  # words: a sentence of fewer takes the next along
ROWS = 7  # of a table
FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)
OUTCOME = "What you saw"  # the one fold that a hall sees
HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.M)
SECTION = re.compile(r"^## +(.+?) *$", re.M)
POINT = re.compile(r"(?:[-*]|\d+\.) ")
END = re.compile(r"[.!?:](?:\*\*|[*_”’)])*(?=\s+[\"“*_$(\[A-Z])")
ABBREVIATION = re.compile(r"(?:\b(?:al|cf|e\.g|i\.e|vs|Fig|[A-Z])|[^.]\.\.)\.$")
ANCHOR = re.compile(r'<a class="anchor-link".*?</a>|<a href="(?!https?:)[^"]*">(.*?)</a>', re.S)


@dataclass(frozen=True)
class Part:
    """Text under one heading. level: 0 where there is no heading; rest: its text, blocks of Markdown."""

    level: int
    heading: str
    rest: tuple[str, ...]


def parts(source: str) -> Iterator[Part]:
    """A cell's text, cut at its headings."""
    found = list(HEADING.finditer(source))
    edges = [0, *(heading.start() for heading in found), len(source)]
    if source[: edges[1]].strip():
        yield Part(0, "", tuple(_blocks(source[: edges[1]])))
    for heading, end in zip(found, edges[2:], strict=True):
        yield Part(len(heading[1]), heading[2], tuple(_blocks(source[heading.end() : end])))


def html(source: str) -> str:
    """Markdown as HTML, formulas left to KaTeX; links that lead to other files of the course are only words."""
    return ANCHOR.sub(lambda link: link[1] or "", str(markdown2html(source))).strip()


def inline(source: str) -> str:
    """One line of Markdown as HTML, without a paragraph around it."""
    return re.sub(r"^<p>(.*)</p>$", r"\1", html(source), flags=re.S)


def condensed(blocks: tuple[str, ...]) -> list[str]:
    """What a slide keeps of blocks of Markdown, in order, until it is full."""
    kept: list[str] = []
    words = 0
    for block in blocks:
        short = _short(block)
        words += len(short.split())
        if kept and words > ROOM:
            break
        kept += [short] if short else []
    return kept


def _blocks(source: str) -> list[str]:
    """Blocks of Markdown; folds are opened or left out, formulas of several lines stay together."""
    opened = FOLDED.sub(lambda fold: f"**{OUTCOME}.** {fold[2].strip()}" if OUTCOME in fold[1] else "", source)
    found = re.split(r"\n\s*\n(?=(?:[^$]|\$(?!\$)|\$\$.*?\$\$)*\Z)", opened, flags=re.S)
    return [block.strip() for block in found if block.strip()]


def _short(block: str) -> str:
    """The part of a block that a slide keeps; of an aside in brackets, a quotation or a long table nothing."""
    if block.startswith("|"):
        return block if len(block.splitlines()) <= ROWS + 2 and len(block.split()) <= ROOM else ""
    if block.startswith("$$"):
        return block[: block.rindex("$$") + 2]
    if block.startswith(("(", ">", "<", "```", "[")):
        return ""
    points = re.split(r"\n(?=(?:[-*]|\d+\.) )", block)
    if len(points) == 1:
        return _first(block)
    return "\n".join(_question(point) or _first(point) for point in points)


def _first(text: str) -> str:
    """The first sentence, and the next where it is short; with what marks it as a point of a list."""
    text = " ".join(re.sub(rf"(\*\*{OUTCOME}\.\*\*) \([^()]*(?:\([^()]*\)[^()]*)*\)", r"\1", text).split())
    said = next((said for said in _beginnings(text) if len(said.split()) >= SHORT), text)
    return said[:-1] + "." if said.endswith(":") else said


def _question(point: str) -> str:
    """The question of a point to discuss, if it asks one, behind the mark of the point."""
    mark = POINT.match(point)
    text = " ".join(point[mark.end() if mark else 0 :].split())
    edges = [0, *(len(said) for said in _beginnings(text))]
    asked = (text[start:end].strip() for start, end in pairwise(edges) if text[:end].endswith("?"))
    found = next(asked, "")
    return f"{mark[0]}{found}" if mark and found else found


def _beginnings(text: str) -> Iterator[str]:
    """The text up to the end of each of its sentences; no formula, bracket or emphasis is cut."""
    for end in END.finditer(f"{text} A"):
        said = text[: end.end()]
        whole = all(said.count(mark) % 2 == 0 for mark in ("$", "`", "**")) and said.count("(") == said.count(")")
        emphasis = said.replace("**", "").count("*") - said.startswith("* ")
        if whole and emphasis % 2 == 0 and not ABBREVIATION.search(said):
            yield said
