"""What is sent to the page: facts as JSON, curves and strips as one float32 buffer that only holds what is new."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course import networks, themes, wording
from course.labs import recordings
from course.labs.controls import Choice, Control
from course.labs.engine import LabRun
from course.labs.panels import Panel
from course.records import Run

if TYPE_CHECKING:
    from course.labs.instant import InstantLab
    from course.labs.lab import Lab

SPLITS = {"train": 0.0, "test": 1.0, "train_eval": 2.0, "valid": 3.0}
ROW = 5  # step, loss, accuracy, seconds, split
Sent = dict[str, tuple[int, int]]  # rows and columns of each series that have gone out


def message(runs: Sequence[LabRun], controls: Sequence[Control], sent: Sent) -> tuple[dict[str, Any], bytes]:
    """Every run's facts, and what `sent` does not have of its series: (JSON, float32 buffer). `sent` is brought up to
    date; an empty one asks for everything.
    """
    parts: list[np.ndarray] = []
    described = []
    for live in list(runs):
        series = [_series(str(live.id), live.run, sent, parts, live)]
        trials = live.trials if live.status == "searching" else []
        series += [_series(f"{live.id}.{i}", trial, sent, parts) for i, trial in enumerate(list(trials))]
        described.append(facts(live, controls) | {"series": series})
    buffer = np.concatenate(parts) if parts else np.empty(0, np.float32)
    return {"runs": described}, buffer.astype("<f4").tobytes()


def _series(key: str, run: Run, sent: Sent, parts: list[np.ndarray], live: LabRun | None = None) -> dict[str, Any]:
    """The new rows of one run go to `parts`; says where they start and end."""
    rows, columns = sent.get(key, (0, 0))
    new = run.records[rows:]
    parts += [np.array([(r.step, r.loss, r.accuracy, r.seconds, SPLITS[r.split]) for r in new], np.float32).ravel()]
    told = {"id": key, "rate": wording.rate(run.recipe.learning_rate), "from": rows, "to": rows + len(new)}
    strips = live.columns[columns:] if live else []
    if strips:
        parts += [np.array([(step, *values) for step, values in strips], np.float32).ravel()]
        told |= {"strips": [columns, columns + len(strips)], "layers": len(strips[0][1])}
    sent[key] = rows + len(new), columns + len(strips)
    return told


def facts(live: LabRun, controls: Sequence[Control]) -> dict[str, Any]:
    """What is said about a run in words and numbers, its curve apart; JSON has no infinity, so that is None."""
    if live.facts is not None:
        return live.facts
    run, over = live.run, live.status not in ("running", "searching")
    last = run.records[-1] if run.records else None
    told = {
        "id": live.id,
        "number": live.number,
        "family": live.family,
        "label": live.settings["label"],
        "named": any(control.name in ("kind", "network") for control in controls),
        "parts": _parts(live, controls),
        "status": live.status,
        "error": live.error,
        "recorded": live.recorded,
        "classes": live.classes,
        "epochs": run.recipe.epochs,
        "batch": run.recipe.batch_size,
        "steps": run.recipe.epochs * live.per_epoch,
        "seconds": last.seconds if last else 0.0,
        "slower": live.slower,
        "panel": panel(live.panel),
    }
    if over:
        broke = run.diverged_at
        loss = last.loss if last and broke else run.loss
        told |= {"loss": _finite(loss), "test": _finite(run.test_accuracy), "diverged": broke}
        live.facts = told
    return told


def _parts(live: LabRun, controls: Sequence[Control]) -> list[list[str]]:
    """(word, value) of each setting that may tell two runs apart; kind and depth are in the label already."""
    found = []
    for control in controls:
        value = live.settings.get(control.name)
        if control.name in ("kind", "depth", "network") or not control.applies(live.settings):
            continue
        if control.small and value == control.default:
            continue
        chosen = control.name == "learning_rate" and live.status != "searching"
        words = wording.rate(live.run.recipe.learning_rate) if chosen else control.words(value)
        found.append([getattr(control, "short", "") or control.label.lower(), words])
    return found


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def declaration(lab: Lab) -> dict[str, Any]:
    """The lab as the page builds it: its controls, what is recorded, and what the course would choose by itself."""
    has_kinds = any(control.name == "kind" for control in lab.controls)
    rates: dict[str, dict[int, str]] = {}
    for (kind, depth), run in recordings.recorded(lab.name).items() if has_kinds else ():
        for each in networks.KINDS if depth == 2 else (kind,):
            rates.setdefault(each, {})[depth] = wording.rate(run.recipe.learning_rate)
    return {
        "name": lab.name,
        "title": lab.title,
        "about": lab.about,
        "lecture": lab.lecture,
        "controls": [_control(control) for control in lab.controls],
        "settings": lab.settings,
        "panel": panel(lab.panel(lab.settings)),
        "question": lab.question and {"text": lab.question.question, "options": lab.question.options},
        "recorded": rates,
        "even": [k for k in networks.KINDS if networks.nearest_depth(k, 5) != 5] if has_kinds else [],
        "gates": [wording.rate(networks.gate_bias_for_depth(d - 2)) for d in range(3, 101)] if has_kinds else [],
        "tokens": {name: themes.tokens()[name] for name in ("run_patterns", "line", "motion", "maps", "chart")}
        | {"kinds": list(themes.tokens()["kinds"])},
    }


def instant(lab: InstantLab) -> dict[str, Any]:
    """An instant lab as its page builds it."""
    head = {name: getattr(lab, name) for name in ("name", "title", "about", "lecture", "trains", "settings")}
    return head | {"controls": [_control(control) for control in lab.controls]}


def panel(shown: Panel | None) -> dict[str, Any] | None:
    """What the page needs to draw a strip."""
    return {name: value for name, value in vars(shown).items() if name != "read"} if shown else None


def _control(control: Control) -> dict[str, Any]:
    if isinstance(control, Choice):
        labels = control.labels or control.options
        families = [themes.family(option) for option in control.options]
        return vars(control) | {"type": "choice", "labels": labels, "families": families}
    return vars(control) | {"type": "number", "automatic": control.automatic}
