"""Grading: broken, honest and malicious submissions get the points that they deserve, and nothing outside changes."""

import contextlib
import functools
import hashlib
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import types
from pathlib import Path

import grading_rows as rows
import pytest

from course.grading import box, gradebook, judging

ROOT = Path(__file__).parents[1]
NOBODY = 65534
ADD_KEY = {"x86_64": 248}.get(platform.machine(), 217)
OPEN = "open"  # a folder in which everybody may write
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="grading runs on Linux")
pytestmark = LINUX
ROWS = [*rows.MALICIOUS, *rows.BROKEN, *rows.HONEST]
KEPT_IN = [*rows.MALICIOUS, *rows.BROKEN[6:8], rows.HONEST[-1]]
MODES = {"flat": ROWS, "bubblewrap": KEPT_IN, "user": KEPT_IN}  # root, with and without namespaces, and somebody else
# what is broken or unusual needs no second mode; what must be kept in does
IN_MODES = [pytest.param(mode, row, id=f"{mode}-{row.name}") for mode, some in MODES.items() for row in some]
HONEST_RAW = rows.Row("", (rows.CARRY,), {}).raw()
OLD = {"worksheets": [{"cells": [{"cell_type": "code", "input": cell} for cell in (rows.IMPORTS, rows.CARRY)]}]}
LARGE = json.loads(HONEST_RAW)
LARGE["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]
FILES = {  # name: content, points of from_carry_notation, words
    "empty.ipynb": (b"", 0, "the file is empty"),
    "half.ipynb": (HONEST_RAW[:-40], 0, "only a part of one"),
    "deep.ipynb": (b'{"cells": ' + b"[" * 200_000, 0, "no notebook"),
    "nested.ipynb": (rows.notebook("x = " + "(" * 9000 + ")" * 9000, rows.CARRY), 1, ""),
    "picture.ipynb": (b"\x89PNG\r\n\xff\xfe", 0, "no notebook"),
    "mark.ipynb": (b"\xef\xbb\xbf" + HONEST_RAW, 1, "4 of 4 cases"),
    "old.ipynb": (json.dumps(OLD).encode(), 1, "4 of 4 cases"),
    "outputs.ipynb": (json.dumps(LARGE).encode(), 1, "4 of 4 cases"),
    "notes.txt": (b"I could not do it", 0, "has to end in .ipynb"),
    "notebook.ipynb.json": (HONEST_RAW, 0, "has to end in .ipynb"),
    "=1+1.ipynb": (HONEST_RAW, 1, "4 of 4 cases"),
    "<img src=x onerror=alert(1)>.ipynb": (HONEST_RAW, 1, "4 of 4 cases"),
    "Żółć 🙂.ipynb": (HONEST_RAW, 1, "4 of 4 cases"),
}


def known(text, folder, out, port):
    """A row with what its author may know; what it makes has a name of this run alone."""
    words = {"@IN": folder, "@OUT": out, "@ROOT": ROOT, "@NEW": out.parent / OPEN / "new", "@NAME": out.parent.name}
    for word, value in (words | {"@PORT": port, "@ADD_KEY": ADD_KEY}).items():
        text = text.replace(word, str(value))
    return text


def made(place):
    """What rows have made outside of the box."""
    return [*(place / OPEN).iterdir(), *Path("/dev/shm").glob(f"{place.name}*")]


def tree(*folders):
    """What lies in some folders: names, modes, times and contents."""
    found = {}
    for path in [path for folder in folders for path in sorted(folder.rglob("*"))]:
        about = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
        found[str(path)] = about.st_mode, about.st_mtime_ns, about.st_nlink, content
    return found


def left_over():
    """Processes of boxes that have been taken away. A box is known by its folder, which its command names."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            named = re.search(rb"[^\0']*/course-box-\w+", (folder / "cmdline").read_bytes())
            if named and not Path(os.fsdecode(named[0])).exists():
                yield folder.name


@pytest.fixture(scope="module")
def place():
    """A folder that other users can enter, as a TA's may be: it is not its mode that keeps students out."""
    folder = Path(tempfile.mkdtemp(prefix="course-grading-"))
    folder.chmod(0o755)
    (folder / OPEN).mkdir()
    (folder / OPEN).chmod(0o1777)
    yield folder
    for path in made(folder):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def graded(place, request):
    """Grades all rows of a mode, once: grades, reasons, flags, what lay there before and after. Where nothing but tests
    of some rows run, only these.
    """
    items = request.session.items
    asked = {item.callspec.params["row"].name for item in items if "row" in getattr(item, "fixturenames", ())}
    some = all("row" in getattr(item, "fixturenames", ()) for item in items)

    @functools.cache
    def once(mode):
        if mode != "flat" and not box.bubblewrap_works():
            return None
        if mode == "user" and os.geteuid() != 0:
            return once("flat")
        wanted = [row for row in MODES[mode] if row.name in asked or not some]
        return grade_rows(mode, wanted, not some, place / f"in-{mode}", place / f"out-{mode}")

    def in_mode(mode):
        found = once(mode)
        if found is None:
            pytest.skip("bubblewrap's probe fails here")
        return found

    return in_mode


def grade_rows(mode, wanted, files, folder, out):
    folder.mkdir()
    out.mkdir()
    (out / "grades.json").write_text("{}")
    (folder / "neighbour.ipynb").write_bytes(HONEST_RAW)
    if mode == "flat" and files:
        write_files(folder)
    guarded = (folder, ROOT / "course", ROOT / "solutions", ROOT / "notebooks")
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_TEST_SECRET", "x")
        for row in wanted:
            text = known(row.raw().decode(), folder, out, listener.getsockname()[1])
            (folder / f"{row.name}.ipynb").write_text(text)
        before = tree(*guarded)
        if mode == "user":
            grade_as_a_user(folder, out)
        else:
            gradebook.grade(
                folder, "04", out, ROOT, workers=1 if len(wanted) < 3 else 2, seconds=1, bubblewrap=mode == "bubblewrap"
            )
        listener.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            pytest.fail(f"somebody connected: {listener.accept()}")
    read = {name: json.loads((out / f"{name}.json").read_text()) for name in ("grades", "reasons", "flags")}
    return types.SimpleNamespace(
        **read, before=before, after=tree(*guarded), left=list(left_over()), out=out, folder=folder
    )


def grade_as_a_user(folder, out):
    """Grade without root's rights, in a view of this machine in which Python and project can be reached by all."""
    for path in (folder, *folder.iterdir(), out, *out.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    homes = {Path(path).resolve() for path in (sys.prefix, sys.base_prefix, ROOT)}
    closed = {parent for home in homes for parent in home.parents if not parent.stat().st_mode & 0o001}
    view = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL"]
    view += [word for path in sorted(closed) for word in ("--tmpfs", str(path))]
    below = {parent for home in homes for parent in home.parents if closed & set(parent.parents)}
    view += [word for path in sorted(below) for word in ("--perms", "0755", "--dir", str(path))]
    view += [word for home in sorted(homes) for word in ("--ro-bind", str(home), str(home))]
    call = f"gradebook.grade(Path({str(folder)!r}), '04', Path({str(out)!r}), Path({str(ROOT)!r}), 2, 1, False)"
    code = f"from pathlib import Path; from course.grading import gradebook; {call}"
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    subprocess.run([*view, "--", *user, sys.executable, "-c", code], cwd=ROOT, check=True)


def write_files(folder):
    for name, (raw, _, _) in FILES.items():
        (folder / name).write_bytes(raw)
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "layer.ipynb").write_bytes(rows.notebook(rows.IMPORTS, rows.LAYER))
    renamed = rows.LAYER.replace("t = ", "share = ").replace("t * ", "share * ")
    (folder / "layer too.ipynb").write_bytes(rows.notebook(rows.IMPORTS, renamed))
    (folder / "nobody").mkdir()
    (folder / "twice").mkdir()
    (folder / "twice" / "a.ipynb").write_bytes(rows.notebook(rows.WRONG))
    (folder / "twice" / "b.ipynb").write_bytes(HONEST_RAW)


@pytest.mark.parametrize(("mode", "row"), IN_MODES)
def test_each_row_gets_what_it_deserves_and_harms_no_neighbour(graded, mode, row):
    found = graded(mode)
    points, reasons = found.grades[row.name], found.reasons[row.name]
    expected = dict.fromkeys(rows.MOST, 0.0) | row.points | ({"lesion": 2.0} if row.neighbour else {})
    assert points == expected, reasons
    first = reasons[next(iter(row.points))]
    assert row.words in first and len(first) < 3000, first


@pytest.mark.parametrize("mode", MODES)
def test_nothing_outside_the_box_has_changed_and_nobody_is_left(graded, mode):
    found = graded(mode)
    assert found.after == found.before
    assert not made(found.out.parent)
    assert not found.left


@pytest.mark.parametrize("name", FILES)
def test_broken_files_are_never_dropped_and_have_a_reason(graded, name):
    found, (_, points, words) = graded("flat"), FILES[name]
    stem = Path(name).stem
    assert found.grades[stem]["from_carry_notation"] == points, found.reasons[stem]
    assert words in found.reasons[stem]["from_carry_notation"]


def test_links_pipes_and_folders_have_a_reason(graded):
    reasons = graded("flat").reasons
    assert "is a link" in reasons["link"]["lesion"] and "no file" in reasons["pipe"]["lesion"]
    assert "no notebook in the folder" in reasons["nobody"]["lesion"]
    assert graded("flat").grades["twice"]["from_carry_notation"] == 1
    assert "of 2 notebooks the last by name counts" in reasons["twice"]["from_carry_notation"]


def test_every_wrong_answer_has_a_reason_in_words(graded):
    for exercises in graded("flat").reasons.values():
        for reason in exercises.values():
            assert reason.strip() and not re.search(r"Traceback|/tmp|/root|0x[0-9a-f]{6}", reason), reason


def test_what_a_teacher_should_look_at_is_flagged(graded):
    """The library's own answer, copies, and what may be a try to get out, or a slip."""
    flags = graded("flat").flags
    library = ["the library's own object stands under this name"]
    assert flags["is the library's own"]["gate_bias_for_depth"] == library
    assert flags["is made of the library's own"]["HighwayLayer"] == library
    assert not [name for name, found in flags.items() if "lesion" in found]  # five lines, which all have alike
    same = {"HighwayLayer": ["the same in 3 submissions, but for names and layout"]}
    assert flags["layer"] == flags["layer too"] == flags["set a default dtype"] == same
    assert graded("flat").grades["layer too"]["HighwayLayer"] == 3
    asked, ended = judging.ODD
    for names, words in ((("reads the gradebook", "runs a program", "opens a socket", "writes a file"), asked),
                         (("exits at once", "crashes", "aborts", "crashes in one case", "closes the door behind it",
                           "pickles", "writes nonsense as its result"), ended)):  # fmt: skip
        for name in names:
            assert words in [one for found in flags[name].values() for one in found], name
    for name in (
        "loops for ever",
        "takes 20 GB",
        "exits",
        "needs a missing package",
        "returns nothing",
        "is half right",
    ):
        assert name not in flags, name
