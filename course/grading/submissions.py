"""Who handed in what: notebooks, a folder for each student, and what Moodle, Canvas and Gradescope make of a class, as
zips or unpacked. Nobody is dropped: what cannot be read or matches nobody is listed with the reason.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from course.grading.files import Entry, File, Refused, beneath, entries
from course.grading.roster import Clue, Roster, is_test, known_by

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.S)
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.S)
AGAIN = re.compile(r"\s*(?:\(\d+\)|-\s?Copy\d*)$")  # "(1)" of a browser, "-Copy1" of JupyterLab
METADATA, TIMESTAMP = "submission_metadata.yml", "timestamp.txt"
TYPED = "_assignsubmission_onlinetext"
NO_NOTEBOOK = "this is no notebook: its name has to end in .ipynb"


@dataclass(frozen=True)
class Student:
    """Who handed something in, as far as it is known: their ids at Canvas and Moodle, email, number, row of the roster,
    and what that says of them.
    """

    name: str
    canvas: str = ""
    moodle: str = ""
    email: str = ""
    number: str = ""
    row: int | None = None
    unmatched: str = ""  # why there is no row, where there is a roster
    listed: frozenset[Clue] = frozenset()

    @property
    def called(self) -> set[Clue]:
        """All that finds them."""
        said = {("name", self.name), *((kind, text) for kind, text in self.clues if kind != "any")}
        return {clue for kind, text in said for clue in known_by(kind, text)} | self.listed

    @property
    def clues(self) -> list[Clue]:
        """What a roster may know them by, the surest first."""
        texts = {"canvas": self.canvas, "moodle": self.moodle, "email": self.email, "id": self.number}
        return [Clue(kind, text) for kind, text in texts.items() if text] + [Clue("any", self.name)]

    @property
    def key(self) -> str:
        """The same for the same student."""
        row = "" if self.row is None else str(self.row)
        known = {"row": row, "canvas": self.canvas, "moodle": self.moodle, "email": self.email, "id": self.number}
        return next((f"{kind}: {text}" for kind, text in known.items() if text), f"name: {self.name}")


@dataclass(frozen=True)
class Submission:
    """What was handed in by a student, or by some together. `id` is the name of its file or folder without ending."""

    id: str
    students: tuple[Student, ...]
    file: File | None = None  # the notebook that counts
    problem: str = ""  # why it cannot be graded
    notes: tuple[str, ...] = ()
    time: datetime | None = None
    late: bool = False  # the platform says so
    digest: str = ""  # of the file's content

    @property
    def student(self) -> str:
        """The students' names."""
        return "; ".join(student.name for student in self.students)

    def raw(self) -> bytes:
        """The notebook's bytes. Raises Refused where they cannot be read."""
        if self.file is None:
            raise Refused(self.problem)
        return self.file.read()


class Collected(NamedTuple):
    """The submissions by id, what does not count because the same student handed in another (file, instead), the names
    of those on the roster who handed in nothing, and what Canvas's test student handed in, which is left out.
    """

    submissions: list[Submission]
    replaced: list[tuple[str, str]]
    absent: list[str]
    tries: list[str] = []  # noqa: RUF012


def collect(source: Path, leave_out: Path | None = None, roster: Roster | None = None, pattern: str = "",
            handout: str = "") -> Collected:  # fmt: skip
    """What lies in a folder or a zip. leave_out: a folder in it, the gradebook's. pattern: a regular expression whose
    group `student` stands in a file's or folder's name. handout: the name of the notebook that students were given,
    which says nothing about who hands it in. Raises ValueError for a source or a pattern that is none.
    """
    named = _pattern(pattern)
    top = entries(source, leave_out)
    metadata = _metadata(top)
    handed_in = [
        _matched(_submission(entry, metadata.get(entry.name), named, handout), roster)
        for entry in top
        if entry.folder or entry.name not in (METADATA, TIMESTAMP)
    ]
    tries = [one.id for one in handed_in if any(student.canvas and is_test(student.name) for student in one.students)]
    counting, dropped = _latest([one for one in handed_in if one.id not in tries])
    there = {student.row for one in counting for student in one.students}
    absent = [roster.name(row) for row in range(len(roster.rows)) if row not in there] if roster else []
    folders = {entry.name for entry in top if entry.folder}
    return Collected([_read(one) for one in _with_ids(counting, folders)], dropped, absent, tries)


