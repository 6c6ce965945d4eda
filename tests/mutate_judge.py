"""Does each layer of the judge hold something? One at a time is switched off in a copy; a named test must then fail.

    uv run python tests/mutate_judge.py [WORD]      only the layers whose description contains WORD

Prints a table: the layer, the test that fails without it, and how. What another layer holds as well is excused, with the
reason. Exit code 1 if one that is not excused survives, or an excuse is none. Needs Linux, bubblewrap and root; takes
half an hour. Without a layer a row does what it can, so run this where that does no harm; what it made is taken away.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from course.grading.box import USERS

ROOT = Path(__file__).parent.parent
JUDGE, READING, ROWS = "tests/test_grading_judge.py", "tests/test_grading_reading.py", "tests/test_grading.py"
SUBMISSIONS, RESULTS = "tests/test_grading_submissions.py", "tests/test_grading_results.py"
ROW = f"{ROWS}::test_each_row_gets_what_it_deserves_and_harms_no_neighbour"


def row(name: str, mode: str = "flat") -> str:
    """The test of a row in a mode."""
    return f"{ROW}[{mode}-{name}]"


class Layer(NamedTuple):
    """Switched off where `old`, which stands once in `file`, is `new`; `test` fails then, or `excuse` says why not."""

    what: str
    file: str
    old: str
    new: str
    test: str
    excuse: str = ""


def group(name: str, test: str) -> Layer:
    """A group of the system calls that seccomp refuses."""
    groups = "[PROCESSES, NETWORK, MEMORY, FILES, KERNEL]"
    fewer = groups.replace(name, '""')
    return Layer(f"seccomp: {name.lower()}", "confinement.py", groups, fewer, test)


def call(name: str, attack: str, mode: str = "flat") -> Layer:
    """One system call that seccomp refuses."""
    return Layer(
        f"seccomp: {name}",
        "confinement.py",
        "refused: Iterable[str] = REFUSED",
        f"refused: Iterable[str] = tuple(name for name in REFUSED if name not in {name.split()})",
        row(attack, mode),
    )


def limited(name: str, value: str) -> Layer:
    """One of the limits."""
    return Layer(
        f"rlimit: {name}",
        "confinement.py",
        f"        resource.RLIMIT_{name}: {value},\n",
        "",
        row(f"raises its limit {name}"),
    )


def namespace(kind: str) -> Layer:
    """One of bubblewrap's namespaces."""
    return Layer(
        f"namespace: {kind}",
        "box.py",
        f'"--unshare-{kind}", ',
        "",
        f"{JUDGE}::test_bubblewrap_gives_namespaces_of_its_own",
    )


