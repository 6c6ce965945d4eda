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
from dataclasses import replace
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import NamedTuple, TypeVar

from course.exercises.exercise import Exercise
from course.grading import confinement, explaining, library, pages, tables
from course.grading.assignment import Assignment
from course.grading.box import Bounds, Box
from course.grading.chapter import Chapter, chapter, with_private
from course.grading.judging import Graded, Judge
from course.grading.manual import COLUMNS, Manual, meant
from course.grading.reading import Unreadable
from course.grading.results import Class, Result, results
from course.grading.roster import Roster
from course.grading.submissions import Collected, Submission, collect
from course.records import atomic

MANUAL, GRADES = "manual.csv", "grades.json"
WRITTEN = ("index.html", pages.FOLDER, "grades.csv", "canvas.csv", "moodle.csv", MANUAL, GRADES, "reasons.json",
           "flags.json")  # fmt: skip
T = TypeVar("T")
Tell = Callable[[int, int, int], None]  # done, of how many, how many of them in vain


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


def must_confine() -> None:
    """Raises ValueError, with what is missing, where this machine cannot confine and nobody has allowed it."""
    lacks = confinement.missing()
    if lacks and not (sys.platform == "linux" and confinement.unsafe()):
        raise ValueError("this machine cannot confine what students wrote: " + "; ".join(lacks))


def about(number: str, root: Path, settings: Settings) -> Chapter:
    """The chapter as the assignment has it, its own unless given. Raises ValueError for what is not there."""
    number = number or settings.assignment.chapter
    if not number:
        raise ValueError("which chapter? Give --chapter, as in --chapter 04, or chapter in assignment.toml")
    found = chapter(root, number)
    found = with_private(found, settings.private) if settings.private else found
    return found.chosen(settings.assignment.exercises, settings.assignment.points)


class Work(NamedTuple):
    """What there is to grade, and what with."""

    chosen: Chapter
    found: Collected
    judge: Judge
    manual: Manual
    assignment: Assignment

    def results(self, graded: dict[str, dict[str, Graded]]) -> Class:
        """The class, of which so much is graded, by the submission's id."""
        most = {exercise.name: exercise.points for exercise in self.chosen.exercises}
        title = title_of(self.chosen, self.assignment)
        return results(title, most, self.found, graded, self.chosen.sources, self.assignment, self.manual)

    def box(self, number: int = 0, bubblewrap: bool | None = None) -> Box:
        """A box for the chapter."""
        return Box(self.chosen.number, self.chosen.declarations, self.chosen.imports, number, bubblewrap)


def title_of(chosen: Chapter, assignment: Assignment) -> str:
    """What the assignment is called, in the gradebook and at the platform."""
    return assignment.title or f"Chapter {chosen.number}"


def _work(source: Path | Submission, number: str, out: Path, root: Path, settings: Settings,
          seconds: int | None = None, dry: bool = False) -> Work:  # fmt: skip
    """What lies in a folder or zip, or one submission. Unless it is dry, the output folder is made, the secret drawn.
    Raises ValueError where this machine cannot confine, or for what is not there.
    """
    must_confine()
    chosen = about(number, root, settings)
    found = Collected([source], [], []) if isinstance(source, Submission) else collect(
        source, out, settings.roster, settings.pattern, chosen.handout)  # fmt: skip

    def bounds(exercise: Exercise) -> Bounds:
        return Bounds(int(seconds or exercise.seconds))

    if not dry:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = b"" if dry else secret(settings.secret or out / "secret")
    judge = Judge(chosen.exercises, chosen.references, chosen.sources, chosen.kept, key, bounds)
    manual = Manual(out / MANUAL, found.submissions, [exercise.name for exercise in chosen.exercises])
    return Work(chosen, found, judge, manual, settings.assignment)


def handed_in(folder: Path, number: str, out: Path, root: Path, settings: Settings, workers: int = 2,
              tell: Tell = lambda done, of, without: None) -> Collected:  # fmt: skip
    """Who handed in what: every notebook is read, nothing is graded or written. tell: is told how many are read, of how
    many, how many of them are of no use. Raises ValueError as `grade` does.
    """
    work = _work(folder, number, out, root, settings, dry=True)
    todo = [one for one in work.found.submissions if not one.problem]
    problems: dict[str, str] = {}
    for one, problem in _in_boxes(work, partial(_problem, work.judge), todo, workers):
        problems[one.id] = problem
        tell(len(problems), len(todo), sum(map(bool, problems.values())))
    kept = [replace(one, problem=problems.get(one.id, one.problem)) for one in work.found.submissions]
    return work.found._replace(submissions=kept)


def _problem(judge: Judge, box: Box, raw: bytes) -> str:
    try:
        judge.read(box, raw)
    except Unreadable as error:
        return str(error)
    return ""


