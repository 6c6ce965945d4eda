"""A lab as one file that trains or computes by itself: no kernel, no network connection, only a browser."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from course import networks, themes
from course.labs import ALIVE, GATES, GRADIENTS, DepthLab, Displayed, DropoutLab, InstantLab, Lab, SGDLab, recordings
from course.page.computes import COMPUTED, computable, computes, packed
from course.page.declared import declared, strip
from course.page.filmed import FILMED, filmable, filmed
from course.page.protocol import Alone, Computes, Declared, Filmed, Recorded
from course.page.status import ENDINGS
from course.page.style import script, stylesheet
from course.records import Run, atomic
from course.summaries import NO_BETTER

TRAINED: dict[str, type[Lab]] = {lab.name: lab for lab in (DepthLab, SGDLab, DropoutLab)}
LABS: dict[str, type[Lab] | type[InstantLab]] = {**TRAINED, **COMPUTED}
PAGES = {**LABS, **FILMED}  # what a page can show by itself, if only as it was recorded
PLAYED = "Recorded with PyTorch and played back: this browser does not let the page train."
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: it works in this page alone</title>
<style>
{style}
body{{margin:0;background:{light};font:14px/1.4 {font}}}
body.dark{{background:{dark}}}
body>*{{max-width:{width};margin:0 auto;padding:.75rem 1rem}}
h1{{margin:0;font-size:1rem;color:{light_ink}}}
.dark h1{{color:{dark_ink}}}
body .dl.lecture{{font-size:min(28px,1.458vw)}}
</style>
<body>
<header><h1>Training very deep networks: a lab that needs this page alone</h1></header>
<main></main>
<noscript>This page works by itself, with JavaScript, which is switched off.</noscript>
<script type="application/json" id="course-lab">{lab}</script>
<script type="module">
{script}
</script>
</body>
</html>
"""


def write(lab: Displayed, path: str | os.PathLike[str]) -> Path:
    """Write the lab, where its controls stand now, as a page that trains or computes by itself, or plays the lab's
    films. Raises ValueError for a lab that needs the kernel.
    """
    page = html(lab)
    with atomic(path) as file:
        file.write(page)
    return Path(path)


def html(lab: Displayed) -> str:
    """The page."""
    told: Alone | Computes | Filmed
    told = filmed(lab) if filmable(lab) and isinstance(lab, InstantLab) else alone(lab, still=True)
    light, dark = themes.ui("light"), themes.ui("dark")
    return PAGE.format(
        title=told["declared"]["title"],
        style=stylesheet(),
        width="none" if told["declared"]["lecture"] else "72rem",
        light=light["page"],
        light_ink=light["ink"],
        dark=dark["page"],
        dark_ink=dark["ink"],
        font=themes.tokens()["font"]["ui"],
        lab=json.dumps(told, ensure_ascii=False).replace("</", "<\\/"),
        script=script("alone_instant.js" if isinstance(lab, InstantLab) else "alone.js"),
    )


def possible(lab: Displayed) -> bool:
    """Whether a page can train or compute what this lab does, be it on the digits alone."""
    return computable(lab) or (type(lab) in TRAINED.values() and isinstance(lab, Lab) and lab.has_recordings)


def alone(lab: Displayed, still: bool = False) -> Alone | Computes:
    """What a page needs besides its script. still: also a picture, for where it may not compute. Raises ValueError for
    a lab that needs the kernel.
    """
    return computes(lab, still) if computable(lab) and isinstance(lab, InstantLab) else trains(lab)


def _trainable(lab: Displayed) -> Lab:
    """The lab, if a page can train what it trains: a kind of `mlp` on the digits."""
    if type(lab) not in TRAINED.values() or not isinstance(lab, Lab):
        raise ValueError(
            f"a page works by itself: {', '.join(PAGES)} on the digits, no other lab; got {type(lab).__name__}"
        )
    if not lab.has_recordings:
        raise ValueError("a page trains the course's kinds of network on the digits: leave out networks and data")
    if lab.settings.get("data", "digits") != "digits":
        raise ValueError(f'a page trains on the digits alone: set data="digits"; got {lab.settings["data"]!r}')
    return lab


def trains(lab: Displayed) -> Alone:
    """What a page needs that trains. Raises ValueError for a lab that needs the kernel."""
    lab = _trainable(lab)
    read = files("course").joinpath
    return {
        "declared": _declared(lab),
        "rates": {kind: dict(sorted(_rates(lab, kind).items())) for kind in networks.KINDS},
        "recorded_as": recordings.GRID,
        "families": list(themes.tokens()["kinds"]),
        "panels": {"gradients": strip(GRADIENTS), "gates": strip(GATES), "alive": strip(ALIVE)},
        "endings": ENDINGS,
        "guessing": NO_BETTER,
        "worker": script("engine/worker.js"),
        "kernels": packed(read("page", "engine", "kernels.wasm").read_bytes()),
        "images": packed(read("data", "digits.csv.gz").read_bytes()),
        "recordings": packed(gzip.compress(json.dumps(_recordings(lab), separators=(",", ":")).encode(), mtime=0)),
        "played": PLAYED,
    }


def _recordings(lab: Lab) -> list[Recorded]:
    """What ships with the lab: its grid, or the runs that it opens with, in their order."""
    declared = [recordings.run_for(lab.name, lab.controls.start | changed) for changed in lab.recorded]
    grid = sorted(recordings.recorded(lab.name).items())
    return [_recorded(run) for run in declared or [run for _, run in grid] if run]


def _recorded(run: Run) -> Recorded:
    records, header = sorted(run.records, key=lambda record: record.split != "train"), run.header
    return {
        "kind": header["network"]["kind"],
        "depth": header["network"]["depth"],
        "settings": header.get("settings"),
        "rate": run.recipe.learning_rate,
        "date": header["date"],
        "end": header["ladder_end"],
        "steps": _differences(record.step for record in records),
        "losses": [record.loss for record in records],
        "accuracies": [record.accuracy for record in records],
        "milliseconds": _differences(round(1000 * record.seconds) for record in records),
        "evaluated": [record.split for record in records if record.split != "train"],  # type: ignore[misc]
    }


def _differences(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before: small ones, which pack well."""
    found = list(numbers)
    return [number - before for before, number in zip([0, *found], found, strict=False)]


def _declared(lab: Lab) -> Declared:
    """As for the kernel, without the choice of another data set: the digits are in the file."""
    told = declared(lab)
    told["controls"] = [control for control in told["controls"] if control["name"] != "data"]
    told["host"] = "engine"
    told["live"] = (
        "Live: the network trains in this page, in WebAssembly, with nothing installed. A recorded run is PyTorch's: "
        "the same settings can end elsewhere here, as dropout draws other units, and rounding grows in deep networks."
    )
    told["late"] = "It is heard when the step that is under way has ended."
    return told


def _rates(lab: Lab, kind: str) -> dict[int, float]:
    """What the rule chose when it was recorded, by depth; at depth 2 all kinds are one network."""
    recorded = recordings.recorded(lab.name).items()
    return {depth: run.recipe.learning_rate for (name, depth), run in recorded if name == kind or depth == 2}
