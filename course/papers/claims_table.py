"""Claims as a table: statement, published, ours with the lowest and highest seed, hardware, command."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from statistics import mean
from typing import Any

from course import wording
from course.papers.catalogue import CLAIMS, claim
from course.papers.claim import Claim
from course.papers.recording import header, values

HEAD = ("claim", "◇ published", "● ours: mean (lowest to highest)", "hardware", "command")


@dataclass(frozen=True)
class Table:
    """Shows itself in a notebook as HTML, elsewhere as text."""

    claims: tuple[tuple[Claim, dict[str, list[float]], dict[str, Any]], ...]  # with its values and their header

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells as text; where nothing has been recorded they say so."""
        return [self._row(*each) for each in self.claims]

    def _row(self, claim: Claim, values: dict[str, list[float]], header: dict[str, Any]) -> tuple[str, ...]:
        ours, hardware = claim.cannot or "not yet recorded", "–"
        if values:
            ours = f"{claim.measured}: " + "; ".join(f"{group} {_spread(found)}" for group, found in values.items())
            hardware = f"{header['hardware']}, {header['threads']} thread, torch {header['versions']['torch']}"
        command = f"course reproduce {claim.id}" if claim.groups or claim.experiment else "–"
        return f"{claim.statement} ({claim.paper})", claim.published or "–", ours, hardware, command

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}

    def html(self) -> str:
        """A table that reads in any notebook."""
        head = "".join(f'<th scope="col" style="text-align:left">{word}</th>' for word in HEAD)
        cell = '<td style="text-align:left;vertical-align:top">{}</td>'
        rows = [(*map(escape, row[:-1]), f"<code>{escape(row[-1])}</code>") for row in self.rows]
        body = "".join(f"<tr>{''.join(map(cell.format, row))}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        return "\n\n".join("\n".join(f"{h}: {c}" for h, c in zip(HEAD, row, strict=True)) for row in self.rows)


def _spread(values: list[float]) -> str:
    middle, low, high = (wording.number(value) for value in (mean(values), min(values), max(values)))
    seeds = f"{len(values)} seed{'s' * (len(values) != 1)}"
    return f"{middle} ({seeds})" if low == high else f"{middle} ({low} to {high}, {seeds})"


def table(*names: str, chapter: int | None = None) -> Table:
    """The claims of these ids, or of a chapter, with what was published beside what was recorded."""
    wanted = [claim(name) for name in names] or [c for c in CLAIMS.values() if chapter in c.chapters]
    return Table(tuple((c, values(c.id), header(c.id)) for c in wanted))
