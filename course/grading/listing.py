"""What `course grade` says in the terminal: who handed in what, how far it is, and what was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from course import terminal, wording
from course.exercises.exercise import HIDDEN
from course.grading import gradebook, tables
from course.grading.assignment import Assignment
from course.grading.chapter import Chapter
from course.grading.results import Class
from course.grading.roster import Roster
from course.grading.submissions import Collected, Submission

WIDE = 10_000  # columns where no terminal folds them


def before(chosen: Chapter, told: Assignment, roster: Roster | None) -> None:
    """Say what there is to earn, and what the platform knows otherwise."""
    points = ", ".join(f"{exercise.name} {exercise.points:g}" for exercise in chosen.exercises)
    whole, title = sum(exercise.points for exercise in chosen.exercises), gradebook.title_of(chosen, told)
    terminal.say(f"{title}: {points}; {whole:g} points together. Each case that passes earns its share, by weight, and "
                 f"hidden ones together {100 * HIDDEN:g} % of an exercise; one that asks only for an error, or that "
                 "nothing changes, counts beside a right value.")  # fmt: skip
    if told.rule:
        terminal.say(told.rule)
    for words in tables.mismatches(title, whole, roster):
        terminal.say(f"warning: {words}")


def show(found: Collected, told: Assignment, roster: bool) -> None:
    """Print a line for each submission, first those of which something is to be said, then what matches nobody, does
    not count or is missing.
    """
    table = Table(title=f"{len(found.submissions)} submissions", title_justify="left")
    for name in ("student", "submission", "time", "to be said"):
        table.add_column(name, overflow="fold")
    for cells in sorted((_cells(one, told) for one in found.submissions), key=lambda cells: not cells[-1]):
        table.add_row(*(Text(terminal.printable(cell)) for cell in cells))
    Console(width=None if Console().is_terminal else WIDE).print(table)
    unmatched = {student.name: student.unmatched for one in found.submissions for student in one.students
                 if roster and student.row is None}  # fmt: skip
    for name, why in unmatched.items():
        terminal.say(f"matches nobody, and is graded all the same: {name} ({why})")
    for other, instead in found.replaced:
        terminal.say(f"does not count: {other} (instead: {instead})")
    for name in found.tries:
        terminal.say(f"left out, Canvas's test student: {name}")
    for one in found.submissions:
        if one.problem:
            terminal.say(f"cannot be graded: {one.id} ({one.problem})")
    broken = sum(bool(one.problem) for one in found.submissions)
    terminal.say(f"{wording.counted(len(found.submissions), 'submission')}, {broken} of them cannot be graded, "
                 f"{_matching(len(unmatched))} nobody, "
                 f"{len(found.replaced)} replaced by another, "
                 f"{len(found.absent)} of the roster handed in nothing"
                 + (f": {'; '.join(found.absent)}" if found.absent else ""))  # fmt: skip


def _cells(one: Submission, told: Assignment) -> tuple[str, ...]:
    said = "; ".join(filter(None, [one.problem, *one.notes, told.lost(one)[1]]))
    zoned = one.time and (one.time if one.time.tzinfo else one.time.astimezone())  # else this machine's
    time = zoned.strftime("%Y-%m-%d %H:%M %Z") if zoned else ""
    file = one.file.name if one.file else one.id
    return one.student, file if file.startswith(one.id) else f"{one.id}/{file}" if one.file else one.id, time, said


def unsafe(lacks: list[str]) -> str:
    """What `--unsafe` means on a machine that lacks these layers."""
    if not lacks:
        return "--unsafe changes nothing here: this machine has every layer that grading needs"
    return ("warning: --unsafe. What students wrote can do on this machine what you can, read your files and send them "
            f"away among it: use one that holds nothing. Missing: {'; '.join(lacks)}")  # fmt: skip


@contextmanager
def progress(what: str = "done, {} without a point") -> Iterator[gradebook.Tell]:
    """A live line on stderr while the block runs, where that is no terminal a line for each tenth."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as live:
        task = live.add_task("reading", total=None)

        def tell(done: int, of: int, without: int) -> None:
            words = f"{done} of {of} {what.format(without)}"
            live.update(task, completed=done, total=of, description=words)
            if not console.is_terminal and done and 10 * done // of > 10 * (done - 1) // of:
                terminal.say(words, error=True)

        yield tell


def written(out: Path, graded: Class, roster: Roster | None) -> None:
    """Say which files there are, and who is not in those for the platforms."""
    pointless = sum(not one.total for one in graded.judged)
    terminal.say(f"{wording.counted(len(graded.judged), 'submission')} graded, {pointless} without a point")
    if graded.waiting:
        terminal.say(f"only a part: {graded.waiting} are not graded yet, and no file has anything of them")
    unmatched = [f"{student.name} ({one.submission.id})" for one in graded.results if roster is not None
                 for student in one.submission.students if student.row is None]  # fmt: skip
    if unmatched and roster is not None:
        _list(f"{_matching(len(unmatched))} nobody on the roster{roster.no_row}", unmatched)
    unjudged = [f"{one.submission.id} ({one.submission.problem})" for one in graded.results if one.unjudged]
    _list(f"{len(unjudged)} could not be graded, so without a row for Canvas or Moodle until manual.csv gives points",
          unjudged)  # fmt: skip
    above = [f"{one.submission.student}: {name}, {points:g} of {graded.most[name]:g}" for one in graded.results
             for name, points in one.points.items() if points > graded.most[name]]  # fmt: skip
    _list("manual.csv gives more than all points", above)
    terminal.say("   ".join(str(out / name) for name in gradebook.WRITTEN if (out / name).exists()))


def _matching(number: int) -> str:
    return f"{wording.counted(number, 'student')} match{'es' * (number == 1)}"


def _list(words: str, rows: list[str]) -> None:
    if rows:
        terminal.say("\n  ".join([f"warning: {words}:", *rows]))
