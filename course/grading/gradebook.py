"""A class's notebooks become a gradebook: `grades.json` and `.csv`, `reasons.json`, `flags.json`, what Canvas and
Moodle import, pages, and a journal from which the next call goes on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import queue
import secrets
import sys
from collections.abc import Callable, Iterator
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import NamedTuple

from course import __version__
from course.exercises.exercise import Exercise
from course.grading import confinement, explaining, pages, tables
from course.grading.assignment import Assignment
from course.grading.box import Bounds, Box
from course.grading.chapter import Chapter, chapter, with_private
from course.grading.judging import Graded, Judge
from course.grading.manual import Manual, named
from course.grading.results import Class, Result, results
from course.grading.roster import Roster
from course.grading.submissions import Collected, Submission, collect
from course.records import atomic

WRITTEN = ("index.html", "grades.csv", "canvas.csv", "moodle.csv", "grades.json", "reasons.json", "flags.json")


class Settings(NamedTuple):
    """What a teacher may choose. roster, pattern: as in `collect`. private: a file of their own exercises. secret: the
    file of what draws the hidden inputs, beside the gradebook unless given.
    """

    assignment: Assignment = Assignment()
    roster: Roster | None = None
    pattern: str = ""
    private: Path | None = None
    secret: Path | None = None


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


def _must_confine() -> None:
    lacks = confinement.missing()
    if lacks and not (sys.platform == "linux" and confinement.unsafe()):
        raise ValueError("this machine cannot confine what students wrote: " + "; ".join(lacks))


def about(number: str, root: Path, settings: Settings) -> Chapter:
    """The chapter as the assignment has it. Raises ValueError for what is not there."""
    found = chapter(root, number)
    found = with_private(found, settings.private) if settings.private else found
    return found.chosen(settings.assignment.exercises, settings.assignment.points)


def handed_in(folder: Path, number: str, out: Path, root: Path, settings: Settings) -> Collected:
    """Who handed in what, and nothing is graded. Raises ValueError for what is not there."""
    return collect(folder, out, settings.roster, settings.pattern, about(number, root, settings).handout)


def grade(
    folder: Path,
    number: str,
    out: Path,
    root: Path,
    workers: int = 2,
    seconds: int | None = None,
    bubblewrap: bool | None = None,
    tell: Callable[[int, int, int], None] = lambda done, of, without: None,
    settings: Settings = Settings(),  # noqa: B008 - it never changes
) -> Class:
    """Grade what lies in `folder` and write the gradebook into `out`; what an earlier call graded is kept.

    root: the project, for its solutions. seconds: CPU time of a case, those of its exercise unless given. bubblewrap:
    with or without; where it works unless given. tell: is told how many are done, of how many, how many of them
    without a point. Raises ValueError where this machine cannot confine, or for what is not there.
    """
    _must_confine()
    chosen = about(number, root, settings)
    found = collect(folder, out, settings.roster, settings.pattern, chosen.handout)
    judge, depends = _judge(chosen, out, settings.secret, seconds)
    manual = Manual(out / "manual.csv", found.submissions, [exercise.name for exercise in chosen.exercises])
    journal = Journal(out / "journal.jsonl")
    read = [one for one in found.submissions if not one.problem]
    keys = {one.id: hmac.new(judge.secret, depends + one.digest.encode(), hashlib.sha256).hexdigest() for one in read}
    todo = {keys[one.id]: one for one in read if keys[one.id] not in journal.grades}
    try:
        done, of = len(found.submissions) - len(todo), len(found.submissions)
        known = (journal.grades[key] for key in keys.values() if key in journal.grades)
        without = of - len(read) + sum(map(_pointless, known))
        tell(done, of, without)
        for name, grades in _judged(judge, chosen, list(todo.items()), min(workers, len(todo)), bubblewrap):
            journal.write(name, grades)
            done, without = done + 1, without + _pointless(grades)
            tell(done, of, without)
    finally:
        journal.close()
    graded = {one.id: journal.grades[keys[one.id]] for one in read}
    made = _class(chosen, found, graded, settings.assignment, manual)
    _write(out, made, settings.roster)
    return made


def explain(folder: Path, number: str, out: Path, root: Path, student: str, say: Callable[[str], None],
            seconds: int | None = None, settings: Settings = Settings()) -> None:  # fmt: skip  # noqa: B008
    """Grade one student's submission again, and say each case of each exercise. The gradebook stays as it is.

    Raises ValueError where nobody or several are called so.
    """
    _must_confine()
    chosen = about(number, root, settings)
    found = collect(folder, out, settings.roster, settings.pattern, chosen.handout)
    fits = named(found.submissions, student)
    if len(fits) != 1:
        words = f"{len(fits)} submissions are of {student!r}" if fits else f"no submission is of {student!r}"
        raise ValueError(f"{words}; course grade --dry-run lists them")
    plain, _ = _judge(chosen, out, settings.secret, seconds)
    judge = explaining.Explaining(**{name: getattr(plain, name) for name in plain.__dataclass_fields__})
    manual = Manual(out / "manual.csv", found.submissions, [exercise.name for exercise in chosen.exercises])
    result = _alone(chosen, judge, fits[0], settings.assignment, manual)
    say(f"{fits[0].student}: {result.total:g} points, {fits[0].file.name if fits[0].file else fits[0].id}")
    for name, reason in result.reasons.items():
        say(f"\n{name}: {result.points[name]:g} points\n{reason}")
        for line in judge.told.get(name, ()):
            say(f"    {line}")


def grade_one(one: Submission, number: str, out: Path, root: Path, settings: Settings) -> Result:
    """Grade a submission by itself, into nothing. When this returns, no process of a student is left."""
    _must_confine()
    chosen = about(number, root, settings)
    judge, _ = _judge(chosen, out, settings.secret, None)
    manual = Manual(out / "manual.csv", [one], [exercise.name for exercise in chosen.exercises])
    return _alone(chosen, judge, one, settings.assignment, manual)


def _alone(chosen: Chapter, judge: Judge, one: Submission, assignment: Assignment, manual: Manual) -> Result:
    graded: dict[str, dict[str, Graded]] = {}
    if not one.problem:
        with Box(chosen.number, chosen.declarations, chosen.imports) as box:
            graded[one.id] = judge.notebook(box, one.raw())
    return _class(chosen, Collected([one], [], []), graded, assignment, manual).results[0]


def _judge(chosen: Chapter, out: Path, kept: Path | None, seconds: int | None) -> tuple[Judge, bytes]:
    """The judge, and what its grades depend on besides the notebook. The output folder is made here."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)

    def bounds(exercise: Exercise) -> Bounds:
        return Bounds(int(seconds or exercise.seconds))

    key = secret(kept or out / "secret")
    points = {exercise.name: exercise.points for exercise in chosen.exercises}
    depends = json.dumps([__version__, chosen.declarations, chosen.sources, seconds, points]).encode()
    return Judge(chosen.exercises, chosen.references, chosen.sources, chosen.kept, key, bounds), depends


