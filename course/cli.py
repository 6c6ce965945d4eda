"""The `course` command: one thin function for each verb. Exit codes: 0 done; 1 a run or a check failed, or the system
refused something; 2 cannot be done as it was asked for; 130 ended by Ctrl-C, what has finished is kept.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from course import records, terminal, themes, wording

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Training very deep networks: an interactive course.

    Exit codes: 0 done; 1 a run or a check failed, or the system refused something; 2 cannot be done as it was asked
    for; 130 ended by Ctrl-C, what has finished is kept.
    """
    terminal.adapt()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background by a script, or under nohup
        signal.signal(signal.SIGINT, signal.default_int_handler)


@app.command()
def compare(
    data: Annotated[
        str, typer.Option(help="digits, mnist, fashion-mnist, cifar10, cifar100, or a folder (or zip) of class folders")
    ] = "digits",
    kinds: Annotated[
        str,
        typer.Option(
            help="any of plain, plain_bn, highway, residual, stochastic_depth, crelu, looks_linear, linear, rezero"
        ),
    ] = "plain,highway,residual",
    depths: Annotated[str, typer.Option(help="numbers of layers")] = "2,10,20,50,100",
    width: Annotated[int, typer.Option(min=1, help="units in a hidden layer")] = 50,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="passes over the training images (15; 5 for large sets)")
    ] = None,
    seeds: Annotated[str, typer.Option(help="how many (3 means 0, 1, 2), or which (7,8,9)")] = "1",
    lr: Annotated[str, typer.Option(help='a learning rate, or "rule": the best of a ladder for each network')] = "rule",
    subset: Annotated[
        str | None, typer.Option(help='training images to use, or "all" (6,400 of sets above 10,000)')
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps; networks this small train fastest on the CPU")] = "cpu",
    workers: Annotated[
        int | None, typer.Option(min=1, help="processes to train in, one thread each (the cores)")
    ] = None,
    out: Annotated[
        Path,
        typer.Option(help="folder for compare.html, compare.json and the runs; the same one goes on where it stopped"),
    ] = Path("compare"),
) -> None:
    """Train networks of several kinds and depths and show what depth does to them."""
    from rich.console import Console

    from course import compare as comparison

    console = Console()
    with _exit_codes():
        settings = comparison.Settings(
            data,
            _words(kinds),
            _numbers("depths", depths),
            width,
            epochs,
            _seeds(seeds),
            _rate(lr),
            _subset(subset),
            device,
        )
        plan = comparison.plan(settings)
        for note in plan.notes:
            comparison.say(console, note)
        rows, complete = comparison.compare(plan, out, workers, console)
    comparison.say(console, f"{out / 'compare.html'}   {out / 'compare.json'}")
    if not complete:
        console.print("Ended early; what had finished is in these files, and the same command goes on from here.")
        raise typer.Exit(130)
    if any(row["status"] == "failed" for row in rows):
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Check this machine: Python, torch, threads, memory, JupyterLab, data folder, disk."""
    from course import doctor as examination

    raise typer.Exit(examination.report())


@app.command()
def record(
    lab: Annotated[str, typer.Argument(help="depth, or a lab that looks into trained networks: gates, lesion, ...")],
    plan: Annotated[bool, typer.Option("--plan", help="say what it would cost, and stop")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="depth: processes to train in (the cores)")] = None,
    out: Annotated[Path | None, typer.Option(help="depth: folder for the run files (the lab's own)")] = None,
) -> None:
    """Record what ships with a lab, runs by the rule or weights and films; what is recorded already is left alone."""
    from course import sweeps
    from course.labs import filming, recordings

    if lab in filming.LABS:
        _film(lab, plan)
        return
    with _exit_codes():
        if lab in filming.STARTS:
            shown = filming.STARTS[lab]()
            terminal.say(f"{wording.counted(len(filming.unrecorded(shown)), 'run')} to record, in a few seconds")
            for name, run in filming.record_runs(shown) if not plan else ():
                terminal.say(f"{name}: training loss {wording.number(run.loss)}")
            return
        if lab != "depth":
            known = ", ".join(("depth", *filming.STARTS, *filming.LABS))
            raise ValueError(f"there are no recordings of a lab {lab!r}; there are: {known}")
    folder = out or recordings.folder(lab)
    missing = recordings.missing(folder)
    seconds = recordings.cost(missing) / (workers or sweeps.cores())
    terminal.say(
        f"{len(missing)} of {len(recordings.grid())} runs to record into {folder}, about {wording.seconds(seconds)}"
    )
    if plan:
        return
    with _exit_codes():
        records.writable(folder)
        for job, run in recordings.record(folder, workers):
            name = f"{themes.label(job.network['kind'])} {job.network['depth']}"
            terminal.say(
                f"{name}: rate {wording.rate(run.recipe.learning_rate)}, training loss {wording.number(run.loss)}"
            )


def _film(lab: str, plan: bool) -> None:
    """Record weights and films of a lab."""
    from course.labs import filming

    shown = filming.LABS[lab]()
    jobs, settings = filming.missing(shown)
    cost = wording.seconds(filming.seconds(shown))
    networks, those = wording.counted(len(jobs), "network"), wording.counted(len(settings), "film")
    terminal.say(f"{networks} and {those} to record, about {cost}")
    with _exit_codes():
        for line in filming.record(shown, f"course record {lab!r}") if not plan else ():
            terminal.say(line)


@app.command()
def page(
    lab: Annotated[str, typer.Argument(help="such as depth, neuron, batch-norm or gates")],
    out: Annotated[Path | None, typer.Option(help="the file to write (LAB.html)")] = None,
) -> None:
    """Write a lab as one file that works by itself in a browser: without Python, off the network, from a stick."""
    from course.page.alone import PAGES

    name = lab.replace("-", " ")
    with _exit_codes():
        if name not in PAGES:
            known = ", ".join(known.replace(" ", "-") for known in PAGES)
            raise ValueError(f"there is no page of a lab {lab!r}; there is one of: {known}")
        written = PAGES[name]().save_html(out or Path(f"{lab}.html"))
    typer.echo(f"{written}, {written.stat().st_size / 1000:.0f} kB: open it in a browser")


@app.command()
def slides(
    chapter: Annotated[str, typer.Argument(help='two digits, such as 03, or "all"')],
    out: Annotated[Path, typer.Option(help="folder for a file a chapter")] = Path("slides"),
    sections: Annotated[str, typer.Option(help="only these, as in 3.4,3.5")] = "",
    pdf: Annotated[bool, typer.Option("--pdf", help="print them too, with Chromium, labs as pictures")] = False,
) -> None:
    """Make a chapter's slides: one file in which networks train, for any browser, without Python or a network."""
    from course import lecture

    with _exit_codes():
        program = lecture.browser() if pdf else ""
        records.writable(out)
        for deck in lecture.decks(_project(), "" if chapter == "all" else chapter.zfill(2), _words(sections)):
            written = deck.write(out)
            planned = f", planned for {deck.seconds / 60:.0f} minutes" if deck.seconds else ""
            terminal.say(f"{written}: {len(deck.slides)} slides{planned}, {written.stat().st_size / 1e6:.1f} MB")
            if pdf:
                terminal.say(str(lecture.pdf(written, program)))


