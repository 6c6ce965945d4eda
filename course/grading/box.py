"""The box from outside: starts a zygote in the strongest confinement that this machine has, and gives it jobs."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from course.grading import confinement, library
from course.grading.zygote import Message, receive, send

SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
USERS = 62_000  # the first of the user ids, nobody's, that boxes become when root grades
ENVIRONMENT = {"PATH": "/usr/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0",
               "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # fmt: skip
PREFIX = "course-box-"  # of the folders of boxes
START = 120  # seconds that a zygote may take to import
GIB = 2**30
SIGKILL, SIGXCPU, SIGPROF = 9, 24, 27


class BoxError(ValueError):
    """The box could not be started."""


class Ending(NamedTuple):
    """How a part of a job ended: "ended", "too long" (of CPU time), "too late" (by the clock), "too much" (written), or
    "broken" with its box; the exit code, minus a signal; CPU seconds; what it wrote.
    """

    how: str
    code: int
    cpu: float
    written: bytes


class Bounds(NamedTuple):
    """What one job may use; the seconds are for each of its parts."""

    seconds: int  # of CPU time; of the clock, twice that and one more
    memory: int = 4 * GIB
    output: int = GIB // 32


class Box:
    """A zygote for one chapter. Not for two threads at once. `names` are a chapter's; `declarations` is the source that
    defines its EXERCISES; `imports` are loaded before anything is forked. Raises BoxError where it does not start.
    """

    def __init__(self, chapter: str, declarations: str, imports: tuple[str, ...] = (), number: int = 0,
                 bubblewrap: bool | None = None):  # fmt: skip
        self._chapter, self._declarations, self._imports = chapter, declarations, imports
        self._user = USERS + number if os.geteuid() == 0 else None
        self.bubblewrap = bubblewrap_works() if bubblewrap is None else bubblewrap
        take_away_abandoned()
        self.folder, self._held = new_folder()
        library.copy(self.folder / "library", chapter)
        self.folder.chmod(0o711)
        self._start()

    def _start(self) -> None:
        home = self.folder / "library"
        code = f"import sys; sys.path.insert(0, {str(home)!r}); from course.grading import zygote; zygote.main()"
        command = [sys.executable, "-s", "-P", "-c", code]
        before = bubblewrap_command(home, self._user is not None) if self.bubblewrap else []
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*before, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=ENVIRONMENT | {confinement.UNSAFE: str(int(confinement.unsafe()))},
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the judge
            )
        setup = {"user": self._user, "imports": self._imports, "readable": [*map(str, readable(home))],
                 "listed": [*map(str, installed())]}  # fmt: skip
        try:
            send(self._to, setup, self._declarations.encode())
            self._answer(START)
        except (EOFError, OSError) as error:
            said = (self.folder / "log").read_text(errors="replace").strip().rpartition("\n")[2]
            self.close()
            raise BoxError(f"the box did not start: {said or error}") from None

    @property
    def _to(self) -> Any:
        return self._process.stdin

    @property
    def pid(self) -> int:
        """The process that was started: the zygote, or bubblewrap around it."""
        return self._process.pid

    def _answer(self, seconds: float) -> tuple[Message, bytes]:
        source = self._process.stdout
        assert source is not None
        if not select.select([source], [], [], seconds)[0]:
            raise TimeoutError("the box does not answer")
        return receive(source)  # type: ignore[arg-type]

    def run(self, bounds: Bounds, job: Message, payload: bytes = b"", parts: int = 1) -> list[Ending]:
        """Do one job in a new process: an ending for each part that was begun; after one that wrote nothing none is. A
        box that breaks meanwhile is started anew, and the job's first part counts as "broken".
        """
        deadline = 2 * bounds.seconds + 1
        limits = {"seconds": bounds.seconds, "memory": bounds.memory, "output": bounds.output, "deadline": deadline}
        try:
            send(self._to, {**job, **limits, "parts": parts}, payload)
            said, written = self._answer(deadline * parts + 30)
        except (EOFError, OSError):
            self._stop()
            if not self.folder.exists():
                raise BoxError("the box has been closed") from None
            self._start()
            return [Ending("broken", 0, 0.0, b"")]
        ends = [*accumulate(said["sizes"], initial=0)]
        endings = [
            Ending("ended", 0, cpu, written[start:end])
            for cpu, (start, end) in zip(said["cpu"], pairwise(ends), strict=True)
        ]
        code, cpu = said["code"], said["cpu"][-1]
        long = code in (-SIGXCPU, -SIGPROF) or (code == -SIGKILL and cpu >= bounds.seconds and not endings[-1].written)
        how = "too long" if long and said["ending"] != "too much" else said["ending"]
        return [*endings[:-1], endings[-1]._replace(how=how, code=code)]

    def _stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]

    def close(self) -> None:
        """End the zygote and take its folder away."""
        if self.folder.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._held)
        self._stop()

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def new_folder() -> tuple[Path, int]:
    """A folder for a box, and the open file that locks it until it is closed or this process is gone."""
    import fcntl

    made = Path(tempfile.mkdtemp(prefix="course-"))
    held = os.open(made, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    return made.rename(made.with_name(PREFIX + made.name.removeprefix("course-"))), held  # locked before it is seen


def take_away_abandoned() -> None:
    """Take the folders of boxes away that nobody holds any more: their grader was killed."""
    import fcntl

    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, a link, or taken away meanwhile
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(held).st_uid == os.geteuid():
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def installed() -> set[Path]:
    """The folders of Python's own modules and of installed ones."""
    paths = sysconfig.get_paths()
    return {Path(paths[kind]) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}


def readable(home: Path) -> Iterator[Path]:
    """What may be opened in the box: Python, what is installed but the course itself, and the copy of the library."""
    yield from (home, Path("/dev/urandom"), *map(Path, SYSTEM))
    for folder in installed():
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in ("site-packages", "dist-packages", "course", "__pycache__"):
                yield path


def bubblewrap_command(home: Path, root: bool) -> list[str]:
    """bwrap with namespaces of its own for processes, network, IPC and files, in which Python and `home` are there."""
    here = [Path(part).resolve() for part in (sys.prefix, sys.base_prefix)]
    shown = dict.fromkeys([*map(Path, SYSTEM), Path("/usr"), Path("/sbin"), Path(sys.prefix), *here, home])
    command = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--die-with-parent",
               "--new-session", "--cap-drop", "ALL"]  # fmt: skip
    command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else ["--unshare-user"]
    there = [path for path in shown if path.exists()]
    for parent in sorted({parent for path in there for parent in path.parents} - {Path("/")}):
        command += ["--perms", "0755", "--dir", str(parent)]  # open to the user that root's box becomes
    for path in there:
        command += ["--ro-bind", str(path), str(path)]
    if library.SOURCE.is_relative_to(Path(sys.prefix)):
        command += ["--tmpfs", str(library.SOURCE)]  # installed: the copy is the only one to be seen
    for device in ("/dev/null", "/dev/urandom"):  # --dev would add a second user namespace
        command += ["--dev-bind", device, device]
    return [*command, "--proc", "/proc", "--remount-ro", "/", "--"]


def bubblewrap_works() -> bool:
    """Whether bwrap starts Python here as a box would: a probe, since kernels and containers forbid it in many ways."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    command = [*bubblewrap_command(Path("/usr"), os.geteuid() == 0), sys.executable, "-I", "-S", "-c", "print('here')"]
    try:
        tried = subprocess.run(command, capture_output=True, env=ENVIRONMENT, cwd="/", timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.stdout == b"here\n"
