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
    """A CSV file: its columns as they are called, a dict for each row, and the line of the file in which it begins.
    What stands beyond the last column belongs to it.
    """

    columns: list[str]
    rows: list[Row]
    lines: list[int]


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
    reader, found, before = csv.reader(io.StringIO(text), delimiter=separator), [], 0
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                found.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        raise ValueError(f"{str(file)!r} is no CSV file: {error}") from None
    if not found:
        raise ValueError(f"{str(file)!r} is empty: its first line names the columns")
    columns = [name.strip() for name in found[0][1]]
    last = len(columns) - 1
    rows = [[*cells[:last], *[""] * (last - len(cells)), separator.join(cells[last:]).rstrip(separator)]
            for _, cells in found[1:]]  # fmt: skip
    return Table(columns, [dict(zip(columns, row, strict=True)) for row in rows], [line for line, _ in found[1:]])


def plain(text: str) -> str:
    """A name as it is compared: letters and digits alone, without accents, in lower case.

    >>> plain("García, Ana"), plain("garciaana")
    ('garciaana', 'garciaana')
    """
    parts = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ß", "ss").replace("ø", "o"))
    return "".join(part for part in parts if part.isalnum())


def words(text: str) -> list[str]:
    """The words of a name, as they are compared."""
    return [word for word in map(plain, re.split(r"[\s,_.\-]+", text)) if word]


def _names(text: str) -> set[str]:
    """A name as it may be written: as it is, and with its words in order, whichever comes first."""
    return {plain(text), " ".join(sorted(words(text)))} - {""}


def asked(text: str) -> set[Clue]:
    """What somebody is looked for by: an id or an email as it is, a name by its letters."""
    return {Clue("exact", text.casefold()), *(Clue("name", name) for name in _names(text))}


def known_by(kind: str, text: str) -> set[Clue]:
    """What finds somebody of whom this is said. Names are compared by their letters, all else as it is: `=1+1` is not
    the student of number 11.
    """
    short = text.rpartition(" ")[2] if kind == "moodle" else text  # of "Participant 12345"
    clues = {Clue(kind, short.casefold()), *(Clue("exact", one.casefold()) for one in (short, text))} if text else set()
    if kind == "email":
        text = text.split("@", maxsplit=1)[0]
        clues |= {Clue("exact", text.casefold())} if text else set()
    if kind in ("name", "email"):
        clues |= {Clue("name", name) for name in _names(text) if not name.isdigit()}
    return clues


def is_test(name: str) -> bool:
    """Whether this is whom Canvas adds to each course for its teachers' tries."""
    return plain(name) == "studenttest"


class Roster:
    """The students of a course, and what each is `called`. Raises ValueError for a table in which no column names them.

    canvas: it is Canvas's gradebook, whose line of the most points is `possible`, and whose test student is left out.
    moodle: it is Moodle's grading worksheet. no_row: what follows for who is not in it.
    """

    def __init__(self, file: Path):
        self.columns, rows, _ = table(file)
        known = {column: SINGLE[column.casefold()] for column in self.columns if column.casefold() in SINGLE}
        first, last = (next((c for c in self.columns if c.casefold() in names), "") for names in (FIRST, LAST))
        if not known and not (first and last):
            raise ValueError(f"{str(file)!r} has the columns {', '.join(self.columns)}; one of them has to name the "
                             f"students: {', '.join(SINGLE)}, or first name and last name")  # fmt: skip
        self.canvas = {"Student", "ID"} <= set(self.columns)
        self.moodle = {"Identifier", "Grade"} <= set(self.columns)
        whose = "Canvas" if self.canvas else "Moodle" if self.moodle else ""
        self.no_row = f", so without a row for {whose}" if whose else ""
        named = [row for row in rows if any(row[column].strip() for column in (*known, first, last) if column)]
        self.possible = next(filter(_of_points, named), {})
        self.rows = [row for row in named if not _of_points(row) and not (self.canvas and is_test(row["Student"]))]
        self.called: list[set[Clue]] = []
        self._found: dict[Clue, set[int]] = defaultdict(set)
        for number, row in enumerate(self.rows):
            said = {(kind, row[column].strip()) for column, kind in known.items()}
            if first and last:
                said |= {("name", f"{row[last]}, {row[first]}"), ("name", f"{row[first]} {row[last]}")}
            self.called.append({clue for kind, text in said for clue in known_by(kind, text)})
            for clue in self.called[-1]:
                self._found[clue].add(number)
        self._name = next((c for c in known if known[c] == "name"), "")
        self._both = (first, last)

    def name(self, number: int) -> str:
        """What the student of this row is called."""
        row = self.rows[number]
        both = " ".join(row[column] for column in self._both if column)
        return (row[self._name] if self._name else both or next(iter(row.values()))).strip()

    def find(self, clues: list[Clue]) -> tuple[int | None, str]:
        """The row that the first clue which fits means; None, and why not, where none fits or several do."""
        several = ""
        for kind, text in clues:
            clues_of = asked(text) if kind == "any" else {Clue(kind, text.casefold())}
            rows = {number for clue in clues_of for number in self._found.get(clue, ())}
            if len(rows) == 1:
                return rows.pop(), ""
            if rows:
                several = f"{text!r} fits {len(rows)} students of the roster"
        return None, several or "nobody on the roster is called so"


def _of_points(row: Row) -> bool:
    return next(iter(row.values())).strip().casefold().startswith("points possible")