def grade(
    folder: Path,
    number: str,
    out: Path,
    root: Path,
    workers: int = 2,
    seconds: int | None = None,
    bubblewrap: bool | None = None,
    tell: Tell = lambda done, of, without: None,
    settings: Settings = Settings(),  # noqa: B008 - it never changes
) -> Class:
    """Grade what lies in `folder` and write the gradebook into `out`; what an earlier call graded is kept.

    root: the project, for its solutions. seconds: CPU time of a case, those of its exercise unless given. bubblewrap:
    with or without; where it works unless given. tell: is told how many are done, of how many, how many of them
    without a point. After Ctrl-C gradebook and result hold what was done until then, and the rest is `waiting`. Raises
    ValueError where this machine cannot confine, or for what is not there.
    """
    work = _work(folder, number, out, root, settings, seconds)
    journal = Journal(out / "journal.jsonl")
    read = [one for one in work.found.submissions if not one.problem]
    depends = _depends(work.chosen, seconds)
    keys = {one.id: hmac.new(work.judge.secret, depends + one.digest.encode(), hashlib.sha256).hexdigest()
            for one in read}  # fmt: skip
    todo = {keys[one.id]: one for one in read if keys[one.id] not in journal.grades}
    try:
        _count(keys, journal, tell)
        for one, grades in _in_boxes(work, work.judge.notebook, list(todo.values()), workers, bubblewrap):
            journal.write(keys[one.id], grades)
            _count(keys, journal, tell)
    except KeyboardInterrupt:  # what waits says so
        pass
    finally:
        journal.close()
    made = work.results({one.id: journal.grades[keys[one.id]] for one in read if keys[one.id] in journal.grades})
    if made.judged or not made.waiting:
        _write(out, made, settings.roster)
    if not (out / MANUAL).exists():
        (out / MANUAL).write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    return made


def explain(folder: Path, number: str, out: Path, root: Path, student: str, say: Callable[[str], None],
            seconds: int | None = None, settings: Settings = Settings()) -> None:  # fmt: skip  # noqa: B008
    """Grade one student's submission again, and say each case of each exercise. The gradebook stays as it is.

    Raises ValueError where nobody or several are called so.
    """
    work = _work(folder, number, out, root, settings, seconds)
    one = meant(work.found.submissions, student, part=True)
    judge = explaining.Explaining(**{name: getattr(work.judge, name) for name in work.judge.__dataclass_fields__})
    result = _alone(work._replace(judge=judge), one)
    file = one.file.name if one.file else one.id
    if result.unjudged:
        say(f"{one.student}: not graded, {file}: {result.submission.problem}")
        return
    most = {exercise.name: exercise.points for exercise in work.chosen.exercises}
    say(f"{one.student}: {result.total:g} of {sum(most.values()):g} points, {file}")
    kept = json.loads((out / GRADES).read_text(encoding="utf-8")).get(one.id) if (out / GRADES).exists() else None
    for who in one.students:
        if settings.roster is not None and who.row is None:
            say(f"warning: {who.name} matches nobody on the roster{settings.roster.no_row} ({who.unmatched})")
    if kept is None and (out / GRADES).exists():
        say(f"warning: {out / GRADES} has nothing of it: it is not graded yet, or another folder was")
    if kept is not None and kept != result.points:
        there = ", ".join(f"{name} {points:g}" for name, points in kept.items())
        say(f"warning: {out / GRADES} has {there}: it was made with other options, such as --assignment, before "
            f"{MANUAL} was changed, or by another version of the course")  # fmt: skip
    for name, reason in result.reasons.items():
        say(f"\n{name}: {result.points[name]:g} of {most[name]:g} points\n{reason}")
        for line in judge.told.get(name, ()):
            say(f"    {line}")


def grade_one(one: Submission, number: str, out: Path, root: Path, settings: Settings) -> Result:
    """Grade a submission by itself, into nothing. When this returns, no process of a student is left."""
    return _alone(_work(one, number, out, root, settings), one)


def _alone(work: Work, one: Submission) -> Result:
    graded: dict[str, dict[str, Graded]] = {}
    if not one.problem:
        with work.box() as box:
            graded[one.id] = work.judge.notebook(box, one.raw())
    return work._replace(found=Collected([one], [], [])).results(graded).results[0]


def _depends(chosen: Chapter, seconds: int | None) -> bytes:
    """What grades and their words depend on besides secret and notebook."""
    points = {exercise.name: exercise.points for exercise in chosen.exercises}
    told = [chosen.declarations, chosen.sources, chosen.kept.values, seconds, points]
    return json.dumps([_code(library.SOURCE), *told]).encode()


def _code(package: Path) -> str:
    """What tells a package's code from another's."""
    files = sorted(package.rglob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _count(keys: dict[str, str], journal: Journal, tell: Tell) -> None:
    """Tell how far it is with those that can be graded; two files of the same content have one key, and are done
    together.
    """
    done = [journal.grades[key] for key in keys.values() if key in journal.grades]
    tell(len(done), len(keys), sum(map(_pointless, done)))


def _pointless(grades: dict[str, Graded]) -> bool:
    return not any(grade.points or grade.unread for grade in grades.values())


def _in_boxes(work: Work, do: Callable[[Box, bytes], T], todo: list[Submission], workers: int,
              bubblewrap: bool | None = None) -> Iterator[tuple[Submission, T]]:  # fmt: skip
    """What is done with each notebook, as it comes, from several boxes."""
    workers = min(workers, len(todo))
    if not workers:
        return
    boxes: queue.Queue[Box] = queue.Queue()
    started: list[Box] = []

    def start(number: int) -> None:
        box = work.box(number, bubblewrap)
        started.append(box)
        boxes.put(box)

    def done(one: Submission) -> tuple[Submission, T]:
        box = boxes.get()
        try:
            return one, do(box, one.raw())
        finally:
            boxes.put(box)

    with ThreadPool(workers) as pool:
        try:
            pool.map(start, range(workers))
            yield from pool.imap_unordered(done, todo)
        finally:
            for box in started:
                box.close()


def _write(out: Path, found: Class, roster: Roster | None) -> None:
    """The gradebook's files; the same submissions and secret give the same bytes."""
    made = {
        GRADES: _json({one.submission.id: one.points for one in found.results}),
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
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
