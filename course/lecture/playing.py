"""The films of a lab as a slide plays them: from their start on, and instead of its controls a chip for each film."""

from __future__ import annotations

from collections.abc import Sequence

from course.labs import InstantLab
from course.labs.controls import Controls, Number, Options, Settings
from course.page.computes import look
from course.page.declared import controls, declared_instant
from course.page.filmed import PLAYED, filmable, packed_films, shipped_films
from course.page.protocol import Filmed
from course.views import Frame


def played(lab: InstantLab, places: Sequence[int] = ()) -> Filmed | None:
    """What a slide needs to play the lab's films; None where none ships for what the lab shows now.

    places: of its views those that are shown; all if empty.
    """
    found = {str(number): film for number, film in enumerate(shipped_films(lab))} if filmable(lab) else {}
    asked = next((name for name, (settings, _) in found.items() if settings == lab.settings), None)
    if asked is None:
        return None
    labels = tuple(_called(lab, settings) for settings, _ in found.values())
    chips = Controls((Options("film", "Recorded", tuple(found), asked, labels),) if len(found) > 1 else ())
    declared = declared_instant(lab) | {"live": PLAYED, "controls": controls(chips), "settings": {"film": asked}}
    told = [({"film": name}, [_picked(frame, places) for frame in frames]) for name, (_, frames) in found.items()]
    return {"declared": declared, "look": look(), "films": packed_films(told), "unknown": ""}


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
