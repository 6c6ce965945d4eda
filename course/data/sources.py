"""Where images of one's own lie: a folder, or a zip that is read in place. Both give names, bytes and a fingerprint."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from course.data.errors import DataError

MOST_BYTES = 200_000_000  # a file beyond this, packed or not, is no picture of a data set
MOST_FOLDERS = 12  # inside one another; more means a link that leads back


class State(NamedTuple):
    """What tells that a file has changed; `changed` moves even where a copy keeps the old time, as `cp -p` does."""

    mode: int = 0
    size: int = 0
    modified: int = 0  # ns
    changed: int = 0  # ns


@dataclass
class Folder:
    """A folder on disk. Names are relative to it, with `/`; folders end with one; hidden files are passed over."""

    path: Path

    @cached_property
    def found(self) -> dict[str, State]:
        """What the file system says of each file, by name."""
        return dict(sorted(_walk(self.path, self.path)))

    def names(self) -> list[str]:
        """Files and folders, sorted."""
        return list(self.found)

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises OSError, or ValueError for one that is too large or no regular file."""
        state = self.found[name]
        if state.mode and not stat.S_ISREG(state.mode):
            raise ValueError("it is a pipe, a socket or a device, no regular file")
        _refuse_giants(state.size)
        return (self.path / name).read_bytes()

    def fingerprint(self) -> str:
        """Changes when a file does, is added or goes away."""
        return hashlib.sha256(repr(self.found).encode()).hexdigest()


@dataclass
class Zip:
    """A zip file, read in place and opened only when it is read."""

    path: Path

    @cached_property
    def file(self) -> zipfile.ZipFile:
        """The opened file. Raises DataError if it is no zip."""
        if not self.path.is_file():
            raise DataError(f"{self.path} is neither a folder nor a regular file; give a folder or a zip")
        try:
            return zipfile.ZipFile(self.path)
        except OSError as error:
            raise DataError(
                f"{self.path} cannot be opened ({error.strerror or error}); give it read permission"
            ) from None
        except Exception as error:  # zipfile raises many types for a damaged directory
            raise DataError(
                f"{self.path} is neither a folder nor a zip file, or it is cut short ({error}): copy it again"
            ) from None

    @cached_property
    def members(self) -> dict[str, zipfile.ZipInfo]:
        """By name with `/`: some archivers of Windows write backslashes."""
        return {member.filename.replace("\\", "/"): member for member in self.file.infolist()}

    def names(self) -> list[str]:
        """Members and folders, sorted; hidden ones are passed over."""
        return sorted(name for name in self.members if not any(map(_hidden, name.split("/"))))

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises what zipfile raises, or ValueError for one that is too large."""
        _refuse_giants(self.members[name].file_size)
        return self.file.read(self.members[name])

    def fingerprint(self) -> str:
        """Changes when the file does."""
        return repr(_state(self.path.stat()))


def at(path: Path) -> Folder | Zip:
    """The source at `path`."""
    return Folder(path) if path.is_dir() else Zip(path)


def _walk(top: Path, folder: str | Path, below: str = "") -> Iterator[tuple[str, State]]:
    """Name and state of all that is visible in `folder`. Links are followed."""
    if below.count("/") > MOST_FOLDERS:
        raise DataError(f"{top}: {below} lies too deep; is there a link that leads back? Remove it")
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not _hidden(entry.name)]
    except OSError as error:
        raise DataError(
            f"{top}: {below or folder} cannot be opened ({error.strerror or error}); give it read permission"
        ) from None
    for entry in visible:
        name = below + entry.name
        if entry.is_dir():
            yield name + "/", State()
            yield from _walk(top, entry.path, name + "/")
        else:
            try:
                yield name, _state(entry.stat())
            except OSError:  # a link that leads nowhere; if it is an image, reading it says so
                yield name, State()


def _state(about: os.stat_result) -> State:
    return State(about.st_mode, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


def _hidden(part: str) -> bool:
    return part.startswith(".") or part == "__MACOSX"


def _refuse_giants(size: int) -> None:
    if size > MOST_BYTES:
        raise ValueError(f"{size:,} bytes are too many for a picture")
