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
    terminal.say(f"{title}: {points}; {whole:g} points together. Each case that passes earns its share of its "
                 "exercise's; one that only asks for an error, or that nothing changes, counts where a value is right, "
                 "too.")  # fmt: skip
    for words in tables.mismatches(title, whole, roster):
        terminal.say(f"warning: {words}")


def show(found: Collected, roster: bool) -> None:
    """Print a line for each submission, then what matches nobody, does not count or is missing."""
    table = Table(title=f"{len(found.submissions)} submissions", title_justify="left")
    for name in ("submission", "student", "notebook", "time", "to be said"):
        table.add_column(name, overflow="fold")
    for one in found.submissions:
        table.add_row(*(Text(terminal.printable(cell)) for cell in _cells(one)))
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
                 f"{len(unmatched)} match nobody, {len(found.replaced)} do not count, "
                 f"{len(found.absent)} of the roster handed in nothing"
                 + (f": {'; '.join(found.absent)}" if found.absent else ""))  # fmt: skip


def _cells(one: Submission) -> tuple[str, ...]:
    said = "; ".join([*([one.problem] if one.problem else []), *one.notes, *(["late"] if one.late else [])])
    time = one.time.strftime("%Y-%m-%d %H:%M %Z").strip() if one.time else ""
    return one.id, one.student, one.file.name if one.file else "", time, said


def unsafe(lacks: list[str]) -> str:
    """What `--unsafe` means on a machine that lacks these layers."""
    if not lacks:
        return "--unsafe changes nothing here: this machine has every layer that grading needs"
    return ("warning: --unsafe. What students wrote can do on this machine what you can, read your files and send them "
            f"away among it: use one that holds nothing. Missing: {'; '.join(lacks)}")  # fmt: skip


@contextmanager
def progress(what: str = "graded, {} without a point") -> Iterator[gradebook.Tell]:
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
    unmatched = sum(student.row is None for one in graded.results for student in one.submission.students)
    if roster is not None and unmatched:
        terminal.say(f"{unmatched} of the students match nobody on the roster: course grade --dry-run lists them")
    unjudged = [f"{one.submission.id} ({one.submission.problem})" for one in graded.results if one.unjudged]
    if unjudged:
        terminal.say(f"warning: {len(unjudged)} could not be graded and have no row for Canvas or Moodle, until "
                     f"manual.csv gives them points: {'; '.join(unjudged)}")  # fmt: skip
    terminal.say("   ".join(str(out / name) for name in gradebook.WRITTEN if (out / name).exists()))