CALLS = {
    "ptrace": "asks to be traced",
    "unshare": "makes a namespace",
    "pidfd_open": "opens its parent",
    "kill": "signals itself",
    "tgkill": "signals a thread",
    "setpriority": "makes its parent wait",
    "sched_setaffinity": "moves its parent",
    "socket": "opens a socket",
    "socketpair": "opens a pair of sockets",
    "memfd_create": "hides memory in a file",
    "shmget": "leaves memory behind",
    "msgget": "leaves a queue behind",
    "io_uring_setup": "uses io_uring",
    "add_key": "keeps a key",
}
OF_OWNED_FILES = {  # which only their owner may do, and root's boxes own none
    "chmod fchmodat fchmodat2": "changes the mode of a file",
    "utimensat": "changes the times of a file",
    "setxattr": "sets an attribute of a file",
}
LAYERS = [
    Layer("seccomp: all of it", "zygote.py", "        refuse()\n", "", row("forks")),
    group("PROCESSES", row("signals itself")),
    group("NETWORK", row("opens a socket")),
    group("MEMORY", row("hides memory in a file")),
    group("FILES", row("changes the mode of a file", "user")),
    group("KERNEL", row("keeps a key")),
    *(call(name, attack) for name, attack in CALLS.items()),
    *(call(name, attack, "user") for name, attack in OF_OWNED_FILES.items()),
    Layer("seccomp: clone", "confinement.py", '    refuse("clone", _Argument(0, _MASKED, _CLONE_THREAD, 0))\n', "", row("forks")),
    Layer("seccomp: clone3", "confinement.py", '    refuse("clone3", error=ENOSYS)\n', "", row("forks by the newest call")),
    Layer("seccomp: limits of others", "confinement.py", '    refuse("prlimit64", _Argument(0, _NOT_EQUAL, 0))', "    pass", row("limits its parent")),
    Layer("seccomp: owners of files", "confinement.py", '"fcntl": (8, 10, 15)', '"fcntl": ()', row("gives a signal another owner")),
    Layer("seccomp: owners of sockets", "confinement.py", '"ioctl": (0x8901, 0x8902)', '"ioctl": ()', row("gives a signal another owner"),
          "only a socket knows these, and none can be opened"),
    Layer("no new privileges", "zygote.py", "    confinement.no_new_privileges()\n", "", f"{JUDGE}::test_the_box_holds_no_right_answer"),
    Layer("Landlock", "zygote.py", "    confinement.only_read(", "    (lambda *of: None)(", row("reads the password file")),
    Layer("Landlock: all but files' contents", "confinement.py", "(1 << _RIGHTS[min(landlock_version(), len(_RIGHTS) - 1)]) - 1",
          "_READ_FILE | _WRITE_FILE | _READ_DIR", row("makes a folder")),
    limited("AS", "mapped + limits.memory"),
    limited("FSIZE", "0"),
    limited("CORE", "0"),
    limited("NOFILE", "limits.files"),
    limited("MEMLOCK", "0"),
    Layer("rlimit: CPU", "confinement.py", "    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))\n", "",
          row("raises its limit CPU")),
    Layer("the timer of a case", "zygote.py", '    signal.setitimer(signal.ITIMER_PROF, job["seconds"])\n    answer', "    answer",
          row("loops for ever"), "the clock outside ends it, too, only later"),
    Layer("another user", "zygote.py", '        confinement.become(setup["user"])\n', "        pass\n", f"{JUDGE}::test_the_box_holds_no_right_answer"),
    Layer("hidden memory", "zygote.py", "    confinement.hide_memory()\n", "", row("reads the memory of its parent", "user"),
          "Landlock keeps /proc away and seccomp ptrace, and who becomes another user is hidden by that"),
    Layer("closed files", "zygote.py", "    os.closerange(3 + len(outs), 1 << 16)\n", "", row("finds another open file")),
    Layer("an empty environment", "box.py", "env=ENVIRONMENT | {", "env=os.environ | ENVIRONMENT | {", row("reads the grader's environment")),
    Layer("the clock outside", "box.py", "deadline = 2 * bounds.seconds + 1", "deadline = 20 * bounds.seconds", row("sleeps")),
    Layer("the size of what comes out", "zygote.py", "        if size > most:\n", "        if False:\n", row("writes without end")),
    *(namespace(kind) for kind in ("pid", "ipc", "net")),
    Layer("answers left out", "library.py", "in ANSWERS.get(chapter, {}).items():", "in {}.items():", row("calls the library's own")),
    Layer("cases left out", "library.py", '("exercise.py", ', '("chapter04.py", "exercise.py", ', row("imports the cases")),
    Layer("the judge left out", "library.py", '("confinement.py", ', '("judging.py", "turns.py", "confinement.py", ', f"{JUDGE}::test_the_box_holds_no_right_answer"),
    Layer("recordings left out", "library.py", '"recordings", ', "", f"{JUDGE}::test_the_answers_of_the_library_to_each_chapter_are_left_out"),
    Layer("the library's own is flagged", "zygote.py", '{"library": "yes"} if _of_library(answer) else {}', "{}", row("is the library's own")),
    Layer("the library's own has no points", "judging.py", "], 0.0\n", "], points\n", row("says that it is the library's")),
    Layer("a process for each hidden case", "judging.py", "in (exercise.public, *((case,) for case in exercise.cases if not case.public)):",
          "in (exercise.cases,):", row("remembers the cases before")),
    Layer("a new process after a death", "judging.py", "                endings.pop()", "                pass", row("dies when it is called again")),
    Layer("the comparison", "judging.py", "passed = agrees(seen, arrays(should), case.tolerance)", "passed = True", row("forges its result")),
    Layer("numbers of one kind", "judging.py", "if any(values.dtype != np.float64 for values in seen):", "if False:", f"{JUDGE}::test_only_float64_in_safetensors_comes_out"),
    Layer("conduct beside values", "judging.py", "        not outcome.conduct\n", "        True\n", row("only refuses")),
    Layer("hidden conduct beside hidden values", "judging.py", " and o.case.public is outcome.case.public", "", f"{JUDGE}::test_conduct_counts_only_beside_values_of_hidden_cases_hidden_ones"),
    Layer("the secret", "judging.py", "hmac.new(self.secret, content", 'hmac.new(b"", content', f"{JUDGE}::test_hidden_inputs_follow_the_secret_and_the_answer_public_ones_neither"),
    Layer("the answer in the seed", "judging.py", 'job["program"], job["cells"]]', '""]', f"{JUDGE}::test_hidden_inputs_follow_the_secret_and_the_answer_public_ones_neither"),
    Layer("hidden: no input in a shape", "judging.py", 'other = _shape(found) if case.public else "another shape"', "other = _shape(found)", row("shows a hidden input in a shape")),
    Layer("hidden: no input in an error's name", "judging.py", 'name if name in ERRORS else "an error of its own kind" if name else ""', "name", row("shows a hidden input in an error")),
    Layer("hidden: no input in a line", "judging.py", 'and 0 < int(line) <= source.count("\\n") + 1', "", row("shows a hidden input in a line")),
    Layer("hidden: no call in words", "judging.py", 'call = f"{call} " if case.public else ""', 'call = f"{call} "', row("shows a hidden input in a shape")),
    Layer("patches of modules left out", "reading.py", "(wanted not in one.alters or wanted in modules)", "wanted not in one.alters", row("patched torch elsewhere")),
    Layer("the secret is its owner's", "gradebook.py", "os.O_EXCL, 0o600)", "os.O_EXCL, 0o644)", f"{JUDGE}::test_what_is_graded_is_kept_and_the_next_call_goes_on"),
    Layer("zip: names that lead out of it", "files.py", ' or ".." in name.split("/")', "", f"{SUBMISSIONS}::test_what_a_zip_hides_is_refused_in_words"),
    Layer("zip: links", "files.py", "    if kind not in (0, stat.S_IFREG):", "    if False:", f"{SUBMISSIONS}::test_what_a_zip_hides_is_refused_in_words"),
    Layer("zip: the largest size", "files.py", "    if size > LARGEST:", "    if False:", f"{SUBMISSIONS}::test_what_a_zip_hides_is_refused_in_words"),
    Layer("zip: the size that is claimed", "files.py", "    _bounded(member.file_size)\n", "", f"{SUBMISSIONS}::test_what_a_zip_hides_is_refused_in_words",
          "one byte more than the largest size is read at most, and then refused"),
    Layer("zip: a size that is a lie", "files.py", "stream.read(LARGEST + 1)", "stream.read()", f"{SUBMISSIONS}::test_a_bomb_that_lies_about_its_size_is_read_no_further",
          "zipfile reads no more than what is claimed, and that is bounded"),
    Layer("CSV: no formula", "tables.py", 'FORMULA = ("=", ', "FORMULA = (", f"{RESULTS}::test_grades_csv_has_a_column_an_exercise_and_no_formula"),
    Layer("pages: no markup of strangers", "../report/style.py", "autoescape=True", "autoescape=False", f"{RESULTS}::test_no_page_is_taken_over_by_a_strangers_words"),
    Layer("what a killed grader left", "box.py", "fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_UN", f"{JUDGE}::test_the_folders_of_graders_that_were_killed_are_taken_away"),
]  # fmt: skip


