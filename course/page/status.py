"""What a lab says of itself in its status line: one symbol, then what happened: the number. What to do next."""

from __future__ import annotations

import math
from typing import NamedTuple

from course import wording
from course.labs import Lab, LabRun, naming
from course.labs.lab_run import SEARCHING
from course.page.protocol import Status
from course.summaries import no_better_than_guessing

ENDINGS = {
    "recorded": ("◎", "Recorded {name}: training loss {loss}, test accuracy {test}."),
    "finished": ("✓", "Finished {name}: training loss {loss}, test accuracy {test}."),
    "learned nothing": ("✓", "Finished {name}: training loss {loss}, no better than guessing ({guessing}). "
                        "Try a smaller learning rate or another network."),
    "diverged": ("×", "{name} diverged at step {step}: loss {last}. Lower the learning rate."),
    "stopped": ("■", "Stopped {name} at step {step}: loss {smooth}. Train starts it again from step 0."),
    "stopped before": ("■", "Stopped {name} before its first step."),
    "changed": ("◐", "{name} {change}: error {error} on the {count} test images instead of {whole}."),
    "put back": ("✓", "{name} is whole again: error {whole} on the {count} test images."),
    "failed": ("!", "{name} failed after {step} steps: {error}. What it had is kept."),
}  # fmt: skip
SLOW = 2  # times slower than the recording: from there on the recording is offered


class Latest(NamedTuple):
    """The newest run as it stands, what it is called, and the smoothed loss and rate of the curve that it shows."""

    lab_run: LabRun
    name: str
    loss: float
    rate: float
    touched: bool = False  # whether its network was changed last


def line(symbol: str, text: str, announce: str | None = "", alert: bool = False, offer: bool = False) -> Status:
    """A status line. announce: what the live region hears, the text itself if None."""
    return {"symbol": symbol, "text": text, "announce": text if announce is None else announce, "alert": alert,
            "offer": offer}  # fmt: skip


def status(lab: Lab, latest: Latest | None, moved: bool) -> Status:
    """The line of a lab. moved: nothing trains, and since the last start a control was moved."""
    if lab.question is not None and not lab.question.done:
        return line("?", "Predict first. The curves appear after your answer.")
    if lab.error:
        return line("!", lab.error, None, alert=True)
    if lab.building:
        return line("◌", "Building the network.")
    if latest is None or moved:
        return ready(lab)
    if not lab.active or latest.lab_run.over:
        return _touched(latest) if latest.touched else _ended(latest)
    return _searching(latest) if latest.lab_run.status == SEARCHING else _training(lab, latest)


def ready(lab: Lab) -> Status:
    """What Train would train."""
    settings, rate = lab.settings, lab.controls.role("rate")
    what = lab.label(settings) if naming.named(lab.controls) else lab.title
    asked = lab.controls.value("depth", settings)
    if asked not in (None, lab.depth(settings)):
        what += f" (there is no depth {asked})"
    if rate is None:
        return line("○", f"Ready: {what}.")
    chosen = settings[rate.name]
    known = chosen if isinstance(chosen, float) else lab.automatic(settings).get(rate.name)
    by_rule = "" if chosen == known else ", by the rule"
    said = "the rule looks for a rate while you watch" if known is None else f"rate {wording.rate(known)}{by_rule}"
    return line("○", f"Ready: {what}, {said}.")


def _searching(latest: Latest) -> Status:
    tried = f"The rule tries rates for {latest.name}"
    begun = sum(bool(trial.records) for trial in latest.lab_run.trials)
    if begun:
        tried += f": of {begun}, {wording.rate(latest.rate)} leads with loss {wording.number(latest.loss)}"
    return line("◌", f"{tried}.", f"Training {latest.name}.")


def _training(lab: Lab, latest: Latest) -> Status:
    lab_run, said = latest.lab_run, f"Training {latest.name}."
    if not lab_run.run.records:
        return line("▸", said, said)
    at = f"Step {lab_run.run.records[-1].step} of {lab_run.steps}"
    if (lab_run.slower or 0) > SLOW:
        slower = f"This machine trains {float(f'{lab_run.slower:.1e}'):g} times slower than the recording."
        return line("◎", f"{said} {at}, loss {wording.number(latest.loss)}. {slower}", said, offer=True)
    notice = f" {wording.capital(lab.notice)}." if lab.notice else ""
    return line("▸", f"{said} {at}, loss {wording.number(latest.loss)}.{notice}", said)


def _touched(latest: Latest) -> Status:
    """What the network does as it is arranged now."""
    lab_run, change = latest.lab_run, latest.lab_run.change
    symbol, words = ENDINGS["changed" if change else "put back"]
    said = words.format(
        name=latest.name,
        change=change.label if change else "",
        error=wording.percent(change.error if change else math.nan),
        whole=wording.percent(1 - lab_run.run.test_accuracy),
        count=len(lab_run.data.test) if lab_run.data else 0,
    )
    return line(symbol, wording.capital(said), None)


def _ended(latest: Latest) -> Status:
    """What became of the newest run, in the words of `ENDINGS`."""
    lab_run, run = latest.lab_run, latest.lab_run.run
    ending = "recorded" if lab_run.recorded else lab_run.status
    if ending == "finished" and no_better_than_guessing(run.loss, lab_run.classes):
        ending = "learned nothing"
    if ending == "stopped" and not run.records:
        ending = "stopped before"
    symbol, words = ENDINGS[ending]
    said = words.format(
        name=latest.name,
        step=run.records[-1].step if run.records else 0,
        error=lab_run.error,
        smooth=wording.number(latest.loss),
        last=wording.number(run.records[-1].loss if run.records else math.nan),
        loss=wording.number(run.loss),
        test=wording.percent(run.test_accuracy),
        guessing=wording.number(math.log(lab_run.classes)),
    )
    if ended := wording.ladder_end([run.header.get("ladder_end")]):
        said += f" The rule chose rate {wording.rate(run.recipe.learning_rate)}{ended}."
    return line(symbol, wording.capital(said), None, alert=symbol in "!×")
