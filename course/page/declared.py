"""Labs as their pages build them: controls, tokens, what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from course import networks, themes
from course.labs import InstantLab, Lab, Panel, Prediction, naming, recordings
from course.labs.base import BaseLab
from course.labs.controls import Blocks, Control, Controls, Number, Options
from course.labs.suggestions import PLAYED, SUGGESTIONS
from course.page.protocol import Declared, DeclaredControl, DeclaredPanel, InstantDeclared

TYPES: dict[type[Control], Literal["options", "number", "blocks"]] = {
    Options: "options",
    Number: "number",
    Blocks: "blocks",
}
TOKENS = ("run_patterns", "line", "motion", "maps", "chart")  # what a canvas needs of them, beside the stylesheet


def declared(lab: Lab) -> Declared:
    """A lab with runs."""
    tokens = themes.tokens()
    return {
        "name": lab.name,
        "title": lab.title,
        "about": lab.about,
        "lecture": lab.lecture,
        "asking": lab.above is not None and not lab.above.done,
        "suggestion": suggestion(lab, lab.question or lab.above),
        "named": naming.named(lab.controls),
        "controls": controls(lab.controls),
        "settings": lab.settings,
        "panel": panel(lab.panel(lab.settings)),
        "scale": lab.scale,
        "question": {"text": lab.question.question, "options": lab.question.options} if lab.question else None,
        "recorded": _recorded(lab),
        "host": "kernel",
        "live": "Live: the network trains in the kernel, and the page shows it as it happens.",
        "late": "The kernel hears it when the cell that runs has ended.",
        "tokens": {name: tokens[name] for name in TOKENS},
    }


def declared_instant(lab: InstantLab) -> InstantDeclared:
    """A lab whose views follow its controls."""
    return {
        "name": lab.name,
        "title": lab.title,
        "about": lab.about,
        "lecture": lab.lecture,
        "trains": lab.trains,
        "asking": lab.asking,
        "suggestion": suggestion(lab, lab.question),
        "suggestion_played": suggestion(lab, lab.question, PLAYED),
        "live": "",
        "controls": controls(lab.controls),
        "settings": lab.settings,
    }


def suggestion(lab: BaseLab, asked: Prediction | None, known: Mapping[str, str] = SUGGESTIONS) -> str:
    """What to try first; nothing in a lecture, and where a question is asked."""
    return "" if lab.lecture or asked is not None else known.get(lab.name, "")


def _recorded(lab: Lab) -> dict[str, list[int]]:
    """The recorded depths of each kind; at depth 2 all kinds are one network."""
    kinds: dict[str, list[int]] = {}
    for (kind, depth), _ in recordings.recorded(lab.name).items() if lab.has_recordings else ():
        for each in networks.KINDS if depth == 2 else (kind,):
            kinds.setdefault(each, []).append(depth)
    return {kind: sorted(depths) for kind, depths in kinds.items()}


def panel(shown: Panel | None) -> DeclaredPanel | None:
    """What the page needs to draw a strip."""
    return None if shown is None else strip(shown)


def strip(shown: Panel) -> DeclaredPanel:
    """The limits of a panel's map."""
    return {"name": shown.name, "low": shown.low, "high": shown.high, "log": shown.log, "zero": shown.zero}


def controls(given: Controls) -> list[DeclaredControl]:
    """All controls of a lab, in their order."""
    return [_control(control) for control in given]


def _control(control: Control) -> DeclaredControl:
    common: DeclaredControl = {
        "type": TYPES[type(control)],
        "name": control.name,
        "label": control.label,
        "short": control.short,
        "role": control.role,
        "small": control.small,
        "default": list(control.default) if isinstance(control, Blocks) else control.default,
        "only_for": control.only_for,
    }
    if isinstance(control, Options):
        labels = list(control.labels or control.options)
        families = [themes.family(kind) for kind in control.kinds or control.options]
        return {**common, "options": list(control.options), "labels": labels, "families": families}
    if isinstance(control, Blocks):
        counts = {kind: dict(counts) for kind, counts in control.counts.items()}
        return {**common, "layers": control.layers, "counts": counts}
    return {
        **common,
        "low": control.low,
        "high": control.high,
        "reach": control.high if control.reach is None else control.reach,
        "whole": control.whole,
        "log": control.log,
        "automatic": control.automatic,
        "automatic_value": control.check(control.default) if control.automatic else None,  # type: ignore[typeddict-item]
    }
