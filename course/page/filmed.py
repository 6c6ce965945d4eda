"""What a page needs that plays the films of a lab by itself, where nobody trains."""

from __future__ import annotations

import gzip
import json
from typing import Any

from course import views
from course.labs import Displayed, InstantLab, filming, films
from course.page.computes import COMPUTED, look, packed
from course.page.declared import declared_instant
from course.page.protocol import Film, Filmed

FILMED = {name: lab for name, lab in filming.LABS.items() if name not in COMPUTED}
PLAYED = "◎ Recorded with PyTorch and played back."
NOT_RECORDED = "Nothing is recorded for these settings, and this page does not train. It has films for: "


def filmable(lab: Displayed) -> bool:
    """Whether films of this lab ship."""
    return type(lab) in FILMED.values() and isinstance(lab, InstantLab) and lab.has_recordings


def filmed(lab: InstantLab) -> Filmed:
    """All films of a lab."""
    start = {control.name: control.default for control in lab.controls}
    told: list[Film] = []
    for changed in lab.recorded:
        film = films.film(films.file(lab.name, changed))
        if film is not None:
            shots: Any = [views.stored(frame) for frame in film.frames]
            told.append({"settings": start | changed, "frames": shots})
    whole = gzip.compress(json.dumps(told, separators=(",", ":")).encode(), mtime=0)
    return {
        "declared": declared_instant(lab) | {"live": PLAYED},
        "look": look(),
        "films": packed(whole),
        "unknown": NOT_RECORDED + "; ".join(_words(lab, changed) for changed in lab.recorded) + ".",
    }


def _words(lab: InstantLab, changed: dict[str, object]) -> str:
    """What was moved for a film, as its controls say it."""
    said = [f"{control.label} {control.as_text(changed[control.name])}" for control in lab.controls
            if control.name in changed]  # fmt: skip
    return ", ".join(said) or "all as it opens"