@app.command()
def kit(
    out: Annotated[Path, typer.Option(help="folder, such as that of a USB stick; what else is in it stays")],
    chapter: Annotated[str, typer.Argument(help='two digits, such as 03, or "all"')] = "all",
) -> None:
    """Make a folder for a stick: slides, PDFs, labs, notes, and start.html that leads to them, with the network off."""
    from course import lecture

    with _exit_codes():
        records.writable(out)
        try:
            program = lecture.browser()
        except RuntimeError as error:
            program = ""
            terminal.say(f"no PDFs: {error}")
        for written in lecture.kit(_project(), out, "" if chapter == "all" else chapter.zfill(2), program):
            terminal.say(f"{written}, {written.stat().st_size / 1e6:.1f} MB")


@app.command()
def reproduce(
    claim: Annotated[str, typer.Argument(help="a claim's id; without one all claims are listed")] = "",
    seeds: Annotated[str, typer.Option(help="how many (3 means 0, 1, 2), or which (7,8,9)")] = "3",
    check: Annotated[bool, typer.Option("--check", help="hold the recordings against the claims, and stop")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="processes to train in (the cores)")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the recordings (the course's own)")] = None,
    depths: Annotated[str, typer.Option(help="only networks of these depths, as in 20,56")] = "",
    data: Annotated[str, typer.Option(help="another name or folder of the data set")] = "",
    budget: Annotated[str, typer.Option(help="stop after this time, as in 9m; the same command goes on")] = "",
) -> None:
    """List the claims of papers and of the course, or record one; what is recorded is left alone."""
    from course import papers

    folder = out or papers.FOLDER
    with _exit_codes():
        if check or not claim:
            failed = False
            for name in [claim] if claim else papers.CLAIMS:
                kept = papers.holds(name, folder)
                failed |= kept is False
                terminal.say(
                    f"{name}: {papers.state(name, folder)}{'' if kept is None else ', holds' if kept else ', FAILS'}"
                )
            raise typer.Exit(1 if check and failed else 0)
        records.writable(folder)
        command = f"course reproduce {claim} --seeds {seeds}"
        only = _numbers("depths", depths) if depths else ()
        made = papers.record(claim, _seeds(seeds), folder, workers, command, only, data, _time(budget))
        for group, seed, value in made:
            terminal.say(f"{group}, seed {seed}: {papers.claim(claim).measured} {wording.number(value)}")


@app.command()
def drawings(
    as_json: Annotated[bool, typer.Option("--json", help="a list of {id, chapter, cell, alt, live}")] = False,
) -> None:
    """List the drawings: chapter, the cell that shows it, whether it is drawn from measured values, alt text."""
    import json

    from course import drawings as drawn

    folder = _notebooks()
    found = drawn.listed(folder.glob("[0-9][0-9]_*.ipynb"))
    if as_json:
        terminal.say(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        place = one["cell"] or f"in no notebook of {folder}"
        terminal.say(f"{one['chapter']}  {one['id']} ({place}{', live' if one['live'] else ''}): {one['alt']}")


@app.command()
def release(
    chapter: Annotated[str, typer.Argument(help="two digits, such as 03; all chapters unless given")] = "",
    out: Annotated[Path | None, typer.Option(help="folder for a handout: the students' notebooks alone")] = None,
) -> None:
    """Make the students' notebooks, and the values for their checks, from the worked chapters in solutions/."""
    from course import release as releasing

    with _exit_codes():
        root = _project()
        releasing.chapters(root, chapter)  # before there is a folder for what is not there
        if out is not None:
            records.writable(out)
        written = releasing.write(root, chapter, out)
    for file in written:
        terminal.say(str(file))


@app.command()
def grade(
    folder: Annotated[
        Path, typer.Argument(help="a folder or zip: notebooks, a folder a student, or as Moodle, Canvas, Gradescope do")
    ] = Path("submissions"),
    chapter: Annotated[str, typer.Option(help="two digits, such as 04; may stand in assignment.toml")] = "",
    out: Annotated[Path, typer.Option(help="folder for the gradebook; the same one goes on where it stopped")] = Path(
        "graded"
    ),
    workers: Annotated[int | None, typer.Option(min=1, help="boxes to judge in, one thread each (the cores)")] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help="CPU time for a case (the exercise's own)")] = None,
    roster: Annotated[
        Path | None, typer.Option(help="CSV of who is in the course: Canvas's gradebook, Moodle's worksheet, your own")
    ] = None,
    pattern: Annotated[
        str, typer.Option(help="where the student stands in a file's name: a regular expression with (?P<student>…)")
    ] = "",
    assignment: Annotated[
        Path | None, typer.Option(help="assignment.toml: chapter, title, exercises, points, deadline, late")
    ] = None,
    exercises: Annotated[
        Path | None, typer.Option(help="your own exercises, exam.py; the answers in exam_answers.py beside it")
    ] = None,
    secret: Annotated[Path | None, typer.Option(help="file of what draws hidden inputs (OUT/secret)")] = None,
    gradescope: Annotated[Path | None, typer.Option(help="write an autograder to upload there, and stop")] = None,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="grade without the layers that this machine lacks")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say who handed in what, and stop")] = False,
    only: Annotated[
        str, typer.Option(help="with --explain: a name, login, email, number or file, or a part of one")
    ] = "",
    explain: Annotated[bool, typer.Option("--explain", help="say each case of one student's grade, and stop")] = False,
) -> None:
    """Grade a class's notebooks: students' code runs in a box, the judge compares outside. Linux only."""
    from course import sweeps

    with _exit_codes():
        from course.grading import assignment as reading
        from course.grading import confinement, gradebook, listing
        from course.grading.roster import Roster

        if unsafe:
            os.environ[confinement.UNSAFE] = "1"
            terminal.say(listing.unsafe(confinement.missing()), error=True)

        if explain != bool(only):
            raise ValueError("--only STUDENT and --explain go together, as in --only anna --explain")
        told, known, root = reading.assignment(assignment), Roster(roster) if roster else None, _project()
        settings = gradebook.Settings(told, known, pattern, exercises, secret)
        if gradescope:
            from course.grading import gradescope as autograder

            autograder.write(gradescope, root, chapter, settings, assignment)
            terminal.say(str(gradescope))
            return
        if explain:
            gradebook.explain(folder, chapter, out, root, only, terminal.say, seconds, settings)
            return
        gradebook.must_confine()
        listing.before(gradebook.about(chapter, root, settings), told, known)
        boxes = workers or sweeps.cores()
        if dry_run:
            with listing.progress("read, {} cannot be graded") as tell:
                found = gradebook.handed_in(folder, chapter, out, root, settings, boxes, tell)
            listing.show(found, told, known is not None)
            return
        with listing.progress() as tell:
            graded = gradebook.grade(folder, chapter, out, root, boxes, seconds, tell=tell, settings=settings)
        listing.written(out, graded, known)
        if graded.waiting:
            raise KeyboardInterrupt


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    lecture: Annotated[str, typer.Option(help="a chapter such as 03, for a hall: its cells run, type is large")] = "",
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="run it beforehand, and say what is slow or fails")
    ] = False,
    out: Annotated[Path, typer.Option(help="folder of the lecture's copy; one that is there stays as it is")] = Path(
        "lecture"
    ),
) -> None:
    """Open the course in JupyterLab. Further arguments go to JupyterLab."""
    from course.lecture import jupyter

    with _exit_codes():
        if rehearse and not lecture:
            raise ValueError("--rehearse goes with --lecture, as in --lecture 03 --rehearse")
        if rehearse:
            for line in jupyter.rehearse(_project(), lecture.zfill(2)):
                terminal.say(line)
            return
        if lecture:
            records.writable(out)
            raise typer.Exit(jupyter.lecture(_project(), lecture.zfill(2), out, context.args))
    raise typer.Exit(jupyter.open_course(_notebooks(), context.args))