def main() -> int:
    """Switch them off; whether there was one to see to is the exit code."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [layer for layer in LAYERS if word in layer.what]
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit("ended before its end"))
    why = failure({}, *dict.fromkeys(layer.test for layer in chosen))
    if why:
        sys.exit(f"with all layers on a test fails: {why}")
    seen = {"caught": 0, "excused": 0, "to see to": 0}
    for layer in chosen:
        why = failure({layer.file: (layer.old, layer.new)}, layer.test)
        word = "to see to" if bool(why) == bool(layer.excuse) else "excused" if layer.excuse else "caught"
        seen[word] += 1
        test = layer.test.rpartition("::")[2].removeprefix("test_each_row_gets_what_it_deserves_and_harms_no_neighbour")
        said = layer.excuse if word == "excused" else f"{test}: {why or 'PASSED ALL THE SAME'}"
        print(f"{word:9} | {layer.what:38} | {said}", flush=True)
    print(f"\n{len(chosen)} layers: " + ", ".join(f"{count} {word}" for word, count in seen.items()))
    return min(seen["to see to"], 1)


def failure(edits: dict[str, tuple[str, str]], *tests: str) -> str:
    """What pytest says of the first test that fails in a copy with these edits to files of `course/grading`; empty if
    none fails.
    """
    with alone() as folder:
        project = folder / "project"
        for name in ("course", "tests", "solutions", "notebooks"):
            shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        for name, (old, new) in edits.items():
            file = project / "course" / "grading" / name
            text = file.read_text()
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}, and once is needed"
            file.write_text(text.replace(old, new))
        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--rootdir", str(project)]
        own = {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder / "tmp")}
        command = [sys.executable, "-m", "pytest", *options, *tests]
        done = subprocess.run(command, cwd=project, env=os.environ | own, capture_output=True, text=True, timeout=900)
        assert done.returncode in (0, 1) and not re.search(r"\d skipped", done.stdout), done.stdout + done.stderr
        ways = (r"^E +(\{.*\} != \{.*\})", r"^E +(assert .*)", r"^E +(.*)")  # points, or what else was not so
        told = next(filter(None, (re.search(way, done.stdout, re.M) for way in ways)), None)
        return (told[1][:90] if told else "fails") if done.returncode else ""


@contextlib.contextmanager
def alone() -> Iterator[Path]:
    """A folder for one run and all that it writes. Afterwards, whatever happened, nothing of it is left, and nothing of
    what an attack could do: no process, file, shared memory or queue.
    """
    memory, queues = set(shared_memory()), set(ipc())
    folder = Path(tempfile.mkdtemp(prefix="mutate-judge-"))
    try:
        folder.chmod(0o755)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o1777)
        yield folder
    finally:
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.fsencode(folder) in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        for path in set(shared_memory()) - memory:
            path.unlink(missing_ok=True)
        for option, number in set(ipc()) - queues:
            subprocess.run(["ipcrm", option, number], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def shared_memory() -> list[Path]:
    """The rows' files in shared memory: known by the name of the tests' folder."""
    return list(Path("/dev/shm").glob("course-grading-*"))


def ipc() -> Iterator[tuple[str, str]]:
    """Shared memory and queues that a box's user has made: ipcrm's option and their number."""
    for option, kind in (("-m", "shm"), ("-q", "msg")):
        names, *rows = (line.split() for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines())
        for row in rows:
            if int(row[names.index("cuid")]) in range(USERS, USERS + 100):
                yield option, row[1]


if __name__ == "__main__":
    sys.exit(main())
