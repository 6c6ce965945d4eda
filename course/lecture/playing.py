"""The films of a lab as a slide plays them: from their start on, and instead of its controls a chip for each film."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from typing import Any

from course import views
from course.labs import InstantLab, films
from course.labs.controls import Controls, Number, Options, Settings
from course.page.computes import look, packed
from course.page.declared import controls, declared_instant
from course.page.filmed import PLAYED, filmable
from course.page.protocol import Film, Filmed
from course.views import Frame


def played(lab: InstantLab, places: Sequence[int] = ()) -> Filmed | None:
    """What a slide needs to play the lab's films; None where none ships for what the lab shows now.

    places: of its views those that are shown; all if empty.
    """
    shipped = _films(lab) if filmable(lab) else {}
    asked = next((name for name, (settings, _) in shipped.items() if settings == lab.settings), None)
    if asked is None:
        return None
    told: list[Film] = []
    for name, (_, frames) in shipped.items():
        shots: Any = [views.stored(_picked(frame, places)) for frame in frames]
        told.append({"settings": {"film": name}, "frames": shots})
    labels = tuple(_called(lab, settings) for settings, _ in shipped.values())
    chips = Controls((Options("film", "Recorded", tuple(shipped), asked, labels),) if len(shipped) > 1 else ())
    whole = gzip.compress(json.dumps(told, separators=(",", ":")).encode(), mtime=0)
    declared = declared_instant(lab) | {"live": PLAYED, "controls": controls(chips), "settings": {"film": asked}}
    return {"declared": declared, "look": look(), "films": packed(whole), "unknown": ""}


def _films(lab: InstantLab) -> dict[str, tuple[Settings, tuple[Frame, ...]]]:
    """Settings and frames of each film that ships, by a name."""
    start = {control.name: control.default for control in lab.controls}
    found = {str(place): (start | changed, films.film(films.file(lab.name, changed)))
             for place, changed in enumerate(lab.recorded)}  # fmt: skip
    return {name: (settings, film.frames) for name, (settings, film) in found.items() if film is not None}


def _called(lab: InstantLab, settings: Settings) -> str:
    """What tells a film from the others."""
    varied = {name for changed in lab.recorded for name in changed}
    return ", ".join(
        f"{control.label[0].lower() + control.label[1:]} {control.as_text(settings[control.name])}"
        if isinstance(control, Number)
        else control.as_text(settings[control.name])
        for control in lab.controls
        if control.name in varied
    )


def _picked(frame: Frame, places: Sequence[int]) -> Frame:
    return Frame(tuple(frame.views[place] for place in places) or frame.views, frame.summary)
