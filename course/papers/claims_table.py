"""Claims as a table: the statement, what was published, and ours, a row for each group; hardware and command once."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from statistics import mean
from typing import Any

from course import wording
from course.papers.catalogue import CLAIMS, claim
from course.papers.claim import Claim
from course.papers.recording import header, values

HEAD = ("", "mean", "lowest", "highest")
LEFT, RIGHT = ' style="text-align:left"', ' style="text-align:right"'


@dataclass(frozen=True)
class Table:
    """Shows itself in a notebook as HTML, elsewhere as text. brief: the measured values alone, for a place whose text
    says what they are about. noted: hardware and command are said, once for all claims.
    """

    claims: tuple[tuple[Claim, dict[str, list[float]], dict[str, Any]], ...]  # with its values and their header
    brief: bool = False
    noted: bool = False

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> str:
        """A table that reads in any notebook: a head for each claim, then a row for each of its groups."""
        head = "".join(f'<th scope="col"{RIGHT}>{word}</th>' for word in HEAD)
        bodies = "".join(self._body(*each) for each in self.claims)
        notes = "".join(f"<p>{escape(line)}</p>" for line in self._notes())
        return f"<table><thead><tr>{head}</tr></thead>{bodies}</table>{notes}"

    def _body(self, claim: Claim, values: dict[str, list[float]], _: dict[str, Any]) -> str:
        lines = [
            f"<b>{escape(line)}</b>" if i == 0 else escape(line) for i, line in enumerate(self._head(claim, values))
        ]
        title = f'<tr><th scope="rowgroup" colspan="{len(HEAD)}"{LEFT}>{"<br>".join(lines)}</th></tr>'
        rows = "".join(
            f'<tr><th scope="row"{LEFT}>{escape(group)}</th>'
            + "".join(f"<td{RIGHT}>{number}</td>" for number in _spread(found))
            + "</tr>"
            for group, found in values.items()
        )
        return f"<tbody>{title}{rows}</tbody>"

    def _head(self, claim: Claim, values: dict[str, list[float]]) -> list[str]:
        """The lines above a claim's rows."""
        ours = f"{claim.measured}, {_seeds(values)}" if values else claim.cannot or "not yet recorded"
        if self.brief:
            return [ours]
        published = [f"◇ published: {claim.published}"] if claim.published else []
        return [f"{claim.statement} ({claim.paper})", *published, f"● ours [{claim.id}]: {ours}"]

    def _notes(self) -> list[str]:
        """What is said once below all claims: where the recordings were made, and how to make them anew."""
        if not self.noted:
            return []
        made: dict[str, list[str]] = {}
        for one, _, how in self.claims:
            if how:
                where = f"{how['hardware']}, {how['threads']} thread, torch {how['versions']['torch']}"
                made.setdefault(where, []).append(one.id)
        places = [
            f"recorded on: {where}" + (f" ({', '.join(ids)})" if len(made) > 1 else "") for where, ids in made.items()
        ]
        return [*places, "course reproduce ID, with the name in square brackets, makes a recording anew."]

    def __repr__(self) -> str:
        parts = [
            "\n".join(self._head(claim, values) + [f"  {group} {_said(found)}" for group, found in values.items()])
            for claim, values, _ in self.claims
        ]
        return "\n\n".join(parts + (["\n".join(self._notes())] if self._notes() else []))


def _seeds(values: dict[str, list[float]]) -> str:
    seeds = wording.counted(most := max(map(len, values.values())), "seed")
    alike = most > 1 and all(len(set(found)) == 1 for found in values.values())
    return f"the same with {seeds}" if alike else seeds


def _spread(found: list[float]) -> tuple[str, str, str]:
    """Mean, lowest and highest; the last two are left out where all seeds agree."""
    middle, low, high = (wording.number(value) for value in (mean(found), min(found), max(found)))
    return (middle, "", "") if low == high else (middle, low, high)


def _said(found: list[float]) -> str:
    middle, low, high = _spread(found)
    return f"{middle} ({low} to {high})" if low else middle


def table(*names: str, chapter: int | None = None) -> Table:
    """The claims of these ids, or all of a chapter, with what was published beside what was recorded. A chapter's table
    also says on what hardware, and how a recording is made anew.
    """
    wanted = [claim(name) for name in names] or [c for c in CLAIMS.values() if chapter in c.chapters]
    return Table(tuple((c, values(c.id), header(c.id)) for c in wanted), noted=not names)


def ours(*names: str) -> Table:
    """What was recorded for the claims of these ids, without the claims."""
    return Table(table(*names).claims, brief=True)
