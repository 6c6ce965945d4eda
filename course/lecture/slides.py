"""From cells to slides: a claim and a picture each, in the order of the notebook, by its slide types.

A `slide` or `subslide` begins a slide, and so does each thing to be seen, unless a heading waits for it; `skip` is for
the desk. A question is a vote of the room, and its outcome stands on the slides that answer it. The speaker reads what
to say on a slide and, below it, the chapter's text: `notes` right behind what was seen are about it, unless they open
a topic, and so are those that look back; all others introduce the next slide of their section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from course.labs import Prediction
from course.labs.base import BaseLab
from course.lecture import markup, showing
from course.lecture.chapter import Cell
from course.lecture.running import Result
from course.lecture.showing import Live
from course.papers import Table
from course.release import HALL
from course.views import Drawing

LINES = 22  # of code and of what it prints, on one slide
FOOT = 3  # printed lines that fit below a picture
OPENS = re.compile(r"#|\*\*(?!Look at|What)")  # a topic: a heading, or words in bold
LOOKS_BACK = re.compile(rf"^\*\*Look at one thing|{markup.OUTCOME}", re.M)


@dataclass
class Slide:
    """One slide. form: title, text, picture, lab, vote or code. over: where in the chapter it is; title, body, foot,
    notes and measured are HTML. section: such as "3.4". say: what the speaker says and does, as HTML; notes: the
    chapter's text. vote: the question of the room that is asked here, or answered. right, measured: the
    place of the option that was found right, and what was found, to be shown once the vote is locked. lab: what trains
    it.
    """

    name: str
    form: str
    section: str = ""
    over: str = ""
    title: str = ""
    body: str = ""
    foot: list[str] = field(default_factory=list)
    say: str = ""
    notes: list[str] = field(default_factory=list)
    seconds: int = 0
    vote: str = ""
    options: tuple[str, ...] = ()
    right: int | None = None
    measured: str = ""
    lab: Live | None = None

    @property
    def trains(self) -> bool:
        """Whether there is something to train."""
        return self.lab is not None and self.lab["declared"].get("trains", True) is True

    @property
    def keys(self) -> list[tuple[tuple[str, ...], str]]:
        """Keys of its lab, each with what they do."""
        found: list[tuple[tuple[str, ...], str]] = []
        if self.lab is not None and self.trains:
            does = "plays" if "films" in self.lab else "trains"
            found += [(("space",), f"{does} and stops"), (("R",), "replays")]
        if self.lab is not None and any(showing.is_slider(one) for one in self.lab["declared"]["controls"]):
            found += [(("+", "−"), "slider")]
        return found

    @property
    def waits(self) -> bool:
        """Whether it has a title and nothing else."""
        return self.form == "text" and not self.body


class Slides:
    """The slides so far."""

    def __init__(self) -> None:
        self.all: list[Slide] = []
        self.section = self.heading = ""  # as HTML: of the chapter, of the slide
        self.asked = ""  # the question that waits for its outcome
        self.seconds = 0  # planned for the next slide
        self.say = ""  # on it
        self.read: list[tuple[str, str]] = []  # notes that wait for a slide: their section, HTML
        self.seen = False  # whether the last cell brought something to be seen

    def add(self, cell: Cell, result: Result | None) -> None:
        """What a cell brings. Raises ValueError for words of a cell that makes no slide."""
        behind, self.seen = self.seen, False
        if cell.slide != "skip":
            self.say = markup.inline(cell.say) if cell.say else ""
            self._brings(cell, result, behind)
        if cell.say and (self.say or cell.slide == "skip"):
            raise ValueError(f"cell {cell.id} makes no slide to say {cell.say[:40]!r} on; move it to one that does")

    def _brings(self, cell: Cell, result: Result | None, behind: bool) -> None:
        self.seconds = cell.seconds or self.seconds
        if not cell.code:
            opened = markup.SECTION.search(cell.source)
            self.section = markup.inline(opened[1]) if opened else self.section
            self._text(cell, behind)
        elif cell.shown and result is not None:
            self._result(cell, result)

    # ── text ──

    def _text(self, cell: Cell, behind: bool) -> None:
        text = markup.html(markup.HEADING.sub("", cell.source)).replace("<details>", "<details open>")
        if cell.slide == "notes":
            self.read.append((cell.section, text))
            about = LOOKS_BACK.search(cell.source) or (behind and not OPENS.match(cell.source))
            if about and self.all and self.all[-1].form != "vote":  # whose outcome is still to come
                self.settle()
            return
        for part in markup.parts(cell.source):
            self._part(cell, part)
        if HALL not in cell.tags and self.all and self.all[-1].form != "title" and text:
            self.all[-1].notes.append(text)

    def _part(self, cell: Cell, part: markup.Part) -> None:
        if part.level == 1:
            asked = markup.html(part.rest[0]) if part.rest else ""
            self._new(cell, "title", title=markup.inline(part.heading), body=asked)
            return
        if part.level == 2:
            self.section = self.heading = markup.inline(part.heading)
        elif part.level:
            self.heading = markup.inline(part.heading)
        blocks = part.rest if HALL in cell.tags else markup.condensed(part.rest)
        body = markup.html("\n\n".join(blocks))
        if part.level or body:
            answered = self.asked if self.all and self.all[-1].form == "vote" else ""
            self._new(cell, "text", title=self.heading if part.level else "", body=body, vote=answered)
            self.asked = "" if answered else self.asked

    def settle(self) -> None:
        """Texts that were read go to the last slide of their section, which has just come if it is one; the text of a
        section without slides stays in the chapter.
        """
        read, self.read = self.read, []
        for section, text in read:
            there = [slide for slide in self.all if slide.section == section]
            if there:
                there[-1].notes.append(text)
            else:
                self.read.append((section, text))

    # ── what a cell computed ──

    def _result(self, cell: Cell, result: Result) -> None:
        value, printed = showing.opened(result.value), escape(result.printed)
        view = showing.view_of(value)
        if isinstance(value, Prediction):
            self.asked = cell.id
            options = tuple(map(markup.inline, value.options))
            found = markup.inline(value.measured()) if value.measured else ""
            asked = markup.inline(value.question)
            told = {"options": options, "vote": cell.id, "right": value.right, "measured": found}
            self._new(cell, "vote", title=asked, **told)
            return
        if isinstance(value, Table):
            self._foot(cell, showing.claims(value))
            return
        if "show" in cell.tags:
            self._outcome(cell, "code", _code(cell, "" if view else printed))
        elif printed and view is None:  # a picture says it itself
            self._foot(cell, f"<pre>{printed}</pre>" if len(printed.splitlines()) <= FOOT else "")
        if view is not None:
            drawn = isinstance(view, Drawing)  # a chart has its own title in it
            title = escape(view.title) if drawn else self.heading
            self._outcome(cell, "picture", showing.picture(view, self._answers), title)
        elif isinstance(value, BaseLab):
            still, live = showing.still(value, cell.section, cell.views), showing.live(value, cell.views, cell.kinds)
            self._outcome(cell, "lab", still, escape(value.title), live)
        elif isinstance(value, pd.DataFrame):
            self._outcome(cell, "text", showing.rows(value))

    def _outcome(self, cell: Cell, form: str, body: str, title: str = "", lab: Live | None = None) -> None:
        """Something to be seen: on a slide whose heading waits for it, or on its own. It may answer the room."""
        if self.all and self.all[-1].waits:
            slide = self.all[-1]
            slide.form, slide.body, slide.lab = form, body, lab
            slide.seconds, self.seconds = slide.seconds + self.seconds, 0
            slide.say, self.say = f"{slide.say} {self.say}".strip(), ""
            self.settle()
        else:
            slide = self._new(cell, form, title=title, body=body, lab=lab)
        slide.vote = slide.vote or self.asked
        if form != "code":
            self.asked = ""
        self.seen = True

    @property
    def _answers(self) -> bool:
        """Whether what comes next stands on a slide that answers the room."""
        return bool(self.asked or (self.all and self.all[-1].waits and self.all[-1].vote))

    def _foot(self, cell: Cell, line: str) -> None:
        if not line:
            return
        if not self.all or self.all[-1].form in ("title", "vote"):
            self._new(cell, "text", title=self.heading)
        self.all[-1].foot.append(line)

    def _new(self, cell: Cell, form: str, **more: object) -> Slide:
        over = self.section if self.section != more.get("title") else ""
        slide = Slide(cell.id, form, cell.section, over, say=self.say, seconds=self.seconds, **more)  # type: ignore[arg-type]
        self.seconds, self.say = 0, ""
        self.all.append(slide)
        self.settle()
        return slide


def made(cells: Sequence[Cell], results: dict[str, Result]) -> list[Slide]:
    """The slides of these cells, each with a name of its own."""
    slides = Slides()
    for cell in cells:
        slides.add(cell, results.get(cell.id))
    slides.settle()
    return list(_named(slides.all))


def _named(slides: Sequence[Slide]) -> Iterator[Slide]:
    """A cell's second slide gets its number behind the cell's id."""
    count: dict[str, int] = {}
    for slide in slides:
        count[slide.name] = count.get(slide.name, 0) + 1
        if count[slide.name] > 1:
            slide.name = f"{slide.name}-{count[slide.name]}"
        yield slide


def _code(cell: Cell, printed: str) -> str:
    """Code and, below it, what it printed, as far as that fits."""
    code = "\n".join(line for line in cell.source.splitlines() if not line.strip().startswith("###"))
    room = max(1, LINES - len(code.splitlines()))
    lines = printed.splitlines()
    said = "\n".join(lines if len(lines) <= room else [*lines[: room - 1], "…"])
    return f"<pre><code>{escape(code)}</code></pre>" + (f'<pre class="printed">{said}</pre>' if said else "")
