"""`course release`: from the worked chapters in `solutions/` come the students' form in `notebooks/` and the values by
which answers are checked. The same input gives the same bytes.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from course import exercises
from course.exercises import Case, Exercise
from course.exercises.expected import encoded
from course.exercises.mistakes import answers
from course.exercises.observing import arrays, observe
from course.exercises.timeout import TimeUp, time_limit
from course.labs import setup_cell
from course.records import atomic

BEGIN, END, STUB = "### BEGIN SOLUTION", "### END SOLUTION", "### STUB"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
LANGUAGE = {"language_info": {"name": "python"}}
IDS = re.compile(r"[A-Za-z0-9_-]{1,64}")
MENDS = "open it in JupyterLab and save it, or take it from version control"
NEW_IDS = "jupyter nbconvert --to notebook --inplace writes new ones; the first code cell's is `setup`"
KEPT = ("tags", "slideshow")  # of a cell's metadata
CHECK = re.compile(r'^check\("(\w+)"', re.M)
HALL = "slide"  # the tag of a cell that was written for the slides, and stays in the worked chapter
BADGES = re.compile(r"^\[Open in Colab\].*$", re.M)
IMPORTS = re.compile(r"^(?:import|from) [^;\n]*", re.M)
EXPECTED = Path(exercises.__file__).parent / "expected"


def address() -> str:
    """The project's address: `Homepage` in pyproject.toml, the one place that names it."""
    urls: dict[str, str] = dict(line.split(", ", 1) for line in metadata("course").get_all("Project-URL") or [])
    return urls["Homepage"].rstrip("/")


def badges(name: str, at: str) -> str:
    """The links that open a chapter in Colab and in Binder, as Markdown without pictures, which need a network."""
    repository = at.removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{repository}/blob/main/notebooks/{name}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/main?labpath=notebooks/{name}.ipynb"
    return f"[Open in Colab]({colab}) · [Open in Binder]({binder})"


def read(path: Path) -> dict[str, Any]:
    """A worked notebook from its file.

    Raises ValueError, with the file, the cell and the way out, for what an editor, a merge or a crash has left of one.
    """
    try:
        notebook = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}); {MENDS}") from None
    except json.JSONDecodeError as error:
        line = (error.doc.splitlines() or [""])[min(error.lineno, len(error.doc.splitlines()) or 1) - 1]
        found = "it is empty" if not error.doc.strip() else f"line {error.lineno} is {line.strip()[:40]!r}"
        merge = ", left by a merge" if re.search(r"^(<{7}|={7}|>{7})", error.doc, re.M) else ""
        raise ValueError(f"{path} is no notebook: {found}{merge}; {MENDS}") from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        form = notebook.get("nbformat") if isinstance(notebook, dict) else None
        raise ValueError(
            f"{path} has notebook format {form}, and 4 is needed: jupyter nbconvert --to notebook --inplace"
        )
    seen: set[str] = set()
    for number, cell in enumerate(notebook["cells"]):
        _check_cell(f"{path}, cell {number}", cell, seen)
    return notebook


def _check_cell(where: str, cell: dict[str, Any], seen: set[str]) -> None:
    name = cell.get("id", "")
    if not IDS.fullmatch(name) or name in seen:
        why = (
            "has no id"
            if not name
            else f"has the id {name!r} of another cell"
            if name in seen
            else f"has the id {name!r}"
        )
        raise ValueError(f"{where} {why}; {NEW_IDS}")
    seen.add(name)
    if cell.get("attachments"):
        pictures = ", ".join(cell["attachments"])
        raise ValueError(f"{where} holds {pictures} pasted into it; save it in notebooks/pictures and link to it")
    if cell.get("cell_type") not in ("code", "markdown"):
        raise ValueError(f"{where} is a {cell.get('cell_type')} cell; make it code or Markdown")
    cell.setdefault("metadata", {})
    cell.setdefault("source", "")


