"""Films that ship with an instant lab: what it shows from the start to the last epoch, recorded, to be seen at once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course import views
from course.labs import recordings
from course.labs.controls import Settings
from course.records import atomic, dumps
from course.views import Frame


@dataclass(frozen=True)
class Film:
    """Frames, and how they were made: settings, the keys of the networks, date, hardware and versions."""

    header: dict[str, Any]
    frames: tuple[Frame, ...]


def file(lab: str, changed: Settings) -> Path:
    """Where the film of a lab lies whose settings are as it starts but for those that are `changed`."""
    return recordings.folder(lab.replace(" ", "_")) / f"{recordings.called(changed)}.json.gz"


@cache
def film(path: Path) -> Film | None:
    """The film in a file; None if there is none."""
    if not path.exists():
        return None
    told = json.loads(gzip.decompress(path.read_bytes()))
    return Film(told["header"], tuple(views.restored(frame) for frame in told["frames"]))


def write(path: Path, header: dict[str, Any], frames: Iterable[Frame]) -> None:
    """Write a film in one stroke."""
    told = dumps({"header": header, "frames": [views.stored(frame) for frame in frames]})
    with atomic(path, "wb") as kept:
        kept.write(gzip.compress(told.encode(), mtime=0))
    film.cache_clear()