def of_one(folder: Path) -> Submission:
    """A folder in which one student's files lie."""
    entry = Entry(folder.name, beneath(folder), True)
    return _read(_submission(entry, None, None, ""))


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        found = re.compile(text) if text else None
    except re.error as error:
        raise ValueError(f"--pattern is no regular expression: {error}; got {text!r}") from None
    if found is not None and "student" not in found.groupindex:
        raise ValueError(f"--pattern needs a group (?P<student>…), as in '(?P<student>[a-z]+)_hw4'; got {text!r}")
    return found


def _submission(entry: Entry, metadata: dict[str, Any] | None, pattern: re.Pattern[str] | None,
                handout: str) -> Submission:  # fmt: skip
    """One entry at the top. Its id is the entry's name: `_with_ids` shortens it."""
    moodle, canvas = MOODLE.fullmatch(entry.name), None if entry.folder else CANVAS.fullmatch(entry.name)
    stem = entry.name if entry.folder else Path(entry.name).stem
    time, late = None, False
    if metadata is not None:
        students, time = _submitters(metadata, entry.name), _moment(str(metadata.get(":created_at", "")))
    elif moodle:
        students = (Student(moodle["name"], moodle=moodle["id"]),)
    elif canvas:
        students, late = (Student(canvas["name"], canvas=canvas["id"]),), bool(canvas["late"])
    else:
        students = (Student(_named(stem, pattern, handout)),)
    chosen, problem, note = _chosen(entry, timed=bool(moodle))
    if chosen is not None and moodle:
        time = chosen.time
    for file in entry.files:
        if entry.folder and file.name == TIMESTAMP:
            time = _stamp(file) or time
    return Submission(entry.name, students, chosen, problem, (note,) if note else (), time, late)


def _named(stem: str, pattern: re.Pattern[str] | None, handout: str) -> str:
    """The student's name from a file's or folder's: what the pattern finds, or all but the handout's name."""
    if pattern is not None:
        found = pattern.search(stem)
        return found["student"] if found and found["student"] else stem
    short = AGAIN.sub("", stem)
    if handout:
        short = re.sub(rf"[\s_-]*{re.escape(handout)}[\s_-]*", "", short)
    return short or stem


def _chosen(entry: Entry, timed: bool) -> tuple[File | None, str, str]:
    """The notebook that counts, why there is none, and what is to be said."""
    notebooks = [file for file in entry.files if file.name.endswith(".ipynb")]
    if not notebooks:
        there = "only text typed into Moodle" if TYPED in entry.name else "no notebook in the folder"
        return None, f"there is {there}: hand in the .ipynb file" if entry.folder else NO_NOTEBOOK, ""
    if len(notebooks) == 1:
        return notebooks[0], "", ""
    if timed and all(file.time for file in notebooks) and len({file.time for file in notebooks}) > 1:
        last = max(notebooks, key=lambda file: (file.time or datetime.min, file.name))
        return last, "", f"of {len(notebooks)} notebooks the later counts, {last.name}"
    return notebooks[-1], "", f"of {len(notebooks)} notebooks the last by name counts, {notebooks[-1].name}"


def _stamp(file: File) -> datetime | None:
    try:
        return _moment(file.read()[:100].decode("utf-8-sig", "replace"))
    except Refused:
        return None


def _moment(text: str) -> datetime | None:
    """A time as the platforms write it: `2026-11-29 09:15:02.5 UTC`, `… +0100`, `… Europe/Paris`."""
    found = re.match(r"\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*([\w+\-/:]*)", text)
    if not found:
        return None
    day, clock, _, zone = found.groups()
    try:
        if re.fullmatch(r"Z|UTC|[+-]\d\d:?\d\d", zone):
            return datetime.fromisoformat(f"{day} {clock}{zone.replace('UTC', 'Z')}")
        moment = datetime.fromisoformat(f"{day} {clock}")
        return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment
    except (ValueError, OSError, KeyError):
        return None


