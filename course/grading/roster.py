"""Who is in the course: a table from Canvas, Moodle or Gradescope, or one's own, and whom a clue in it means."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]
SINGLE = {  # columns that name a student, and what kind of clue each is
    "id": "canvas", "identifier": "moodle", "participant id": "moodle", "email": "email", "email address": "email",
    "e-mail": "email", "sis user id": "id", "sis login id": "id", "id number": "id", "sid": "id", "student id": "id",
    "username": "id", "login": "id", "user": "id", "number": "id", "student": "name", "full name": "name",
    "name": "name", "first name last name": "name",
}  # fmt: skip
FIRST, LAST = ("first name", "first_name", "firstname"), ("last name", "last_name", "surname", "lastname")


class Clue(NamedTuple):
    """Something that may name a student: of the kind "canvas", "moodle" or "email", or "any", for names, too."""

    kind: str
    text: str


class Table(NamedTuple):
    """A CSV file: its columns as they are called, and a dict for each line."""

    columns: list[str]
    rows: list[Row]


def table(file: Path) -> Table:
    """Read a CSV file, of commas, semicolons or tabs. Raises ValueError where it is not there or is none."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError:
        raise ValueError(f"there is no file {str(file)!r}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{str(file)!r} is not UTF-8: save it as CSV UTF-8") from None
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=separator) if any(map(str.strip, line))]
    except csv.Error as error:
        raise ValueError(f"{str(file)!r} is no CSV file: {error}") from None
    if not lines:
        raise ValueError(f"{str(file)!r} is empty: its first line names the columns")
    columns = [name.strip() for name in lines[0]]
    return Table(columns, [dict(zip(columns, [*line, *[""] * len(columns)], strict=False)) for line in lines[1:]])


def plain(text: str) -> str:
    """A name as it is compared: letters and digits alone, without accents, in lower case.

    >>> plain("García, Ana"), plain("garciaana")
    ('garciaana', 'garciaana')
    """
    parts = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ß", "ss").replace("ø", "o"))
    return "".join(part for part in parts if part.isalnum())


def _names(text: str) -> set[str]:
    """A name as it may be written: as it is, and with its words in order, whichever comes first."""
    words = [plain(word) for word in re.split(r"[\s,_.\-]+", text)]
    return {plain(text), " ".join(sorted(filter(None, words)))} - {""}


class Roster:
    """The students of a course. Raises ValueError for a table in which no column names them."""

    def __init__(self, file: Path):
        self.columns, rows = table(file)
        self._found: dict[Clue, set[int]] = defaultdict(set)
        known = {column: SINGLE[column.casefold()] for column in self.columns if column.casefold() in SINGLE}
        first, last = (next((c for c in self.columns if c.casefold() in names), "") for names in (FIRST, LAST))
        if not known and not (first and last):
            raise ValueError(f"{str(file)!r} has the columns {', '.join(self.columns)}; one of them has to name the "
                             f"students: {', '.join(SINGLE)}, or first name and last name")  # fmt: skip
        self.rows = [row for row in rows if any(row[column].strip() for column in (*known, first, last) if column)
                     and not row[self.columns[0]].strip().casefold().startswith("points possible")]  # fmt: skip
        for number, row in enumerate(self.rows):
            for column, kind in known.items():
                self._learn(number, kind, row[column].strip())
            if first and last:
                self._learn(number, "name", f"{row[last]}, {row[first]}")
                self._learn(number, "name", f"{row[first]} {row[last]}")
        self._kinds = known
        self._name = next((c for c in known if known[c] == "name"), "")
        self._both = (first, last)

    def _learn(self, number: int, kind: str, text: str) -> None:
        """Names are compared by their letters, all else as it is: `=1+1` is not the student of number 11."""
        if not text:
            return
        if kind == "moodle":  # "Participant 12345"
            text = text.rpartition(" ")[2]
        clues = {Clue(kind, text.casefold()), Clue("exact", text.casefold())}
        if kind == "email":
            text = text.split("@")[0]
            clues.add(Clue("exact", text.casefold()))
        if kind in ("name", "email"):
            clues |= {Clue("name", name) for name in _names(text) if not name.isdigit()}
        for clue in clues:
            self._found[clue].add(number)

    def name(self, number: int) -> str:
        """What the student of this row is called."""
        row = self.rows[number]
        both = " ".join(row[column] for column in self._both if column)
        return (row[self._name] if self._name else both or next(iter(row.values()))).strip()

    def known(self, number: int, kind: str) -> str:
        """What this row says first of a kind: "email", or "id" for a login or a student number; empty for nothing."""
        found = (self.rows[number][column].strip() for column in self._kinds if self._kinds[column] == kind)
        return next(filter(None, found), "")

    def find(self, clues: list[Clue]) -> tuple[int | None, str]:
        """The row that the first clue which fits means; None, and why not, where none fits or several do."""
        several = ""
        for kind, text in clues:
            asked = [Clue("exact" if kind == "any" else kind, text.casefold())]
            if kind == "any":
                asked += [Clue("name", name) for name in _names(text)]
            rows = {number for clue in asked for number in self._found.get(clue, ())}
            if len(rows) == 1:
                return rows.pop(), ""
            if rows:
                several = f"{text!r} fits {len(rows)} students of the roster"
        return None, several or "nobody on the roster is called so"
