"""What `course grade` says in the terminal: who handed in what, how far it is, and what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from course import terminal, wording
from course.grading import gradebook, tables
from course.grading.results import Class
from course.grading.roster import Roster
from course.grading.submissions import Collected, Submission


def show(found: Collected, roster: bool) -> None:
    """Print a line for each submission, then what matches nobody, does not count or is missing."""
    table = Table(title=f"{len(found.submissions)} submissions", title_justify="left")
    for name in ("submission", "student", "notebook", "time", "to be said"):
        table.add_column(name, overflow="fold")
    for one in found.submissions:
        table.add_row(*(Text(terminal.printable(cell)) for cell in _cells(one)))
    Console().print(table)
    unmatched = {student.name: student.unmatched for one in found.submissions for student in one.students
                 if roster and student.row is None}  # fmt: skip
    for name, why in unmatched.items():
        terminal.say(f"matches nobody, and is graded all the same: {name} ({why})")
    for other, instead in found.replaced:
        terminal.say(f"does not count: {other} (instead: {instead})")
    broken = sum(bool(one.problem) for one in found.submissions)
    terminal.say(f"{len(found.submissions)} submissions, {broken} of them cannot be graded, {len(unmatched)} match "
                 f"nobody, {len(found.replaced)} do not count, {len(found.absent)} of the roster handed in nothing"
                 + (f": {', '.join(found.absent)}" if found.absent else ""))  # fmt: skip


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
def progress() -> Iterator[Callable[[int, int, int], None]]:
    """A live line on stderr while the block runs; what it gets takes done, of how many, without a point."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as live:
        task = live.add_task("reading", total=None)

        def tell(done: int, of: int, without: int) -> None:
            live.update(task, completed=done, total=of, description=f"{done} of {of} graded, {without} without a point")

        yield tell


def written(out: Path, graded: Class, roster: Roster | None) -> None:
    """Say which files there are, and what a platform would not take as it is."""
    pointless = sum(not one.total for one in graded.results)
    terminal.say(f"{wording.counted(len(graded.results), 'submission')} graded, {pointless} without a point")
    most = tables.maximum(roster)
    if most is not None and most != graded.whole:
        terminal.say(f"Moodle's maximum is {most:g} and this assignment's {graded.whole:g}: set the one or the other "
                     "(points in assignment.toml) before moodle.csv is uploaded")  # fmt: skip
    unmatched = sum(student.row is None for one in graded.results for student in one.submission.students)
    if roster is not None and unmatched:
        terminal.say(f"{unmatched} of the students match nobody on the roster: course grade --dry-run lists them")
    terminal.say("   ".join(str(out / name) for name in gradebook.WRITTEN if (out / name).exists()))
