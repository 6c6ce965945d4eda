"""Who handed in what, as a table in the terminal: `course grade --dry-run`."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from course import terminal
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
