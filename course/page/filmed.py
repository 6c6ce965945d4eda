"""What a page needs that plays the films of a lab by itself, where nobody trains."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable

from course import views
from course.labs import Displayed, InstantLab, filming, films
from course.labs.controls import Settings
from course.page.computes import COMPUTED, look, packed
from course.page.declared import declared_instant
from course.page.protocol import Filmed
from course.views import Frame

FILMED = {name: lab for name, lab in filming.LABS.items() if name not in COMPUTED}
PLAYED = "◎ Recorded with PyTorch and played back."
NOT_RECORDED = "Nothing is recorded for these settings, and this page does not train. It has films for: "


def filmable(lab: Displayed) -> bool:
    """Whether films of this lab ship."""
    return type(lab) in FILMED.values() and isinstance(lab, InstantLab) and lab.has_recordings


def shipped_films(lab: InstantLab) -> list[tuple[Settings, tuple[Frame, ...]]]:
    """Settings and frames of each film of the lab that ships."""
    start = lab.controls.start
    found = [(start | changed, films.film(films.file(lab.name, changed))) for changed in lab.recorded]
    return [(settings, film.frames) for settings, film in found if film is not None]


def packed_films(told: Iterable[tuple[Settings, Iterable[Frame]]]) -> str:
    """Films for a page, each with the settings of its controls."""
    stored = [{"settings": settings, "frames": [views.stored(frame) for frame in frames]} for settings, frames in told]
    return packed(gzip.compress(json.dumps(stored, separators=(",", ":")).encode(), mtime=0))


def filmed(lab: InstantLab) -> Filmed:
    """All films of a lab."""
    return {
        "declared": declared_instant(lab) | {"live": PLAYED},
        "look": look(),
        "films": packed_films(shipped_films(lab)),
        "unknown": NOT_RECORDED + "; ".join(_words(lab, changed) for changed in lab.recorded) + ".",
    }


def _words(lab: InstantLab, changed: dict[str, object]) -> str:
    """What was moved for a film, as its controls say it."""
    said = [f"{control.label} {control.as_text(changed[control.name])}" for control in lab.controls
            if control.name in changed]  # fmt: skip
    return ", ".join(said) or "all as it opens"
