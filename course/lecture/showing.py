"""What a cell computed, as a slide shows it: pictures in both themes, labs, questions, claims as one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from statistics import mean
from typing import Any

import pandas as pd

from course import views, wording
from course.drawings import Picture
from course.labs import DepthLab, InstantLab, Lab, recordings
from course.labs.base import BaseLab
from course.labs.folded import Folded
from course.lecture.playing import played
from course.page.alone import alone
from course.page.computes import computable, computes
from course.page.fallback import Fallback
from course.page.protocol import Alone, Computes, DeclaredControl, Filmed
from course.papers import Claim, Table
from course.views import Drawing, Lines, Map, View
from course.views.chart import CAPTION

Live = Alone | Computes | Filmed  # what a page needs that shows a lab by itself
MINUS = re.compile(r"(?<![\w.-])-(?=\d)")  # a hyphen that stands for one
SIZE = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')
MOST_CLAIMS, LONGEST_CLAIM = 2, 180  # claims in a line, letters
WIDTH = 800  # of a picture as it is drawn
SCALE = 2.2  # how much larger a slide shows it: its smallest type has 11 px
MOST_VIEWS = 2  # of a live lab
ROOM, VOTES = 860, 80  # pixels of height that a slide has for it, of which the room's votes take some
RECORDED = (10, 50)  # depths of the recordings that stand in for a lab where nothing trains


def opened(value: Any) -> Any:
    """What is behind a fold: in a hall the vote comes before it."""
    return value.shown if isinstance(value, Folded) else value


def view_of(value: Any) -> View | None:
    """The view that a value is, or that a figure carries; None for anything else."""
    found = getattr(value, "view", value)
    return found if isinstance(found, Lines | Map | Drawing) else None


def picture(view: View, answers: bool = False) -> str:
    """A view as HTML, which takes the page's theme and the free height of its slide. answers: whether it answers the
    room, whose votes then stand below it.
    """
    if isinstance(view, Picture):
        return f'<div class="drawn" style="--ratio:{view.width / view.height:.4g}">{view.html}</div>'
    if isinstance(view, Lines):
        height = (ROOM - VOTES * answers) / SCALE - CAPTION * bool(view.caption)
        return f'<div class="views">{_fitting([views.svg(view, "css", WIDTH, height)])}</div>'
    return _row([view])


def still(lab: BaseLab, section: str, places: Sequence[int] = ()) -> str:
    """What is seen of a lab where it is not live: on paper, and where nobody trains it. Recordings where there are any;
    of an instant lab its first setting, which takes seconds; networks that were given stay in the notebook.
    places: of its views those that are shown; all if empty.
    """
    found = _views(lab)
    found = [found[place] for place in places] or found
    if not found:
        return f"<p>The networks of this lab train in the notebook, section {section}.</p>"
    return _row(found)


def live(lab: BaseLab, places: Sequence[int] = (), kinds: Sequence[str] = ()) -> Live | None:
    """What a page needs to train or compute this lab by itself, or to play its film; None if none can, or if it has
    more views than a slide has room for beside the controls. places, kinds: of its views, and of its kinds of network,
    those that are shown; all if empty.
    """
    if isinstance(lab, InstantLab) and len(places or lab.shown.views) > MOST_VIEWS:
        return None
    lab.lecture = True
    if isinstance(lab, InstantLab) and (film := played(lab, places)):
        return film
    if isinstance(lab, InstantLab):
        return computes(lab) | {"places": list(places)} if computable(lab) else None
    try:
        told = alone(lab)
    except ValueError:
        return None
    told["declared"]["controls"] = [_only(control, kinds) for control in told["declared"]["controls"]]
    return told


def _only(control: DeclaredControl, kinds: Sequence[str]) -> DeclaredControl:
    """The choice of the kind of network, of these kinds alone."""
    if control["role"] != "kind" or not kinds:
        return control
    rows = zip(control["options"], control["labels"], control["families"], strict=True)
    options, labels, families = (list(row) for row in zip(*(row for row in rows if row[0] in kinds), strict=True))
    return {**control, "options": options, "labels": labels, "families": families}


def is_slider(control: DeclaredControl) -> bool:
    """Whether a slide has a slider for it."""
    return control["type"] == "number" and not control["small"]


def rows(table: pd.DataFrame) -> str:
    """A table; its rows' names if they have any, and each minus as one."""
    named = not isinstance(table.index, pd.RangeIndex)
    return MINUS.sub("−", table.to_html(index=named, border=0))


def claims(table: Table) -> str:
    """Claims as one line each: what was measured, the mean of the seeds; of many, how many there are."""
    recorded = [(claim, values) for claim, values, _ in table.claims if values]
    if len(recorded) > MOST_CLAIMS:
        return (
            f"● {len(table.claims)} claims, {len(recorded)} of them recorded: in the notebook, each beside its source."
        )
    return "<br>".join(f"● {escape(_measured(claim, values))}" for claim, values in recorded)


def _measured(claim: Claim, values: dict[str, list[float]]) -> str:
    """What was measured for a claim; its statement where that would be a table."""
    said = ", ".join(f"{group} {wording.number(mean(found))}" for group, found in values.items())
    seeds = wording.counted(max(map(len, values.values())), "seed")
    line = f"{claim.measured}: {said} (mean of {seeds})"
    return MINUS.sub("−", line) if len(line) <= LONGEST_CLAIM else f"{claim.statement} ({seeds})"


def _views(lab: BaseLab) -> Sequence[View]:
    if isinstance(lab, InstantLab):
        film = lab.film()
        return (film[-1] if film else lab.train() if lab.trains else lab.shown).views
    if isinstance(lab, DepthLab) and lab.has_recordings:
        _show_recorded(lab)
    if isinstance(lab, Lab):
        lab.above = None  # in a hall the vote comes before it
    return Fallback.of_lab(lab).views if isinstance(lab, Lab) and lab.on_chart else ()


def _show_recorded(lab: DepthLab) -> None:
    """The recordings of the lab's kind of network; its controls stay where they are."""
    asked = dict(lab.settings)
    for depth in RECORDED:
        lab.set(depth=depth)
        if recordings.run_for(lab.name, lab.settings):
            lab.show_recorded()
    lab.set(**asked)


def _row(shown: Sequence[View]) -> str:
    """Views side by side, as many of them as there is room for, in the colours of the page; with a map among them,
    which cannot take these, once for each theme.
    """
    if any(isinstance(view, Map) for view in shown):
        themes = {theme: _fitting(views.row(shown, WIDTH, theme)) for theme in ("light", "dark")}
        return "".join(f'<div class="views on-{theme}">{drawn}</div>' for theme, drawn in themes.items())
    return f'<div class="views">{_fitting(views.row(shown, WIDTH, "css"))}</div>'


def _fitting(drawn: Sequence[str]) -> str:
    """Pictures in their size on a slide, from the first on, row after row until the slide is full."""
    kept, left, top, below = "", 0.0, 0.0, 0.0
    for svg in drawn:
        width, height = (float(size) for size in SIZE.search(svg).groups())  # type: ignore[union-attr]
        if left and left + width > WIDTH + 1:
            left, top = 0.0, below
        if top and (top + height) * SCALE > ROOM:
            break
        left, below = left + width, max(below, top + height)
        scale = min(SCALE, ROOM / height)
        kept += svg.replace("<svg ", f'<svg style="width:{width * scale:g}px;font:14px var(--font-ui)" ', 1)
    return kept
