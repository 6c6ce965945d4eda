"""A folder of notebooks becomes a gradebook: `grades.json`, `reasons.json`, `flags.json`, and a journal from which the
next call goes on.
"""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import os
import queue
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.pool import ThreadPool
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from course import __version__, exercises, release
from course.exercises.exercise import Exercise
from course.exercises.expected import expected
from course.grading import confinement, library, reading
from course.grading.box import Bounds, Box
from course.grading.judging import Graded, Judge
from course.grading.roster import Roster
from course.grading.submissions import Collected, Submission, collect
from course.records import atomic

TOPLEVEL = re.compile(r"^(?:import|from)\s+(\w+)", re.M)


def secret(file: Path) -> bytes:
    """The secret that draws the hidden inputs; drawn itself, and kept for its owner alone, where there is none."""
    if not file.exists():
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w") as stream:
            stream.write(secrets.token_hex(32))
    return file.read_bytes()


class Journal:
    """Grades as they come, a line each, under a key that says all that a grade depends on. A torn line is ignored."""

    def __init__(self, file: Path):
        self._file, self.grades = file, {}
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            try:
                kept = json.loads(line)
                self.grades[kept["key"]] = {name: Graded(*grade) for name, grade in kept["grades"].items()}
            except (ValueError, KeyError, TypeError):
                continue
        self._stream = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")
        if file.stat().st_size:
            self._stream.write("\n")  # after a torn line

    def write(self, key: str, grades: dict[str, Graded]) -> None:
        self.grades[key] = grades
        self._stream.write(json.dumps({"key": key, "grades": grades}) + "\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


class Chapter(NamedTuple):
    """What grading a chapter needs, read from the project's `solutions/`."""

    number: str
    exercises: tuple[Exercise, ...]
    declarations: str  # the source that defines EXERCISES
    references: dict[str, Any]
    sources: dict[str, str]  # of the references
    imports: tuple[str, ...]
    handout: str  # the name of the notebook that students were given


def chapter(root: Path, number: str) -> Chapter:
    """Raises ValueError for a chapter that has no exercises or no solutions in `root`."""
    found = exercises.of_chapter(number) if number.isdigit() else ()
    if not found:
        raise ValueError(f"chapter {number!r} has no exercises; give one of {', '.join(exercises.CHAPTERS)}")
    number = found[0].chapter
    worked = release.chapters(root, number)[0]
    cells = reading.notebook_cells(worked.read_bytes())
    code = [reading.python(cell.source) for cell in cells if cell.kind == "code"]
    statements = [one for n, source in enumerate(code) for one in reading.statements(n, source)]
    roots = {exercise.name: exercise.name.split(".")[0] for exercise in found}  # of a method: its class
    sources = {root: _program(statements, root) for root in roots.values()}
    missing = [name for name, source in sources.items() if not source]
    if missing:
        raise ValueError(f"chapter {number} has no worked answer for {', '.join(missing)}")
    found_right = SimpleNamespace(**{root: release.load(source, root) for root, source in sources.items()})
    right = {name: attrgetter(name)(found_right) for name in roots}
    declarations = (library.SOURCE / "exercises" / f"chapter{number}.py").read_text(encoding="utf-8")
    imports = sorted({name for source in code for name in TOPLEVEL.findall(source) if name != "course"})
    return Chapter(number, found, declarations, right, sources, tuple(imports), worked.stem)


def _program(statements: list[reading.Statement], name: str) -> str:
    return "\n".join(ast.unparse(one.node) for one in reading.needed(statements, name))


def handed_in(folder: Path, number: str, out: Path, root: Path, roster: Roster | None = None,
              pattern: str = "") -> Collected:  # fmt: skip
    """Who handed in what, and nothing is graded. Raises ValueError for what is not there."""
    return collect(folder, out, roster, pattern, chapter(root, number).handout)


def grade(
    folder: Path,
    number: str,
    out: Path,
    root: Path,
    workers: int = 2,
    seconds: int | None = None,
    bubblewrap: bool | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
    roster: Roster | None = None,
    pattern: str = "",
) -> None:
    """Grade what lies in `folder` and write the gradebook into `out`; what an earlier call graded is kept.

    root: the project, for its solutions. seconds: CPU time of a case, those of its exercise unless given. bubblewrap:
    with or without; where it works unless given. roster, pattern: as in `collect`. Raises ValueError where this
    machine cannot confine, or for what is not there.
    """
    lacks = confinement.missing()
    if lacks:
        raise ValueError("this machine cannot confine what students wrote: " + "; ".join(lacks))
    about = chapter(root, number)
    found = collect(folder, out, roster, pattern, about.handout).submissions
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secret(out / "secret")

    def bounds(exercise: Exercise) -> Bounds:
        return Bounds(int(seconds or exercise.seconds))

    judge = Judge(about.exercises, about.references, about.sources, expected(about.number), key, bounds)
    journal = Journal(out / "journal.jsonl")
    depends = json.dumps([__version__, about.declarations, about.sources, seconds]).encode()
    read = [one for one in found if not one.problem]
    keys = {one.id: hmac.new(key, depends + one.digest.encode(), hashlib.sha256).hexdigest() for one in read}
    todo = {keys[one.id]: one for one in read if keys[one.id] not in journal.grades}
    try:
        done = len(found) - len(todo)
        tell(done, len(found))
        for name, grades in _judged(judge, about, list(todo.items()), min(workers, len(todo)), bubblewrap):
            journal.write(name, grades)
            done += 1
            tell(done, len(found))
    finally:
        journal.close()
    _write(out, about, found, {one.id: journal.grades[keys[one.id]] for one in read})


def _judged(judge: Judge, about: Chapter, todo: list[tuple[str, Submission]], workers: int,
            bubblewrap: bool | None) -> Iterator[tuple[str, dict[str, Graded]]]:  # fmt: skip
    """Grades as they come, from several boxes."""
    if not todo:
        return
    boxes: queue.Queue[Box] = queue.Queue()
    started: list[Box] = []

    def start(number: int) -> None:
        box = Box(about.number, about.declarations, about.imports, number, bubblewrap)
        started.append(box)
        boxes.put(box)

    def one(item: tuple[str, Submission]) -> tuple[str, dict[str, Graded]]:
        box = boxes.get()
        try:
            return item[0], judge.notebook(box, item[1].raw())
        finally:
            boxes.put(box)

    with ThreadPool(workers) as pool:
        try:
            pool.map(start, range(workers))
            yield from pool.imap_unordered(one, todo)
        finally:
            for box in started:
                box.close()


def _write(out: Path, about: Chapter, handed_in: list[Submission], graded: dict[str, dict[str, Graded]]) -> None:
    """The gradebook's files; the same submissions and secret give the same bytes."""
    copies = Counter((name, grade.fingerprint) for grades in graded.values() for name, grade in grades.items())
    published = {(name, mark) for name, source in about.sources.items() for mark in [reading.mark(source, name)]}
    points, reasons, flags = {}, {}, {}
    for one in handed_in:
        names = [exercise.name for exercise in about.exercises]
        grades = graded.get(one.id) or {name: Graded(0.0, one.problem, []) for name in names}
        points[one.id] = {name: grades[name].points for name in names}
        note = "".join(f"\nNote: {words}." for words in one.notes)
        reasons[one.id] = {name: grades[name].reason + note for name in names}
        found = {name: [*grades[name].flags, *_copied(name, grades[name], copies, published)] for name in names}
        if any(found.values()):
            flags[one.id] = {name: words for name, words in found.items() if words}
    for name, content in {"grades.json": points, "reasons.json": reasons, "flags.json": flags}.items():
        with atomic(out / name) as stream:
            stream.write(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _copied(name: str, grade: Graded, copies: Counter[Any], published: set[Any]) -> Iterator[str]:
    mark = (name, grade.fingerprint)
    if grade.points > 0 and grade.fingerprint and not grade.fingerprint.startswith(reading.SHORT):
        if mark in published:
            yield "the published solution, but for names and layout"
        elif copies[mark] > 1:
            yield f"the same in {copies[mark]} submissions, but for names and layout"