def _pointless(grades: dict[str, Graded]) -> bool:
    return not any(grade.points for grade in grades.values())


def _judged(judge: Judge, chosen: Chapter, todo: list[tuple[str, Submission]], workers: int,
            bubblewrap: bool | None) -> Iterator[tuple[str, dict[str, Graded]]]:  # fmt: skip
    """Grades as they come, from several boxes."""
    if not todo:
        return
    boxes: queue.Queue[Box] = queue.Queue()
    started: list[Box] = []

    def start(number: int) -> None:
        box = Box(chosen.number, chosen.declarations, chosen.imports, number, bubblewrap)
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


def _class(chosen: Chapter, found: Collected, graded: dict[str, dict[str, Graded]], assignment: Assignment,
           manual: Manual) -> Class:  # fmt: skip
    most = {exercise.name: exercise.points for exercise in chosen.exercises}
    title = assignment.title or f"Chapter {chosen.number}"
    return results(title, most, found, graded, chosen.sources, assignment, manual)


def _write(out: Path, found: Class, roster: Roster | None) -> None:
    """The gradebook's files; the same submissions and secret give the same bytes."""
    made = {
        "grades.json": _json({one.submission.id: one.points for one in found.results}),
        "reasons.json": _json({one.submission.id: one.reasons for one in found.results}),
        "flags.json": _json({one.submission.id: one.flags for one in found.results if one.flags}),
        "grades.csv": tables.grades(found),
        "canvas.csv": tables.canvas(found, roster),
        "moodle.csv": tables.moodle(found, roster),
        **pages.pages(found),
    }
    for name, content in made.items():
        if content:
            with atomic(out / name) as stream:
                stream.write(content)
        else:
            (out / name).unlink(missing_ok=True)


def _json(content: object) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