def _metadata(top: list[Entry]) -> dict[str, dict[str, Any]]:
    """Gradescope's list of who made which submission."""
    file = next((entry.files[0] for entry in top if entry.name == METADATA and not entry.folder), None)
    if file is None:
        return {}
    import yaml

    loads: Any = type("Loader", (yaml.SafeLoader,), {})

    def ruby(loader: Any, tag: str, node: Any) -> Any:
        """The plain value in one of Ruby's own, as its times are."""
        found = loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else node.value
        return found.get("utc", found) if isinstance(found, dict) else found

    loads.add_multi_constructor("!ruby/", ruby)
    try:
        found = yaml.load(file.read().decode("utf-8"), loads)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, TypeError, RecursionError):
        raise ValueError(f"{METADATA} cannot be read: export the submissions from Gradescope anew") from None
    kept = found.items() if isinstance(found, dict) else ()
    return {str(name): about for name, about in kept if isinstance(about, dict)}


def _submitters(metadata: dict[str, Any], name: str) -> tuple[Student, ...]:
    listed = metadata.get(":submitters")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    words = [{key: str(one[key]) for key in (":name", ":email", ":sid") if isinstance(one.get(key), str | int)}
             for one in found]  # fmt: skip
    made = [Student(one.get(":name", name), email=one.get(":email", ""), number=one.get(":sid", "")) for one in words]
    return tuple(made) or (Student(name),)


def _matched(one: Submission, roster: Roster | None) -> Submission:
    if roster is None:
        return one
    students = []
    for student in one.students:
        row, why = roster.find(student.clues)
        if row is not None:
            student = replace(student, name=roster.name(row), listed=frozenset(roster.called[row]))  # noqa: PLW2901
        students.append(replace(student, row=row, unmatched=why))
    return replace(one, students=tuple(students))


def _latest(handed_in: list[Submission]) -> tuple[list[Submission], list[tuple[str, str]]]:
    """Of each student the one that counts: a notebook before none, then the later, then the last by name."""
    by_student: dict[tuple[str, ...], list[Submission]] = defaultdict(list)
    for one in handed_in:
        by_student[tuple(student.key for student in one.students)].append(one)
    counting, dropped = [], []
    for several in by_student.values():
        best = [one for one in several if one.file is not None] or several
        timed = all(one.time for one in best) and len({one.time for one in best}) > 1
        last = max(best, key=lambda one: one.time.timestamp() if one.time else 0) if timed else best[-1]
        others = [one.id for one in several if one is not last and TYPED not in one.id]
        if len(several) > len(others) + 1:
            last = replace(last, notes=(*last.notes, "text typed into Moodle is not graded"))
        if others:
            why = "is the later" if timed else "is the last by name" if len(best) > 1 else "is the one with a notebook"
            words = f"of {len(others) + 1} that were handed in this one counts, which {why}; the others: "
            words += ", ".join(others)
            last = replace(last, notes=(*last.notes, words))
        counting.append(last)
        dropped += [(other, last.id) for other in others]
    return counting, dropped


def _with_ids(found: list[Submission], folders: set[str]) -> Iterator[Submission]:
    """The ids without endings, where that tells submissions apart; of two that stay alike the second is numbered."""
    stems = Counter(Path(one.id).stem for one in found)
    used: set[str] = set()
    for one in found:
        short = one.id if one.id in folders or stems[Path(one.id).stem] > 1 else Path(one.id).stem
        again = (f"{short} ({number})" for number in range(2, len(found) + 2))
        name = short if short not in used else next(other for other in again if other not in used)
        used.add(name)
        yield replace(one, id=name)


def _read(one: Submission) -> Submission:
    """With the digest of what it holds, or with the reason why it cannot be read."""
    if one.problem:
        return one
    try:
        return replace(one, digest=hashlib.sha256(one.raw()).hexdigest())
    except Refused as error:
        return replace(one, problem=str(error))