def _notebooks() -> Path:
    """The students' notebooks of the checkout; installed without one, the folder one stands in."""
    folder = Path(__file__).parent.parent / "notebooks"
    return folder if folder.is_dir() else Path.cwd()


def _project() -> Path:
    """The folder with the worked chapters: where one stands, or else the checkout. Raises ValueError for neither."""
    found = [folder for folder in (Path.cwd(), Path(__file__).parent.parent) if (folder / "solutions").is_dir()]
    if not found:
        raise ValueError(f"there is no folder solutions in {Path.cwd()}: run this in the folder of the course")
    return found[0]


@contextmanager
def _exit_codes() -> Iterator[None]:
    """One line and code 2 for what cannot be done as it was asked for, 1 for what fails, 130 after Ctrl-C."""
    from course.data import DataError

    try:
        yield
    except typer.Exit:  # to typer a RuntimeError
        raise
    except (ValueError, DataError) as error:
        terminal.say(f"error: {error}", error=True)
        raise typer.Exit(2) from None
    except BrokenPipeError:  # who reads has had enough, as `head` has: Typer ends quietly
        raise
    except (OSError, RuntimeError) as error:
        said = wording.system_error(error) if isinstance(error, OSError) else wording.reason(error)
        terminal.say(f"error: {said}", error=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        terminal.say("Ended early; what has finished is kept, and the same command goes on from here.")
        raise typer.Exit(130) from None


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _numbers(name: str, text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(dict.fromkeys(int(word) for word in _words(text)))
    except ValueError:
        numbers = ()
    if not numbers or min(numbers) < 0:
        raise ValueError(f"--{name} takes whole numbers separated by commas, as in 2,10,50; got {text!r}")
    return numbers


def _seeds(text: str) -> tuple[int, ...]:
    """`3` means 0, 1, 2; `7,8,9` means those; `7,` the one seed 7."""
    numbers = _numbers("seeds", text)
    if "," in text:
        return numbers
    if numbers[0] < 1:
        raise ValueError(f"--seeds takes how many seeds, at least 1, or a list of them as in 7,8,9; got {text!r}")
    return tuple(range(numbers[0]))


def _time(text: str) -> float | None:
    """Seconds: `90`, `90s`, `9m` or `2h`; None for no words."""
    if not text:
        return None
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1], 0)
    try:
        seconds = float(text[:-1] if unit else text) * (unit or 1)
    except ValueError:
        seconds = 0
    if not seconds > 0:
        raise ValueError(f"--budget takes a time such as 90s, 9m or 2h; got {text!r}")
    return seconds


def _rate(text: str) -> float | None:
    if text == "rule":
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(f'--lr takes a number such as 0.1, or "rule"; got {text!r}') from None


def _subset(text: str | None) -> int | str | None:
    if text is None or text == "all":
        return text
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f'--subset takes a number of training images, at least 1, or "all"; got {text!r}')
    return int(text)


if __name__ == "__main__":
    app()
