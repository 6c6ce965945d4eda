"""What tells the runs of a lab apart, in words."""

from __future__ import annotations

from collections.abc import Sequence

from course import wording
from course.labs.controls import Control, Controls
from course.labs.lab_run import SEARCHING, LabRun

Parts = dict[str, str]  # word: value


def named(controls: Controls) -> bool:
    """Whether a run is called after its network: in a lab where one is chosen. Else it is called after its settings."""
    return controls.role("kind") is not None or controls.role("network") is not None


def parts(lab_run: LabRun, controls: Controls) -> Parts:
    """Each setting that may tell two runs apart, a kind's own first; kind and depth are in the label already."""
    found = {}
    for control in sorted(controls, key=lambda control: not control.only_for):
        value = lab_run.settings.get(control.name)
        told_by_label = control.role in ("kind", "depth", "network")
        if (
            told_by_label
            or not controls.apply(control, lab_run.settings)
            or (control.small and value == control.default)
        ):
            continue
        chosen = control.role == "rate" and lab_run.status != SEARCHING
        text = wording.rate(lab_run.run.recipe.learning_rate) if chosen else control.as_text(value)
        found[word_of(control)] = text
    return found


def word_of(control: Control) -> str:
    """What the end of a curve calls it."""
    return control.short or control.label.lower()


def names(runs: Sequence[LabRun], controls: Controls) -> list[str]:
    """What the end of each curve says: only what tells it from the others. Without networks that is the first setting
    in which any differ, and which others are not as the lab starts.
    """
    settings = [parts(lab_run, controls) for lab_run in runs]
    if not named(controls):
        start = {word_of(control): control.as_text(control.default) for control in controls}
        return [
            _differing(mine, settings, start) or f"run {lab_run.number}"
            for lab_run, mine in zip(runs, settings, strict=True)
        ]
    found = []
    for lab_run, mine in zip(runs, settings, strict=True):
        twins = [theirs for other, theirs in zip(runs, settings, strict=True) if other.label == lab_run.label]
        differing = _differing(mine, twins)
        alone = len(twins) == len(runs) and differing
        found.append(differing if alone else ", ".join(filter(None, [lab_run.label, differing])))
    return found


def _differing(mine: Parts, all_of_them: Sequence[Parts], start: Parts | None = None) -> str:
    """The settings in which one of several differs from another; empty for one alone. start: the values that are not
    said but in the first of them.
    """
    differ = [word for word in mine if any(other.get(word, "") != mine[word] for other in all_of_them)]
    said = differ[:1] + [word for word in differ[1:] if mine[word] != (start or {}).get(word)]
    return ", ".join(f"{word} {mine[word]}" for word in said)