def student(source: str, cell: str = "") -> str:
    """A code cell as students get it: each answer between the solution markers becomes the stub that stands in it.

    Raises ValueError, with the cell's id, for a marker without its partner and for an answer without a stub.

    >>> print(student('''def double(x):
    ...     ### BEGIN SOLUTION
    ...     return 2 * x
    ...     ### STUB return x  # not yet
    ...     ### END SOLUTION'''))
    def double(x):
        return x  # not yet
    """
    kept: list[str] = []
    stub: list[str] | None = None
    for line in source.split("\n"):
        words = line.strip()
        if words == BEGIN:
            if stub is not None:
                raise ValueError(f"cell {cell}: a solution begins inside another; close it with {END}")
            stub = []
        elif words == END:
            if not stub:
                raise ValueError(f"cell {cell}: a solution ends that has no {STUB} line, or never began")
            kept, stub = kept + stub, None
        elif stub is None:
            kept.append(line)
        elif words.startswith(STUB):
            stub.append((line[: len(line) - len(line.lstrip())] + words[len(STUB) :].removeprefix(" ")).rstrip())
    if stub is not None:
        raise ValueError(f"cell {cell}: {BEGIN} without {END}")
    return "\n".join(kept)


def released(notebook: dict[str, Any], name: str, at: str, worked: bool = False) -> dict[str, Any]:
    """The students' form of a notebook, or with `worked` the same cleaning with the answers left in.

    Outputs, counts and foreign metadata go, ids stay; badges and the setup cell get the address `at`, checks what
    nbgrader knows them by. Cells that were written for the slides go from the students' form.
    """
    points = {exercise.name: exercise.points for exercise in exercises.of_chapter(name[:2])}
    cells = []
    for cell in notebook["cells"]:
        if not worked and HALL in cell["metadata"].get("tags", []):
            continue
        source = "".join(cell["source"])
        kind = cell["cell_type"]
        if cell["id"] == "setup":
            source = setup_cell.text(at)
        elif kind == "code" and not worked:
            source = student(source, cell["id"])
        elif kind == "markdown":
            source = BADGES.sub(lambda _: badges(name, at), source)
        kept = {key: cell["metadata"][key] for key in KEPT if key in cell["metadata"]}
        if not worked and "slideshow" in kept:  # the seconds and the words to say are the lecturer's
            kept["slideshow"] = {key: value for key, value in kept["slideshow"].items() if key == "slide_type"}
        kept |= nbgrader(cell, points)
        made = {"cell_type": kind, "id": cell["id"], "metadata": kept, "source": source.splitlines(keepends=True)}
        cells.append(made | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    return {"cells": cells, "metadata": KERNEL | LANGUAGE, "nbformat": 4, "nbformat_minor": 5}


def nbgrader(cell: dict[str, Any], points: dict[str, float]) -> dict[str, Any]:
    """The metadata by which nbgrader takes a check for a test that gives the `points` of its exercise. No other cell
    has any, answers neither: nbgrader would replace them, stub and `def` line too, by a stub of its own.
    """
    found = CHECK.search("".join(cell["source"]))
    if "check" not in cell["metadata"].get("tags", []) or not found or found[1] not in points:
        return {}
    kind = {"grade": True, "locked": True, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": kind | {"grade_id": cell["id"], "points": points[found[1]]}}


def dumps(notebook: dict[str, Any]) -> str:
    """A notebook as text: keys in order, so that the same notebook is the same bytes."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def chapters(root: Path, chapter: str = "") -> list[Path]:
    """The worked notebooks, or the one of a chapter such as "03". Raises ValueError if there is none."""
    found = sorted((root / "solutions").glob(f"{chapter or '[0-9][0-9]'}_*.ipynb"))
    if not found:
        have = ", ".join(path.stem[:2] for path in sorted((root / "solutions").glob("*.ipynb"))) or "none"
        raise ValueError(f"no chapter {chapter!r} in {root / 'solutions'}; there are {have}")
    return found


def worked_answers(notebook: dict[str, Any]) -> dict[str, Any]:
    """What the worked exercise cells define, by name. Each is run with the notebook's imports and nothing else."""
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    imports = "\n".join(line for source in code for line in IMPORTS.findall(source))
    answers: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if "exercise" in cell["metadata"].get("tags", []):
            scope: dict[str, Any] = {}
            try:
                exec(f"{imports}\n{''.join(cell['source'])}", scope)
            except Exception as error:
                raise ValueError(f"cell {cell['id']} does not run ({type(error).__name__}: {error})") from error
            answers |= scope
    return answers


def load(text: str, name: str) -> Any:
    """What a piece of Python defines under `name`."""
    scope: dict[str, Any] = {}
    exec(text, scope)
    return scope[name]


def values(root: Path, chapter: str, notebook: dict[str, Any]) -> dict[str, Any]:
    """Expected values of the public cases from the worked answers, what each usual mistake shows in them, the words
    for these mistakes, and the stub's text.

    Raises ValueError where an exercise has no worked answer, or mistakes that are no edits of a right one.
    """
    found = worked_answers(notebook)
    missing = [exercise.name for exercise in exercises.of_chapter(chapter) if exercise.name not in found]
    if missing:
        raise ValueError(f"chapter {chapter} has no worked answer for {', '.join(missing)}")
    return {
        exercise.name: _values(root, exercise, found[exercise.name], student(cell_of(notebook, exercise.name)))
        for exercise in exercises.of_chapter(chapter)
    }


def cell_of(notebook: dict[str, Any], name: str) -> str:
    """The source of the exercise cell that defines an answer."""
    begins = re.compile(rf"^(?:def|class) {name}\b", re.M)
    cells = ("".join(c["source"]) for c in notebook["cells"] if "exercise" in c["metadata"].get("tags", []))
    return next(source for source in cells if begins.search(source))


def _values(root: Path, exercise: Exercise, answer: Any, stub: str) -> dict[str, Any]:
    known = answers(root, exercise)
    wrong = {mistake.name: load(known.wrong(mistake), exercise.name) for mistake in known.mistakes}
    cases = {}
    for case in exercise.public:
        tried = {name: _shown(case, wrongly, exercise.seconds) for name, wrongly in wrong.items()}
        shown = {name: seen for name, seen in tried.items() if seen is not None}
        cases[case.label] = {"expected": _seen(case, answer), "mistakes": shown}
    return {"hints": {mistake.name: mistake.words for mistake in known.mistakes}, "cases": cases, "stub": stub}


def _seen(case: Case, answer: Any) -> list[dict[str, Any]]:
    return [encoded(value) for value in arrays(observe(case, answer))]


def _shown(case: Case, answer: Any, seconds: float) -> list[dict[str, Any]] | None:
    """What a wrong answer shows in a case; None where it raises or is not done in time."""
    try:
        return time_limit(seconds, lambda: _seen(case, answer))
    except (Exception, TimeUp):
        return None


def write(root: Path, chapter: str = "", out: Path | None = None) -> list[Path]:
    """Write the students' notebooks and the values for their checks; with `out` the notebooks alone, into that folder.

    Returns what was written. Raises ValueError for a chapter that is not there or cannot be released.
    """
    written = []
    for path in chapters(root, chapter):
        for file, text in _files(root, path, out).items():
            with atomic(file) as stream:
                stream.write(text)
            written.append(file)
    return written


def _files(root: Path, path: Path, out: Path | None) -> dict[Path, str]:
    """What is to be written of one chapter, all of it made before any of it is."""
    notebook, number, at = read(path), path.stem[:2], address()
    try:
        files = {(out or root / "notebooks") / path.name: dumps(released(notebook, path.stem, at))}
        if out is None:
            kept = json.dumps(values(root, number, notebook), separators=(",", ":"), sort_keys=True) + "\n"
            files |= {EXPECTED / f"{number}.json": kept}
            files |= {path: dumps(released(notebook, path.stem, at, worked=True))}
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return files
