"""The files of a folder or a zip that strangers filled. Nothing is unpacked: a file is read when it is asked for, up to
a size, and a link, a pipe or a name that leads elsewhere is refused in words.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

LARGEST = 64 * 2**20  # bytes of a file
MOST, WHOLE = 50_000, 2**36  # files of a zip, and the bytes that all of them claim to be
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what others unpack to cannot be bounded while it is read
IGNORED = ("__MACOSX", "Thumbs.db")  # and what begins with a dot


class Refused(ValueError):
    """Why a file is not read, in words for the student."""


class File(NamedTuple):
    """A file: its name, what reads it or raises Refused, and the time that a zip gives it."""

    name: str
    read: Callable[[], bytes]
    time: datetime | None = None


class Entry(NamedTuple):
    """What lies at the top: a file by itself, or a folder with the files beneath it, by path."""

    name: str
    files: list[File]
    folder: bool


def entries(source: Path, leave_out: Path | None = None) -> list[Entry]:
    """What lies in a folder or a zip, by name. Raises ValueError if it is neither, or empty."""
    if not source.is_dir() and not source.is_file():
        raise ValueError(f"there is no folder {str(source)!r}: give the one in which the notebooks lie, or the zip")
    found = _of_folder(source, leave_out) if source.is_dir() else _of_zip(source)
    if not found:
        kind = "folder" if source.is_dir() else "zip"
        raise ValueError(f"the {kind} {str(source)!r} is empty: give the one in which the notebooks lie")
    return sorted(found, key=lambda entry: (_stem(entry.name), entry.name))


def _stem(name: str) -> str:
    return Path(name).stem


def _text(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _ignored(name: str) -> bool:
    return name.startswith(".") or name in IGNORED


def _of_folder(folder: Path, leave_out: Path | None) -> list[Entry]:
    found = []
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if _ignored(entry.name) or (leave_out is not None and path.resolve() == leave_out.resolve()):
            continue
        below = entry.is_dir(follow_symlinks=False)
        files = beneath(path) if below else [File(_text(entry.name), partial(_opened, path))]
        found.append(Entry(_text(entry.name), files, below))
    if len(found) == 1 and found[0].folder:
        inside = next(path for path in folder.iterdir() if _text(path.name) == found[0].name)
        if _wrapped([[inside.name, *path.relative_to(inside).parts] for path in inside.glob("*/*")]
                    or [[inside.name, path.name] for path in inside.iterdir()]):  # fmt: skip
            return _of_folder(inside, leave_out)
    return found


def beneath(folder: Path) -> list[File]:
    """The files in a folder and in those below it, by path, but for what is hidden."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name))
        found += [File(_text(name), partial(_opened, Path(parent, name))) for name in sorted(names)
                  if not _ignored(name)]  # fmt: skip
    return found


def _opened(path: Path) -> bytes:
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise Refused("this is a link or cannot be opened: hand in the file itself") from None
    with os.fdopen(opened, "rb") as stream:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode):
            raise Refused("this is no file: hand in the notebook itself")
        _bounded(about.st_size)
        return stream.read(LARGEST)


def _bounded(size: int) -> None:
    if size > LARGEST:
        raise Refused(f"the file is larger than {LARGEST >> 20} MB: clear its outputs")


def _of_zip(path: Path) -> list[Entry]:
    try:
        archive = zipfile.ZipFile(path)
        members = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError):
        raise ValueError(f"{str(path)!r} is no zip, or only a part of one: download it anew") from None
    if len(members) > MOST or sum(member.file_size for member in members) > WHOLE:
        raise ValueError(f"{str(path)!r} holds {len(members):,} files of "
                         f"{sum(member.file_size for member in members) / 2**30:,.0f} GiB; "
                         f"at most {MOST:,} files of {WHOLE >> 30} GiB are read")  # fmt: skip
    parts = {member: _parts(member.filename) for member in members}
    parts = {member: names for member, names in parts.items() if names and not any(map(_ignored, names))}
    if _wrapped(list(parts.values())):
        parts = {member: names[1:] for member, names in parts.items() if names[1:]}
    found: dict[str, Entry] = {}
    for number, (member, names) in enumerate(sorted(parts.items(), key=lambda item: item[1])):
        below = len(names) > 1 or member.is_dir()
        entry = found.setdefault(names[0] if below else f"/{number}", Entry(names[0], [], below))
        if not member.is_dir():
            entry.files.append(File(names[-1], partial(_unpacked, archive, member), _time(member)))
    return list(found.values())


def _parts(name: str) -> list[str]:
    return [_text(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]


def _wrapped(paths: list[list[str]]) -> bool:
    """Whether all lies in one folder that is nobody's: with folders in it, or several notebooks."""
    tops = {names[0] for names in paths}
    inside = [names[1:] for names in paths if names[1:]]
    several = sum(names[0].endswith(".ipynb") for names in inside) > 1
    own = any("_assignsubmission_" in top or top.startswith("submission_") for top in tops)
    return len(tops) == 1 and not own and (several or any(len(names) > 1 for names in inside))


def _time(member: zipfile.ZipInfo) -> datetime | None:
    """A zip's time has no zone, and 1980 stands for none."""
    try:
        return datetime(*member.date_time) if member.date_time[0] > 1980 else None
    except ValueError:
        return None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
        raise Refused("its name in the zip leads out of it: hand in the file itself")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused("this is a link in a zip: hand in the file itself")
    if member.flag_bits & 1:
        raise Refused("the zip is locked by a password")
    if member.compress_type not in PACKED:
        raise Refused("the zip is packed in a way that is not read here: use a plain one")
    _bounded(member.file_size)
    try:
        with archive.open(member) as stream:
            raw = stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        raise Refused("the file is broken in the zip: download it anew, or hand it in anew") from None
    _bounded(len(raw))
    return raw
